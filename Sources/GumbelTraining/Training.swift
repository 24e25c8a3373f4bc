import GumbelMPI
import GumbelTensors

/// A training as far as it has come: a value that can be saved and goes on.
///
/// What a step draws depends on the training's key and the number of the step alone, so that a training
/// that was saved and loaded ends in the same bits as one that was not. What is trained can be reached
/// through it: `training.model` is `training.subject.model`.
@dynamicMemberLookup
public struct Training<Subject: Trainable>: TensorGroup, Sendable {
  /// What is trained, with all that training changes.
  public private(set) var subject: Subject
  /// Visited, so that a compiled step takes the key of the training that it is given.
  private var key: RandomKey
  /// The number of steps trained.
  private var step = Tensor(int32: 0)
  /// The sums of the terms since they were last taken.
  private var sums = Tensor.zeros([Subject.termNames.count])
  /// The sum of all terms since then, which stays what it is once it is not finite: a scalar, which
  /// costs a step less than the sum of a vector.
  private var total = Tensor(0)
  /// The number of steps before the first after which that was not finite.
  private var finiteSteps = Tensor(int32: 0)

  /// The steps trained so far.
  public private(set) var stepsDone = 0
  /// The mean terms of every epoch.
  public private(set) var history: [[Float]] = []
  /// Whether the last step ended an epoch whose end was abandoned, so that its means are not in
  /// ``history``: `run` then begins with them.
  public private(set) var isEpochOpen = false
  /// How the work of steps is shared. It is no part of what a checkpoint keeps.
  public private(set) var parallelism = DataParallelism.none

  /// Creates a training of which nothing is done yet.
  ///
  /// - Parameters:
  ///   - subject: what is trained.
  ///   - key: of all that steps draw.
  public init(_ subject: Subject, key: RandomKey) {
    self.subject = subject
    self.key = key
  }

  public subscript<Value>(dynamicMember path: KeyPath<Subject, Value>) -> Value {
    subject[keyPath: path]
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    subject.visit(&visitor)
    visitor.visit("key", &key)
    visitor.visit("step", &step)
    visitor.visit("sums", &sums)
    visitor.visit("total", &total)
    visitor.visit("finiteSteps", &finiteSteps)
  }

  // MARK: - Processes

  /// Cuts every step from now on into shards, and shares them among processes; see
  /// ``DataParallelism``.
  ///
  /// All processes call `run` with the same batches. The first one alone has observers, saves and measures;
  /// the others wait for it at the end of an epoch, where the state of all is compared. A stop that one
  /// is asked for stops all after the same step.
  ///
  /// - Throws: ``ShardsError`` where steps cannot be cut so.
  public mutating func share(by parallelism: DataParallelism) throws(ShardsError) {
    guard parallelism.communicator.count == 1 || Device.default.isHost else {
      throw ShardsError(
        "\(parallelism.communicator.count) processes on the device \(Device.default): expected the host, "
          + "where processes exchange what they compute")
    }
    try subject.share(by: parallelism)
    self.parallelism = parallelism
  }

  private var communicator: Communicator { parallelism.communicator }

  /// Compares the state in all processes: training goes on only where it is the same.
  private func checkAgreement(epoch: Int) throws(CommunicationError) {
    if communicator.count == 1 { return }
    let digests = communicator.gather(digest)
    guard let other = digests.firstIndex(where: { $0 != digests[0] }) else { return }
    throw CommunicationError(
      "processes 0 and \(other) disagree since epoch \(epoch): their tensors differ; expected the same "
        + "training, version and kind of processor in both")
  }

  /// What the first process measures, of which the others learn whether it was abandoned.
  private func measured(_ measure: () throws -> Measurements) throws -> Measurements {
    if communicator.count == 1 { return try measure() }
    if communicator.rank == 0 {
      do {
        let found = try measure()
        _ = communicator.broadcast([0])
        return found
      } catch let error as Interruption.Abandoned {
        _ = communicator.broadcast([1])
        throw error
      }
    }
    if communicator.broadcast([]) == [1] { throw Interruption.Abandoned() }
    return [:]
  }

