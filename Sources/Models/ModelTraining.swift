import Datasets
import Optimizers
import Tensors
import Training

/// A model that ``ModelTraining`` trains by steps along the gradient of a loss.
public protocol TrainableModel: TensorGroup, Sendable {
  /// What one step is given.
  associatedtype Batch: TensorGroup

  /// What the terms of the loss are called, the first being what is minimised.
  static var termNames: [String] { get }

  /// The loss on a batch: the terms, each a scalar.
  ///
  /// - Parameters:
  ///   - batch: what the step is given.
  ///   - weight: of the term that the plan's schedule weighs, where the model has one: a scalar.
  ///   - key: of all that is drawn.
  func loss(on batch: Batch, weight: Tensor, key: RandomKey) -> [Tensor]

  /// Lets estimators take note of the terms; see `GradientEstimator.observe(_:)`.
  mutating func observe(_ terms: [Tensor])

  /// Sets the temperature of relaxed draws; see `GradientEstimator.anneal(to:)`.
  mutating func anneal(to temperature: Double)
}

/// How a model is trained: how long, and what changes on the way.
public struct ModelPlan: Hashable, Codable, Sendable {
  /// The number of epochs.
  public var epochs: Int
  /// The number of steps in an epoch.
  public var stepsPerEpoch: Int
  /// Adam's learning rate at each step.
  public var learningRate = Schedule.constant(1e-3)
  /// The temperature of relaxed draws at each step, where the estimator has one.
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

extension ModelPlan {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    (epochs, stepsPerEpoch) = try values.length(.epochs, .stepsPerEpoch)
    learningRate = try values.decode(Schedule.self, forKey: .learningRate)
    temperature = try values.decode(Schedule.self, forKey: .temperature)
    weight = try values.decode(Schedule.self, forKey: .weight)
    gradientNorm = try values.checkedIfPresent(
      .gradientNorm, "a number above 0", where: { $0 > 0 && $0.isFinite })
  }
}

/// The training of a model by Adam as far as it has come: a value that can be saved and goes on.
///
/// What a step draws depends on the training's key and the number of the step alone, so that a
/// training that was saved and loaded ends in the same bits as one that was not.
public struct ModelTraining<Model: TrainableModel>: TensorGroup, Sendable {
  /// What is done, and for how long.
  public let plan: ModelPlan
  /// The model as it now is.
  public private(set) var model: Model
  private var optimizer: Adam
  private var weight = Tensor(1)
  /// Visited, so that a compiled step takes the key of the training that it is given.
  private var key: RandomKey
  private var step = Tensor(int32: 0)
  /// The sums of the terms since they were last taken.
  private var sums = Tensor.zeros([Model.termNames.count])

  /// The steps trained so far.
  public private(set) var stepsDone = 0
  /// The mean terms of every epoch.
  public private(set) var history: [[Float]] = []
  /// Whether the last step ended an epoch whose end was abandoned, so that its means are not in
  /// ``history``: `run` then begins with them.
  public private(set) var isEpochOpen = false
  private var rates: [Double] = []

  /// Creates a training of which nothing is done yet.
  public init(_ model: Model, plan: ModelPlan, key: RandomKey) {
    self.plan = plan
    self.model = model
    optimizer = Adam(for: model, learningRate: 0)
    self.key = key
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("model", &model)
    visitor.visit("optimizer", &optimizer)
    visitor.visit("weight", &weight)
    visitor.visit("key", &key)
    visitor.visit("step", &step)
    visitor.visit("sums", &sums)
  }

  /// One step of training: a pure function of the value's tensors and the batch, with the rates
  /// that were set last.
  public mutating func trainStep(on batch: Model.Batch) {
    let key = key.folding(in: step)
    let weight = weight
    let (_, terms, gradient) = valueOutputAndGradient(at: model) { model in
      let terms = model.loss(on: batch, weight: weight, key: key)
      return (terms[0], Terms(tensors: terms))
    }
    optimizer.update(
      &model, along: plan.gradientNorm.map { gradient.clipped(toGlobalNorm: $0) } ?? gradient)
    model.observe(terms.tensors)
    step = step + Tensor(int32: 1)
    sums = sums + Tensor.stacked(terms.tensors)
  }

