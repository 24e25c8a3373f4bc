import Optimizers
import Tensors
import Training

/// The training of a VAE as far as it has come: a value that can be saved and goes on.
///
/// All that a step changes is in its tensors, and what a step draws depends on the training's key
/// and the number of the step alone, so that a training that was saved and loaded ends in the same
/// bits as one that was not.
public struct VAETraining: TensorGroup, Sendable {
  /// The means of an epoch, in nats an image.
  public struct Metrics: Hashable, Codable, Sendable {
    /// What was minimised; see ``VAE/Loss/total``.
    public var loss: Float
    /// -log p(x|z).
    public var reconstruction: Float
    /// The divergence of the posterior from the prior.
    public var divergence: Float

    /// Creates what an earlier process measured.
    public init(loss: Float, reconstruction: Float, divergence: Float) {
      self.loss = loss
      self.reconstruction = reconstruction
      self.divergence = divergence
    }
  }

  /// What is done, and for how long.
  public let plan: VAE.Plan
  /// The network as it now is.
  public private(set) var vae: VAE
  private var optimizer: Adam
  private var divergenceWeight = Tensor(1)
  /// Visited, so that a compiled step takes the key of the training that it is given.
  private var key: RandomKey
  /// The number of steps trained.
  private var step = Tensor(int32: 0)
  /// The sums of the losses since they were last taken.
  private var sums = Tensor.zeros([3])
  /// The number of steps before the first after which the sums were not finite.
  private var finiteSteps = Tensor(int32: 0)

  /// The steps trained so far.
  public private(set) var stepsDone = 0
  /// The means of every epoch.
  public private(set) var history: [Metrics] = []
  /// Whether the last step ended an epoch whose end was abandoned, so that its means are not in
  /// ``history``: `run` then begins with them.
  public private(set) var isEpochOpen = false
  private var rates: [Double] = []

  /// Creates a training of which nothing is done yet.
  ///
  /// - Throws: ``VAESettingsError`` where the settings contradict each other.
  public init(_ plan: VAE.Plan, key: RandomKey) throws(VAESettingsError) {
    self.plan = plan
    vae = try VAE(plan.settings, key: key.folding(in: "network"))
    optimizer = Adam(for: vae, learningRate: 0)
    self.key = key.folding(in: "steps")
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("vae", &vae)
    visitor.visit("optimizer", &optimizer)
    visitor.visit("divergenceWeight", &divergenceWeight)
    visitor.visit("key", &key)
    visitor.visit("step", &step)
    visitor.visit("sums", &sums)
    visitor.visit("finiteSteps", &finiteSteps)
  }

  /// One step of training on a batch of images, `[n, pixels]`: a pure function of the value's
  /// tensors and the batch, so that it compiles as it stands. The rates are those that
  /// ``setRates(at:)`` set last.
  @discardableResult
  public mutating func trainStep(on pixels: Tensor) -> VAE.Loss {
    let key = key.folding(in: step)
    let weight = plan.divergenceWeight == .constant(1) ? nil : divergenceWeight
    let (_, loss, gradient) = valueOutputAndGradient(at: vae) { vae in
      let loss = vae.loss(on: pixels, divergenceWeight: weight, key: key)
      return (loss.total, loss)
    }
    optimizer.update(&vae, along: gradient)
    vae.observe(loss.reconstruction)
    step = step + Tensor(int32: 1)
    sums = sums + Tensor.stacked([loss.total, loss.reconstruction, loss.divergence])
    finiteSteps = finiteSteps + isFinite(sums.sum()).converted(to: .int32)
    return loss
  }

  /// Sets what the schedules give for a step.
  public mutating func setRates(at step: Int) {
    let now = [plan.learningRate(step), plan.temperature(step), plan.divergenceWeight(step)]
    if now == rates { return }
    rates = now
    optimizer.learningRate = Tensor(Float(now[0]))
    vae.anneal(to: now[1])
    divergenceWeight = Tensor(Float(now[2]))
  }

