import GumbelTensors

/// Steps on batches that the host makes.
///
/// A class, since what it is generic over is then known wherever it is: to look that up for every step
/// takes longer than the arithmetic of some.
final class HostSteps<Subject: Trainable> {
  private let loop: TrainingLoop
  private let compiled, hasLongSteps: Bool
  private let step: Compiled<Training<Subject>, Subject.Batch, EmptyGroup>
  /// Made when it is known how large a batch is.
  private var launch: Launch<Subject, EmptyGroup, Subject.Batch>?
  private var hasSeenBatch = false

  init(_ subject: Subject, _ loop: TrainingLoop, compiled: Bool) {
    self.loop = loop
    self.compiled = compiled
    // What is long on the host is why there are other devices, which do not ask on the way.
    // Nor are steps cut short in another precision, which only what is compiled has.
    hasLongSteps =
      subject.hasLongSteps && Device.default.isHost && Precision.default == .float32
    step = compile { (training: inout Training<Subject>, batch: Subject.Batch) in
      training.trainStep(on: batch)
      return EmptyGroup()
    }
  }

  /// Trains from a step on; returns how many steps, 0 where there is no batch or a step was stopped.
  func train(
    _ training: inout Training<Subject>, from position: Int,
    on batch: (Int) throws -> Subject.Batch?
  ) rethrows -> Int {
    guard let first = try batch(position) else { return 0 }
    if !hasSeenBatch { prepare(for: first) }
    if let launch {
      let count = launch.count(at: position, training.subject.nextPhase(after: position))
      if count > 1 {
        return try train(&training, count, by: launch, from: position, on: first, batch)
      }
    }
    return trainStep(&training, by: step, on: first, position) ? 1 : 0
  }

  /// Trains several steps, of which the first one's batch is there already.
  @inline(never)
  private func train(
    _ training: inout Training<Subject>, _ count: Int,
    by launch: Launch<Subject, EmptyGroup, Subject.Batch>, from position: Int,
    on first: Subject.Batch, _ batch: (Int) throws -> Subject.Batch?
  ) rethrows -> Int {
    var batches = [first]
    while batches.count < count, let next = try batch(position + batches.count) {
      batches.append(next)
    }
    if batches.count == count {
      // It would be a loss if many steps were cut short.
      Interruption.saving {
        launch.train(&training, on: batches, sharing: EmptyGroup(), from: position)
      }
    } else {
      for (i, batch) in batches.enumerated() {
        _ = trainStep(&training, by: step, on: batch, position + i)
      }
    }
    return batches.count
  }

  private func prepare(for batch: Subject.Batch) {
    hasSeenBatch = true
    if !compiled || hasLongSteps { return }
    let bytes = batch.tensors.reduce(0) { $0 + $1.type.byteCount }
    let length = loop.stepsPerLaunch(ofBatchesOf: bytes)
    if length > 1 { launch = Launch(length, of: loop) { _ in { $0 } } }
  }

  /// Trains one step; false where that was stopped on the way.
  private func trainStep(
    _ training: inout Training<Subject>,
    by step: Compiled<Training<Subject>, Subject.Batch, EmptyGroup>, on batch: Subject.Batch,
    _ position: Int
  ) -> Bool {
    training.setRates(at: position)
    if hasLongSteps { return training.trainLongStep(on: batch, while: { !loop.shouldStop() }) }
    if compiled {
      _ = step(&training, batch)
    } else {
      training.trainStep(on: batch)
    }
    return true
  }
}

/// Steps on batches that the device makes.
struct DeviceSteps<Subject: Trainable, Batches: TensorBatches>
where Batches.Batch == Subject.Batch {
  private let stepsPerEpoch: Int
  private let batches: Batches
  private let launch: Launch<Subject, EpochBatches<Batches>, Tensor>

  init(_ length: Int, of loop: TrainingLoop, _ batches: Batches) {
    stepsPerEpoch = loop.stepsPerEpoch
    self.batches = batches
    launch = Launch(length, of: loop) { shared in
      let epoch = shared.batches.epoch(shared.epoch)
      return { place in shared.batches.batch(place, in: epoch) }
    }
  }

  /// Trains from a step on; returns how many steps.
  func train(_ training: inout Training<Subject>, from position: Int) -> Int {
    let (epoch, place) = position.quotientAndRemainder(dividingBy: stepsPerEpoch)
    let count = launch.count(at: position, training.subject.nextPhase(after: position))
    Interruption.saving {
      launch.train(
        &training, on: (place..<(place + count)).map { Tensor(int32: Int32($0)) },
        sharing: EpochBatches(batches: batches, epoch: Tensor(int32: Int32(epoch))),
        from: position)
      training.waitUntilReady()
    }
    return count
  }
}

/// Gives batches that are made of tensors one by one.
final class BatchMaker<Batches: TensorBatches> {
  private let batches: Batches
  private let stepsPerEpoch: Int
  private var number = -1
  private var epoch: Batches.Epoch?

  init(_ batches: Batches, stepsPerEpoch: Int) {
    self.batches = batches
    self.stepsPerEpoch = stepsPerEpoch
  }

  func batch(_ step: Int) -> Batches.Batch {
    let (number, place) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    if number != self.number {
      (self.number, epoch) = (number, batches.epoch(Tensor(int32: Int32(number))))
    }
    return batches.batch(Tensor(int32: Int32(place)), in: epoch!)
  }
}