  private struct Terms: TensorGroup {
    var tensors: [Tensor]
    mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("", &tensors) }
  }

  /// Sets what the schedules give for a step.
  public mutating func setRates(at step: Int) {
    let now = [plan.learningRate(step), plan.temperature(step), plan.weight(step)]
    if now == rates { return }
    rates = now
    optimizer.learningRate = Tensor(Float(now[0]))
    model.anneal(to: now[1])
    weight = Tensor(Float(now[2]))
  }

  /// Trains until the plan is done, the batches end or the loop is stopped.
  ///
  /// - Parameters:
  ///   - batch: that of a step, a function of its number alone; nil where there are none left.
  ///   - loop: counts the steps; as many as the plan has, for all of it.
  ///   - compiled: whether to compile the step; the results are the same to the bit.
  ///   - save: called with the training whenever the loop is to save it, after `endOfEpoch`.
  ///   - endOfEpoch: called with the training as it then is. What can be done again may throw
  ///     `Interruption.Abandoned`; see ``isEpochOpen``.
  /// - Returns: whether the plan is done.
  /// - Throws: ``ModelTrainingError`` at the end of an epoch in which a term was not finite, or
  ///   instead of a call of `save` with tensors that are not; and what the closures throw.
  public mutating func run(
    on batch: (Int) throws -> Model.Batch?, loop: TrainingLoop, compiled: Bool = true,
    save: (ModelTraining) throws -> Void = { _ in },
    endOfEpoch: (ModelTraining) throws -> Void = { _ in }
  ) throws -> Bool {
    let compiledStep = compile { (training: inout ModelTraining, batch: Model.Batch) in
      training.trainStep(on: batch)
      return EmptyGroup()
    }
    stepsDone = try loop.run(from: stepsDone, endsEpochFirst: isEpochOpen) { _ in
      let steps = Float(max(1, stepsDone % loop.stepsPerEpoch))
      return [(Model.termNames[0], Double(sums[0].scalar / steps))]
    } save: { _ in
      try checkFinite(step: stepsDone, stepsPerEpoch: loop.stepsPerEpoch)
      try save(self)
    } step: { position in
      guard let batch = try batch(position) else { return false }
      setRates(at: position)
      if compiled {
        _ = compiledStep(&self, batch)
      } else {
        trainStep(on: batch)
      }
      stepsDone = position + 1
      return true
    } endOfEpoch: { epoch in
      let sums = sums
      let means = sums.scalars.map { $0 / Float(loop.stepsPerEpoch) }
      self.sums = Tensor.zeros([means.count])
      if let position = means.firstIndex(where: { !$0.isFinite }) {
        throw ModelTrainingError(
          epoch: epoch + 1, term: Model.termNames[position], value: means[position])
      }
      history.append(means)
      isEpochOpen = false
      do {
        try endOfEpoch(self)
      } catch let error as Interruption.Abandoned {
        self.sums = sums
        history.removeLast()
        isEpochOpen = true
        throw error
      }
      return zip(Model.termNames, means).map { ($0, Double($1)) }
    }
    return stepsDone == loop.stepCount && !isEpochOpen
  }

  /// Puts back what a checkpoint keeps beside the tensors.
  public mutating func restore(stepsDone: Int, history: [[Float]], isEpochOpen: Bool = false) {
    self.stepsDone = stepsDone
    self.history = history
    self.isEpochOpen = isEpochOpen
    rates = []
  }
}

/// A term of a loss that is not finite.
public struct ModelTrainingError: Error, Hashable, CustomStringConvertible {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The term's name.
  public let term: String
  /// Its mean.
  public let value: Float

  public var description: String {
    "epoch \(epoch): the \(term) became \(value.isNaN ? .nan : value), expected a finite number; a lower learning rate "
      + "or a higher temperature may help"
  }
}