  /// Makes the training of every process what it is in the first one, which may have read it.
  ///
  /// - Parameter seconds: of training so far.
  /// - Returns: those of the first process.
  mutating func receiveState(seconds: Double) -> Double {
    if communicator.count == 1 { return seconds }
    var numbers: [UInt64] = [UInt64(stepsDone), isEpochOpen ? 1 : 0, seconds.bitPattern]
    numbers += history.flatMap { $0.map { UInt64($0.bitPattern) } }
    let bytes = communicator.broadcast(numbers.withUnsafeBytes { Array($0) })
    if stepsDone == 0, bytes.allSatisfy({ $0 == 0 }) { return seconds }
    let communicator = communicator
    updateEach { tensor in
      var own: [UInt8] = []
      if communicator.rank == 0 { tensor.withLittleEndianBytes { own = Array($0) } }
      tensor = Tensor(littleEndianBytes: communicator.broadcast(own), type: tensor.type)
    }
    numbers = bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
      }
    }
    let width = Subject.termNames.count
    let history = stride(from: 3, to: numbers.count, by: width).map { first in
      numbers[first..<(first + width)].map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
    }
    restore(stepsDone: Int(numbers[0]), history: history, isEpochOpen: numbers[1] == 1)
    return Double(bitPattern: numbers[2])
  }

  // MARK: - Steps

  /// Sets what the plan's schedules give for a step.
  public mutating func setRates(at step: Int) { subject.setRates(at: step) }

  /// Forgets which rates are set.
  mutating func forgetRates() { subject.forgetRates() }

  /// One step of training: a pure function of the value's tensors and the batch, with the rates that
  /// were set last. Returns the terms.
  @discardableResult
  public mutating func trainStep(on batch: Subject.Batch) -> [Tensor] {
    let terms = subject.trainStep(on: batch, key: key.folding(in: step))
    finishStep(terms)
    return terms
  }

  /// The same as long as a question that is asked on the way is answered with yes; false, and nothing
  /// changed, where it was not.
  mutating func trainLongStep(
    on batch: Subject.Batch, while mayGoOn: () -> Bool
  ) -> Bool {
    var next = subject
    guard let terms = next.trainStep(on: batch, key: key.folding(in: step), while: mayGoOn) else {
      return false
    }
    subject = next
    finishStep(terms)
    return true
  }

  private mutating func finishStep(_ terms: [Tensor]) {
    step = step + Tensor(int32: 1)
    sums = sums + Tensor.stacked(terms)
    total = terms.reduce(total) { $0 + $1 }
    finiteSteps = finiteSteps + isFinite(total).converted(to: .int32)
  }

  /// The means of the terms over some steps, since they were last taken.
  private func means(steps: Int) -> [Float] { sums.scalars.map { $0 / Float(steps) } }

  /// Throws where a term has not been finite.
  private func checkTerms(_ means: [Float], epoch: Int) throws(TrainingError) {
    var found = zip(Subject.termNames, means).map { (name: $0, value: $1) }
      .filter { !$0.value.isFinite }
    if found.isEmpty { return }
    // What is minimised is made of the other terms.
    if found.count > 1, found[0].name == Subject.termNames[0] { found.removeFirst() }
    throw TrainingError(epoch: epoch, step: Int(finiteSteps.int32Scalar), found: found)
  }

  /// Throws where the training is not worth keeping, so that what was saved before it went wrong stays.
  private func checkTensors() throws(TrainingError) {
    guard let (name, value) = notFinite else { return }
    let last = max(stepsDone - 1, 0)
    throw TrainingError(
      epoch: last / subject.plan.stepsPerEpoch + 1, step: last, found: [("tensor \(name)", value)])
  }

  // MARK: - Runs

  /// Trains until the plan is done, the batches end or the loop is stopped.
  ///
  /// - Parameters:
  ///   - batch: that of a step, a function of its number; nil where there are none left.
  ///   - loop: counts the steps; by default those of the plan, without observers.
  ///   - compiled: whether to compile the step; the results are the same to the bit.
  ///   - save: called with the training whenever the loop is to save it, after `endOfEpoch`.
  ///   - endOfEpoch: called with the training as it then is; what it measures goes to the observers.
  ///     What can be done again may throw ``Interruption/Abandoned``; see ``isEpochOpen``.
  /// - Returns: whether the plan is done, or the training over by ``TrainingLoop/endsEarly``.
  /// - Throws: ``TrainingError`` at the end of an epoch in which a term was not finite, or instead of a
  ///   call of `save` with tensors that are not; and what closures and observers throw.
  public mutating func run(
    on batch: (Int) throws -> Subject.Batch?, loop: TrainingLoop? = nil, compiled: Bool = true,
    save: (Training) throws -> Void,
    endOfEpoch: (Training) throws -> Measurements
  ) throws -> Bool {
    try run(on: batch, shared(loop), compiled, endOfEpoch) { training in
      try training.checkTensors()
      try save(training)
    }
  }

  /// The same where nothing is saved, and by default nothing is measured but the terms.
  public mutating func run(
    on batch: (Int) throws -> Subject.Batch?, loop: TrainingLoop? = nil, compiled: Bool = true,
    endOfEpoch: (Training) throws -> Measurements = { _ in [:] }
  ) throws -> Bool {
    try run(on: batch, shared(loop), compiled, endOfEpoch) { _ in }
  }

  /// Trains until the plan is done or the loop is stopped, on batches that are made of tensors: on a
  /// device by itself, many steps in a call; see ``TrainingLoop/stepsPerLaunch``.
  ///
  /// - Parameters:
  ///   - batches: what makes them. What it gives for a step is the same to the bit as long as it moves
  ///     numbers and draws them; what it computes may differ from device to device by rounding.
  ///   - loop: as where a closure gives the batches.
  ///   - compiled: likewise.
  ///   - save: likewise.
  ///   - endOfEpoch: likewise.
  /// - Returns: whether the plan is done.
  /// - Throws: as there.
  public mutating func run<Batches: TensorBatches>(
    on batches: Batches, loop: TrainingLoop? = nil, compiled: Bool = true,
    save: (Training) throws -> Void,
    endOfEpoch: (Training) throws -> Measurements
  ) throws -> Bool where Batches.Batch == Subject.Batch {
    try run(on: batches, shared(loop), compiled, endOfEpoch) { training in
      try training.checkTensors()
      try save(training)
    }
  }

  /// The same where nothing is saved, and by default nothing is measured but the terms.
  public mutating func run<Batches: TensorBatches>(
    on batches: Batches, loop: TrainingLoop? = nil, compiled: Bool = true,
    endOfEpoch: (Training) throws -> Measurements = { _ in [:] }
  ) throws -> Bool where Batches.Batch == Subject.Batch {
    try run(on: batches, shared(loop), compiled, endOfEpoch) { _ in }
  }

  /// A loop, by default that of the plan, as this process has it.
  private func shared(_ given: TrainingLoop?) -> TrainingLoop {
    let (plan, communicator) = (subject.plan, communicator)
    var loop =
      given ?? TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    if communicator.count == 1 { return loop }
    if communicator.rank > 0 { loop.observers = [] }
    let endsEarly = loop.endsEarly
    loop.endsEarly = {
      communicator.broadcast(communicator.rank == 0 ? [endsEarly() ? 1 : 0] : []) == [1]
    }
    // What one is asked, all are told with the next gradients.
    let isAsked = loop.shouldStop
    loop.shouldStop = {
      communicator.noteStop(isAsked())
      return communicator.isStopAgreed
    }
    return loop
  }

  private mutating func run(
    on batch: (Int) throws -> Subject.Batch?, _ loop: TrainingLoop, _ compiled: Bool,
    _ endOfEpoch: (Training) throws -> Measurements, save: (Training) throws -> Void
  ) throws -> Bool {
    let steps = HostSteps(subject, loop, compiled: compiled)
    return try run(loop, endOfEpoch, save: save) { training, position in
      try steps.train(&training, from: position, on: batch)
    }
  }

  private mutating func run<Batches: TensorBatches>(
    on batches: Batches, _ loop: TrainingLoop, _ compiled: Bool,
    _ endOfEpoch: (Training) throws -> Measurements, save: (Training) throws -> Void
  ) throws -> Bool where Batches.Batch == Subject.Batch {
    let length = loop.stepsPerLaunchOfTensors
    guard compiled, !Device.default.isHost || length > 1 && !subject.hasLongSteps else {
      let maker = BatchMaker(batches, stepsPerEpoch: loop.stepsPerEpoch)
      return try run(on: maker.batch, loop, compiled, endOfEpoch, save: save)
    }
    let steps = DeviceSteps<Subject, Batches>(length, of: loop, batches)
    return try run(loop, endOfEpoch, save: save) { training, position in
      steps.train(&training, from: position)
    }
  }

  private mutating func run(
    _ loop: TrainingLoop, _ endOfEpoch: (Training) throws -> Measurements,
    save: (Training) throws -> Void, steps: (inout Training, Int) throws -> Int
  ) throws -> Bool {
    try checkAgreement(epoch: stepsDone / loop.stepsPerEpoch)
    var (loop, isOver) = (loop, false)
    let endsEarly = loop.endsEarly
    loop.endsEarly = {
      isOver = endsEarly()
      return isOver
    }
    // Beside the training, in which to find the number takes longer than some steps' arithmetic.
    var done = stepsDone
    defer { stepsDone = done }
    done = try loop.run(from: done, endsEpochFirst: isEpochOpen) { done in
      let means = means(steps: max(1, done % loop.stepsPerEpoch))
      return zip(Subject.termNames, means).map { ($0, Double($1)) }
    } save: { _ in
      stepsDone = done
      if communicator.rank == 0 { try save(self) }
    } steps: { position in
      let count = try steps(&self, position)
      done = position + count
      return count
    } endOfEpoch: { epoch in
      stepsDone = done
      let means = means(steps: loop.stepsPerEpoch)
      try checkTerms(means, epoch: epoch + 1)
      try checkAgreement(epoch: epoch + 1)
      let (sums, total) = (sums, total)
      (self.sums, self.total) = (Tensor.zeros([means.count]), Tensor(0))
      history.append(means)
      isEpochOpen = false
      do {
        return Measurements(of: Subject.termNames, means) + (try measured { try endOfEpoch(self) })
      } catch let error as Interruption.Abandoned {
        (self.sums, self.total) = (sums, total)
        history.removeLast()
        isEpochOpen = true
        throw error
      }
    }
    return (done == loop.stepCount || isOver) && !isEpochOpen
  }

  /// Puts back what a checkpoint keeps beside the tensors.
  public mutating func restore(stepsDone: Int, history: [[Float]], isEpochOpen: Bool = false) {
    self.stepsDone = stepsDone
    self.history = history
    self.isEpochOpen = isEpochOpen
    subject.forgetRates()
  }
}