  /// Trains until the plan is done, the batches end or the loop is stopped.
  ///
  /// - Parameters:
  ///   - batch: the images of a step, `[n, pixels]`, a function of its number alone; nil where
  ///     there are none left.
  ///   - loop: counts the steps; as many as the plan has, for all of it.
  ///   - compiled: whether to compile the step; the results are the same to the bit.
  ///   - save: called with the training whenever the loop is to save it, after `endOfEpoch`.
  ///   - endOfEpoch: called with the training as it then is. What can be done again may throw
  ///     `Interruption.Abandoned`; see ``isEpochOpen``.
  /// - Returns: whether the plan is done.
  /// - Throws: ``VAETrainingError`` at the end of an epoch in which a loss was not finite,
  ///   ``ModelTrainingError`` instead of a call of `save` with tensors that are not; and what the
  ///   closures throw.
  public mutating func run(
    on batch: (Int) throws -> Tensor?, loop: TrainingLoop, compiled: Bool = true,
    save: (VAETraining) throws -> Void = { _ in },
    endOfEpoch: (VAETraining) throws -> Void = { _ in }
  ) throws -> Bool {
    let compiledStep = compile { (training: inout VAETraining, pixels: Tensor) in
      training.trainStep(on: pixels)
      return EmptyGroup()
    }
    stepsDone = try loop.run(from: stepsDone, endsEpochFirst: isEpochOpen) { _ in
      shown(means(steps: max(1, stepsDone % loop.stepsPerEpoch)))
    } save: { _ in
      try checkFinite(step: stepsDone, stepsPerEpoch: loop.stepsPerEpoch)
      try save(self)
    } step: { position in
      guard let pixels = try batch(position) else { return false }
      setRates(at: position)
      if compiled {
        _ = compiledStep(&self, pixels)
      } else {
        trainStep(on: pixels)
      }
      stepsDone = position + 1
      return true
    } endOfEpoch: { epoch in
      let sums = sums
      let metrics = try takeMetrics(steps: loop.stepsPerEpoch)
      history.append(metrics)
      isEpochOpen = false
      do {
        try endOfEpoch(self)
      } catch let error as Interruption.Abandoned {
        self.sums = sums
        history.removeLast()
        isEpochOpen = true
        throw error
      }
      return shown(metrics)
    }
    return stepsDone == loop.stepCount && !isEpochOpen
  }

  private mutating func takeMetrics(steps: Int) throws -> Metrics {
    let sums = sums.scalars
    guard sums.allSatisfy(\.isFinite) else {
      throw VAETrainingError(
        step: Int(finiteSteps.int32Scalar), reconstruction: sums[1], divergence: sums[2])
    }
    defer { self.sums = Tensor.zeros([3]) }
    return means(steps: steps)
  }

  /// The means of the losses since they were last taken.
  private func means(steps: Int) -> Metrics {
    let means = sums.scalars.map { $0 / Float(steps) }
    return Metrics(loss: means[0], reconstruction: means[1], divergence: means[2])
  }

  /// What progress shows.
  private func shown(_ metrics: Metrics) -> [(name: String, value: Double)] {
    [
      ("bound", -Double(metrics.loss)), ("reconstruction", Double(metrics.reconstruction)),
      ("kl", Double(metrics.divergence)),
    ]
      + (plan.settings.hasDiscrete
        ? [("temperature", plan.temperature(max(stepsDone - 1, 0)))] : [])
  }

  /// Puts back what a checkpoint keeps beside the tensors.
  public mutating func restore(stepsDone: Int, history: [Metrics], isEpochOpen: Bool = false) {
    self.stepsDone = stepsDone
    self.history = history
    self.isEpochOpen = isEpochOpen
    rates = []
  }
}

/// A loss that is not finite: where training went wrong, and which term of the loss did.
public struct VAETrainingError: Error, Equatable, CustomStringConvertible {
  /// The number of steps before the one whose loss was not finite.
  public let step: Int
  /// The sums over the epoch.
  public let reconstruction, divergence: Float

  init(step: Int, reconstruction: Float, divergence: Float) {
    self.step = step
    self.reconstruction = reconstruction
    self.divergence = divergence
  }

  public var description: String {
    let terms = [("reconstruction", reconstruction), ("divergence", divergence)]
      .filter { !$0.1.isFinite }.map { "the \($0.0) became \($0.1)" }
    let what = terms.isEmpty ? "the bound was not finite" : terms.joined(separator: " and ")
    return "step \(step): \(what), expected finite numbers; a lower learning rate may help"
  }

  public static func == (a: Self, b: Self) -> Bool { a.description == b.description }
}
