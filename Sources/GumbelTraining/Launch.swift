import GumbelTensors

/// Several steps of training as one call of a device, which small networks would otherwise wait for: a
/// loop over what each step is given, in which each has the rates that it has alone.
final class Launch<Subject: Trainable, Shared: TensorGroup, Each: TensorGroup> {
  /// How many steps a call trains; the last one of an epoch trains those that are left.
  private let length: Int
  private let stepsPerEpoch: Int
  private let call: Compiled<Training<Subject>, LaunchInput<Shared, Each>, EmptyGroup>

  /// - Parameter batches: from what all steps of a call share to what makes a batch from what its step is
  ///   given.
  init(
    _ length: Int, of loop: TrainingLoop,
    _ batches: @escaping (Shared) -> (Each) -> Subject.Batch
  ) {
    self.length = length
    stepsPerEpoch = loop.stepsPerEpoch
    call = compile { (training: inout Training<Subject>, input: LaunchInput<Shared, Each>) in
      let batch = batches(input.shared)
      training =
        scan(from: training, over: input.steps) { training, step in
          var training = training
          training.set(step.rates, at: step.positions)
          training.trainStep(on: batch(step.each))
          return (training, EmptyGroup())
        }.carry
      return EmptyGroup()
    }
  }

  /// How many steps the call trains that begins with a step. Calls begin where they would in a run that
  /// was never stopped, so that one that was ends in the same bits; a step elsewhere is trained alone.
  func count(at position: Int, _ nextPhase: Int?) -> Int {
    let place = position % stepsPerEpoch
    let count = min(length, stepsPerEpoch - place)
    let isWhole = nextPhase.map { position + count <= $0 } ?? true
    return place.isMultiple(of: length) && isWhole ? count : 1
  }

  /// Trains the steps from a position on, as many as there is something given for.
  func train(
    _ training: inout Training<Subject>, on each: [Each], sharing shared: Shared,
    from position: Int
  ) {
    let positions = training.ratePositions(at: position)
    var rates: [[Tensor]] = []
    for i in each.indices {
      training.setRates(at: position + i)
      rates.append(training.tensors(at: positions))
    }
    let parts = each.map(\.tensors)
    var next = 0
    let stacked = each[0].mapTensors { _ in
      defer { next += 1 }
      return Tensor.stacked(parts.map { $0[next] })
    }
    let steps = LaunchSteps(
      each: stacked, rates: positions.indices.map { i in Tensor.stacked(rates.map { $0[i] }) },
      positions: positions)
    _ = call(&training, LaunchInput(shared: shared, steps: steps))
  }
}

/// What a call is given.
private struct LaunchInput<Shared: TensorGroup, Each: TensorGroup>: TensorGroup {
  var shared: Shared
  var steps: LaunchSteps<Each>

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("shared", &shared)
    visitor.visit("steps", &steps)
  }
}

/// What its steps are given, stacked.
private struct LaunchSteps<Each: TensorGroup>: TensorGroup {
  var each: Each
  /// What schedules set, and where that is among the tensors of the training.
  var rates: [Tensor]
  let positions: [Int]

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("each", &each)
    visitor.visit("rates", &rates)
    visitor.note("positions", positions)
  }
}

extension Training {
  /// Where, among the tensors, those are that schedules set.
  fileprivate func ratePositions(at step: Int) -> [Int] {
    var probe = self
    probe.forgetRates()
    probe.setRates(at: step)
    let (before, after) = (tensors, probe.tensors)
    return before.indices.filter { before[$0].storage !== after[$0].storage }
  }

  /// The tensors at some places, which ascend.
  fileprivate mutating func tensors(at positions: [Int]) -> [Tensor] {
    var (found, position) = ([Tensor](), 0)
    updateEach { tensor in
      if found.count < positions.count, positions[found.count] == position { found.append(tensor) }
      position += 1
    }
    return found
  }

  fileprivate mutating func set(_ rates: [Tensor], at positions: [Int]) {
    var position = 0
    let rates = Dictionary(uniqueKeysWithValues: zip(positions, rates))
    updateEach { tensor in
      if let rate = rates[position] { tensor = rate }
      position += 1
    }
  }
}

// MARK: - Length

extension TrainingLoop {
  /// The most bytes of batches that the host makes for one call. They are there three times: one by one,
  /// stacked, and on the device.
  private static let mostStackedBytes = 64 << 20

  /// How many steps a call trains at most on batches that the host makes, each of so many bytes.
  static func mostSteps(ofBatchesOf bytes: Int) -> Int {
    max(1, min(100, mostStackedBytes / max(1, bytes)))
  }

  /// How many steps a call trains on batches that the host makes, each of so many bytes.
  func stepsPerLaunch(ofBatchesOf bytes: Int) -> Int {
    stepsPerLaunch(atMost: Self.mostSteps(ofBatchesOf: bytes))
  }

  /// How many steps a call trains on batches that a device makes.
  var stepsPerLaunchOfTensors: Int { stepsPerLaunch(atMost: 1000) }

  private func stepsPerLaunch(atMost most: Int) -> Int {
    guard let steps = stepsPerLaunch else {
      return Device.default.isHost ? 1 : Self.evenLength(stepsPerEpoch, atMost: most)
    }
    require(
      1...stepsPerEpoch ~= steps,
      "stepsPerLaunch: \(steps); expected from 1 to the epoch's \(stepsPerEpoch) steps")
    return steps
  }

  /// The length of as few calls as there can be for an epoch, of which only the last one is shorter.
  static func evenLength(_ steps: Int, atMost most: Int) -> Int {
    let calls = (steps + most - 1) / most
    return (steps + calls - 1) / calls
  }
}
