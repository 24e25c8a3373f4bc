import SwiftGumbel

// Work that the processes of a launcher share: mpirun -n 2 gumbel-bench shared-vae-step-1000.

/// Training steps of the VAE of `vaeStep`, a shard a process.
func sharedVAEStep(batch: Int, _ options: Options) {
  var settings = VAE.Settings(image: VAE.ImageShape(height: 28, width: 28))
  settings.latents = [.categorical(variables: 20, classes: 10)]
  settings.encoder = .perceptron([512, 256])
  settings.decoder = .perceptron([256, 512])
  let plan = DescentPlan(epochs: 100, stepsPerEpoch: 20)
  guard let training = try? Training(settings, plan: plan, key: RandomKey(0)) else {
    fatalError("the settings are not valid")
  }
  let pixels = hashedPixels(batch)
  shared("shared-vae-step-\(batch)", training, on: pixels, steps: 20, options)
}

/// Training steps of the Transformer of `textStep`, a shard a process.
func sharedTextStep(_ work: TextStep, _ options: Options) {
  let (batch, length) = (64, work.length)
  let tokens = Tensor(int32: hashedTokens(length * batch)).reshaped(to: [length, batch])
  let model = network(work.kind, hidden: work.hidden, layers: work.layers, time: length)
  let training = Training(
    Descent(model, plan: DescentPlan(epochs: 100, stepsPerEpoch: work.steps)), key: RandomKey(0))
  shared(
    "shared-" + work.name, training,
    on: TextBatch(tokens: tokens, mask: Tensor.ones(tokens.shape)), steps: work.steps, options)
}

private func shared<Subject: Trainable>(
  _ name: String, _ begun: Training<Subject>, on batch: Subject.Batch, steps: Int,
  _ options: Options
) {
  var training = begun
  let communicator = join()
  do {
    try training.share(by: DataParallelism(among: communicator))
  } catch {
    fatalError("\(error)")
  }
  training.setRates(at: 0)
  let step = compile { (training: inout Training<Subject>, batch: Subject.Batch) in
    training.trainStep(on: batch)[0]
  }
  var losses: [Float] = []
  let seconds = measure(options, count: steps) { i in
    communicator.barrier()
    for _ in 0..<steps {
      let loss = step(&training, batch)
      if i == 0 { losses.append(loss.scalar) }
    }
    communicator.barrier()
  }
  if communicator.rank == 0 {
    Report(
      workload: name, variant: "\(communicator.count) processes", unit: "step", seconds: seconds,
      check: [
        ("firstLoss", "\(losses.first!)"), ("lastLoss", "\(losses.last!)"),
        ("bits", digest(of: training)),
      ]
    ).print()
  }
  communicator.finalize()
}

/// Sums of 1.2 million floats of each process, as many as the VAE has parameters: in the order that does
/// not depend on the library, and the library's own.
func exchange(_ options: Options) {
  let communicator = join()
  guard communicator.count > 1 else {
    print("exchange: expected mpirun before it")
    return
  }
  let count = 1_200_000
  let own = Tensor.normal([count], key: RandomKey(UInt64(communicator.rank)))
  var tree = Tensor(0)
  var plain = [Float](repeating: 0, count: count)
  let sum = compile { (x: Tensor) in communicator.sum([x])[0] }
  var seconds: [[Double]] = [[], []]
  let floats = own.scalars
  func time(_ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    communicator.barrier()
    let start = clock.now
    body()
    // The slower one's.
    let own = Float((clock.now - start) / .seconds(1))
    return Double(communicator.gather([own]).map { $0[0] }.max()!)
  }
  for i in 0...(20 * options.repeats) {
    let ours = time { tree = sum(own) }
    let theirs = time {
      floats.withUnsafeBufferPointer { values in
        plain.withUnsafeMutableBufferPointer {
          communicator.librarySum(values.baseAddress!, $0.baseAddress!, count)
        }
      }
    }
    if i > 0 {
      seconds[0].append(ours)
      seconds[1].append(theirs)
    }
  }
  if communicator.rank == 0 {
    let difference = zip(tree.scalars, plain).map { abs($0 - $1) }.max()!
    for (variant, values) in zip(["tree", "library"], seconds) {
      Report(
        workload: "exchange", variant: "\(variant), \(communicator.count) processes", unit: "sum",
        seconds: values, check: [("difference", "\(difference)")]
      ).print()
    }
  }
  communicator.finalize()
}

private func join() -> Communicator {
  do {
    return try Communicator.launched()
  } catch {
    fatalError("\(error)")
  }
}
