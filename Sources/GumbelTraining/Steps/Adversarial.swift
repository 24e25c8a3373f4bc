import GumbelOptimizers
import GumbelTensors

/// Two networks that are trained against each other in rounds: some steps of the discriminator, then
/// some of the generator, each along the gradient of its own loss.
public struct Adversarial<Model: AdversarialModel, Rule: Optimizer>: Trainable {
  /// How long, and what changes on the way.
  public let plan: AdversarialPlan
  /// The networks as they now are.
  public private(set) var model: Model
  private var generatorOptimizer: Rule
  private var discriminatorOptimizer: Rule
  private var average: WeightAverage<Model.Generator>?
  private var rates: Rates
  private var pretrainingRates: Rates
  private var isPretraining = false
  private var parallelism = DataParallelism.none

  public static var termNames: [String] { ["generator loss", "discriminator loss"] }

  /// Creates a training of which nothing is done yet.
  ///
  /// - Parameters:
  ///   - model: what is trained.
  ///   - generatorOptimizer: made for the generator; the plan sets its learning rate.
  ///   - discriminatorOptimizer: made for the discriminator, likewise.
  ///   - plan: how long, and what changes on the way.
  public init(
    _ model: Model, generatorOptimizer: Rule, discriminatorOptimizer: Rule, plan: AdversarialPlan
  ) {
    self.plan = plan
    self.model = model
    self.generatorOptimizer = generatorOptimizer
    self.discriminatorOptimizer = discriminatorOptimizer
    if plan.averageDecay > 0 {
      average = WeightAverage(of: model.generator, decay: plan.averageDecay)
    }
    rates = Rates([plan.generatorRate, plan.discriminatorRate, plan.temperature])
    pretrainingRates = Rates([plan.pretrainingRate])
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("model", &model)
    visitor.visit("generatorOptimizer", &generatorOptimizer)
    visitor.visit("discriminatorOptimizer", &discriminatorOptimizer)
    // The plan is asked, and not the average, whose type would be looked up at every visit.
    if plan.averageDecay > 0 { visitor.visit("average", &average!) }
    visitor.note("discriminatorSteps", plan.discriminatorSteps)
    visitor.note("generatorSteps", plan.generatorSteps)
    visitor.note("gradientNorm", plan.gradientNorm ?? -1)
    visitor.note("isPretraining", isPretraining)
    if parallelism.shards > 1 { visitor.note("shards", parallelism.shards) }
  }

  /// The generator as it is to be used: the averaged one, where the plan asks for one.
  public var learned: Model.Generator {
    if let average, !average.isEmpty { average.average } else { model.generator }
  }

  // MARK: - Steps

  public var hasLongSteps: Bool { model.hasLongRounds(plan) }

  public mutating func trainStep(on batch: Model.Batch, key: RandomKey) -> [Tensor] {
    trainStep(on: batch, key: key, while: { true })!
  }

  public mutating func trainStep(
    on batch: Model.Batch, key: RandomKey, while mayGoOn: () -> Bool
  ) -> [Tensor]? {
    if isPretraining {
      let loss = trainGenerator(on: batch, key: key) { $0.pretrainingLoss(on: $1, key: $2) }
      return [loss, Tensor(0)]
    }
    var losses = [Tensor(0), Tensor(0)]
    for step in 0..<plan.discriminatorSteps {
      guard mayGoOn() else { return nil }
      losses[1] = trainDiscriminator(on: batch, step: step, key: key.folding(in: step))
    }
    for step in 0..<plan.generatorSteps {
      guard mayGoOn() else { return nil }
      let stepKey = key.folding(in: plan.discriminatorSteps + step)
      losses[0] = trainGenerator(on: batch, key: stepKey) { $0.generatorLoss(on: $1, key: $2) }
      model.observe(generatorLoss: losses[0])
    }
    return losses
  }

  private mutating func trainDiscriminator(
    on batch: Model.Batch, step: Int, key: RandomKey
  ) -> Tensor {
    model.beginDiscriminatorStep()
    let (losses, gradient) = parallelism.mean(key: key) { shard, key in
      let (model, batch) = part(shard, of: batch)
      let (loss, gradient) = valueAndGradient(
        at: model.discriminator,
        of: weighted(model.discriminatorLoss(on: batch, step: step, key: key), shard))
      return ShardResult(terms: [loss], gradient: gradient)
    }
    discriminatorOptimizer.update(
      &model.discriminator, along: gradient, clippedTo: plan.gradientNorm)
    return losses[0]
  }

  private mutating func trainGenerator(
    on batch: Model.Batch, key: RandomKey,
    by loss: (Model, Model.Batch, RandomKey) -> (Model.Generator) -> Tensor
  ) -> Tensor {
    let (losses, gradient) = parallelism.mean(key: key) { shard, key in
      let (model, batch) = part(shard, of: batch)
      let (loss, gradient) = valueAndGradient(
        at: model.generator, of: weighted(loss(model, batch, key), shard))
      return ShardResult(terms: [loss], gradient: gradient)
    }
    generatorOptimizer.update(&model.generator, along: gradient, clippedTo: plan.gradientNorm)
    average?.update(with: model.generator)
    return losses[0]
  }

  /// A player's loss as it counts for the mean over shards.
  private func weighted<Player>(
    _ loss: @escaping (Player) -> Tensor, _ shard: Shard?
  ) -> (Player) -> Tensor {
    guard let shard else { return loss }
    return { loss($0) * shard.weight }
  }

  private func part(_ shard: Shard?, of batch: Model.Batch) -> (Model, Model.Batch) {
    guard let shard else { return (model, batch) }
    return (model.ofShard(outOf: shard.count)!, Model.part(shard, of: batch))
  }

  public mutating func share(by parallelism: DataParallelism) throws(ShardsError) {
    if parallelism.shards > 1, model.ofShard(outOf: parallelism.shards) == nil {
      throw ShardsError(
        "\(Model.self): its rounds cannot be cut into \(parallelism.shards) shards; expected a number "
          + "that divides the batch, and a model that says how")
    }
    self.parallelism = parallelism
  }

  // MARK: - Rates

  public mutating func setRates(at step: Int) {
    isPretraining = step < plan.pretrainingSteps
    if isPretraining {
      if pretrainingRates.advance(to: step) {
        generatorOptimizer.learningRate = Tensor(Float(pretrainingRates.values[0]))
      }
    } else if rates.advance(to: step - plan.pretrainingSteps) {
      generatorOptimizer.learningRate = Tensor(Float(rates.values[0]))
      discriminatorOptimizer.learningRate = Tensor(Float(rates.values[1]))
      model.anneal(to: rates.values[2])
    }
  }

  public func nextPhase(after step: Int) -> Int? {
    step < plan.pretrainingSteps ? plan.pretrainingSteps : nil
  }

  public mutating func forgetRates() {
    rates.forget()
    pretrainingRates.forget()
  }
}

extension Adversarial where Rule == Adam {
  /// Creates a training by Adam, with the plan's momentum, of which nothing is done yet.
  public init(_ model: Model, plan: AdversarialPlan) {
    func adam(_ player: some TensorGroup) -> Adam {
      Adam(for: player, beta1: plan.momentum, beta2: plan.secondMomentum)
    }
    self.init(
      model, generatorOptimizer: adam(model.generator),
      discriminatorOptimizer: adam(model.discriminator), plan: plan)
  }
}
