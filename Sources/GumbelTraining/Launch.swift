import GumbelTensors

/// Several steps of training as one call of a device, which small networks would otherwise wait for: a
/// loop over the batches, in which each step has the rates that it has alone.
struct Launch<Subject: Trainable> {
  /// How many steps a call trains.
  let length: Int
  fileprivate let call: Compiled<Training<Subject>, LaunchInput<Subject.Batch>, EmptyGroup>

  /// How a loop trains on the default device; nil where a call trains one step.
  init?(for loop: TrainingLoop) {
    let divisors = (1...100).filter { loop.stepsPerEpoch.isMultiple(of: $0) }
    length = loop.stepsPerLaunch ?? (Device.default.isHost ? 1 : divisors.last!)
    require(
      length >= 1 && loop.stepsPerEpoch.isMultiple(of: length),
      "stepsPerLaunch: \(length); expected a divisor of the epoch's \(loop.stepsPerEpoch) steps")
    if length == 1 { return nil }
    call = compile { (training: inout Training<Subject>, inputs: LaunchInput<Subject.Batch>) in
      training =
        scan(from: training, over: inputs) { training, input in
          var training = training
          training.set(input)
          training.trainStep(on: input.batch)
          return (training, EmptyGroup())
        }.carry
      return EmptyGroup()
    }
  }

  /// Whether a call can begin with a step: calls begin where they would in a run that was never
  /// stopped, so that one that was ends in the same bits.
  func begins(at position: Int, _ nextPhase: Int?) -> Bool {
    position.isMultiple(of: length) && nextPhase.map { position + length <= $0 } ?? true
  }

  /// The batches of a call, fewer where there are none left.
  func batches(
    from position: Int, _ batch: (Int) throws -> Subject.Batch?
  ) rethrows -> [Subject.Batch] {
    var batches: [Subject.Batch] = []
    while batches.count < length, let next = try batch(position + batches.count) {
      batches.append(next)
    }
    return batches
  }
}

/// What the steps of a call are given, stacked.
private struct LaunchInput<Batch: TensorGroup>: TensorGroup {
  var batch: Batch
  /// What schedules set, and where that is among the tensors of the training.
  var rates: [Tensor]
  let positions: [Int]

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("batch", &batch)
    visitor.visit("rates", &rates)
    visitor.note("positions", positions)
  }
}

extension Training {
  /// Trains the steps of a call.
  mutating func trainSteps(
    on batches: [Subject.Batch], from position: Int, by launch: Launch<Subject>
  ) {
    let positions = ratePositions(at: position)
    var rates: [[Tensor]] = []
    for i in batches.indices {
      setRates(at: position + i)
      let tensors = tensors
      rates.append(positions.map { tensors[$0] })
    }
    let parts = batches.map(\.tensors)
    var next = 0
    let batch = batches[0].mapTensors { _ in
      defer { next += 1 }
      return Tensor.stacked(parts.map { $0[next] })
    }
    let input = LaunchInput(
      batch: batch, rates: positions.indices.map { i in Tensor.stacked(rates.map { $0[i] }) },
      positions: positions)
    _ = launch.call(&self, input)
  }

  /// Where, among the tensors, those are that schedules set.
  private func ratePositions(at step: Int) -> [Int] {
    var probe = self
    probe.forgetRates()
    probe.setRates(at: step)
    let (before, after) = (tensors, probe.tensors)
    return before.indices.filter { before[$0].storage !== after[$0].storage }
  }

  fileprivate mutating func set(_ input: LaunchInput<Subject.Batch>) {
    var position = 0
    let rates = Dictionary(uniqueKeysWithValues: zip(input.positions, input.rates))
    updateEach { tensor in
      if let rate = rates[position] { tensor = rate }
      position += 1
    }
  }
}
