import GumbelOptimizers
import GumbelTensors

/// A model that is trained by steps along the gradient of its loss, by any optimizer.
public struct Descent<Model: LossModel, Rule: Optimizer>: Trainable {
  /// How long, and what changes on the way.
  public let plan: DescentPlan
  /// The model as it now is.
  public private(set) var model: Model
  private var optimizer: Rule
  private var weight = Tensor(1)
  private var rates: Rates
  private var parallelism = DataParallelism.none

  public static var termNames: [String] { Model.termNames }

  /// Creates a training of which nothing is done yet.
  ///
  /// - Parameters:
  ///   - model: what is trained.
  ///   - optimizer: made for the model; the plan sets its learning rate.
  ///   - plan: how long, and what changes on the way.
  public init(_ model: Model, by optimizer: Rule, plan: DescentPlan) {
    self.plan = plan
    self.model = model
    self.optimizer = optimizer
    rates = Rates([plan.learningRate, plan.temperature, plan.weight])
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("model", &model)
    visitor.visit("optimizer", &optimizer)
    visitor.visit("weight", &weight)
    visitor.note("gradientNorm", plan.gradientNorm ?? -1)
    if parallelism.shards > 1 { visitor.note("shards", parallelism.shards) }
  }

  public mutating func trainStep(on batch: Model.Batch, key: RandomKey) -> [Tensor] {
    let (terms, gradient) = parallelism.mean(key: key) { shard, key in
      guard let shard else {
        let (terms, gradient) = lossAndGradient(on: batch, key: key)
        return ShardResult(terms: terms, gradient: gradient)
      }
      let part = batch.shard(shard, along: Model.batchAxis)
      let count = Model.meanCount(of: part)
      let (terms, gradient) = lossAndGradient(
        on: part, times: count ?? shard.weight, key: key)
      return ShardResult(terms: terms, gradient: gradient, count: count)
    }
    optimizer.update(&model, along: gradient, clippedTo: plan.gradientNorm)
    model.observe(terms: terms)
    return terms
  }

  /// - Parameter scale: what terms are multiplied by, if anything.
  private func lossAndGradient(
    on batch: Model.Batch, times scale: Tensor? = nil, key: RandomKey
  ) -> (terms: [Tensor], gradient: Model) {
    let (weight, batch) = (weight, batch.sharded(along: Model.batchAxis))
    let (_, terms, gradient) = valueOutputAndGradient(at: model) { model in
      var terms = model.loss(on: batch, weight: weight, key: key)
      if let scale { terms = terms.map { $0 * scale } }
      return (terms[0], Terms(tensors: terms))
    }
    return (terms.tensors, gradient)
  }

  public mutating func share(by parallelism: DataParallelism) throws(ShardsError) {
    self.parallelism = parallelism
  }

  private struct Terms: TensorGroup {
    var tensors: [Tensor]
    mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("", &tensors) }
  }

  public mutating func setRates(at step: Int) {
    guard rates.advance(to: step) else { return }
    optimizer.learningRate = Tensor(Float(rates.values[0]))
    model.anneal(to: rates.values[1])
    weight = Tensor(Float(rates.values[2]))
  }

  public mutating func forgetRates() { rates.forget() }
}

extension Descent where Rule == Adam {
  /// Creates a training by Adam of which nothing is done yet.
  public init(_ model: Model, plan: DescentPlan) {
    self.init(model, by: Adam(for: model), plan: plan)
  }
}

/// How a model is trained along the gradient of its loss: how long, and what changes on the way.
public struct DescentPlan: TrainingPlan {
  public var epochs: Int
  public var stepsPerEpoch: Int
  /// The optimizer's learning rate at each step.
  public var learningRate = Schedule.constant(1e-3)
  /// The temperature of relaxed draws at each step, where the model has them.
  public var temperature = Schedule.constant(1)
  /// The weight of the term that a model weighs, at each step.
  public var weight = Schedule.constant(1)
  /// A gradient with a larger Euclidean norm is scaled down to this one; nil for any norm.
  public var gradientNorm: Float?

  /// Creates a plan.
  public init(epochs: Int, stepsPerEpoch: Int) {
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
  }
}

extension DescentPlan {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    (epochs, stepsPerEpoch) = try values.length(.epochs, .stepsPerEpoch)
    learningRate = try values.decode(Schedule.self, forKey: .learningRate)
    temperature = try values.decode(Schedule.self, forKey: .temperature)
    weight = try values.decode(Schedule.self, forKey: .weight)
    gradientNorm = try values.gradientNorm(.gradientNorm)
  }
}
