import GumbelTensors

/// Something that is trained by steps: a value that holds all that a step changes.
///
/// ``Descent`` along the gradient of a loss is one, and ``Adversarial`` training of two players another.
/// ``Training`` repeats the steps of any.
public protocol Trainable: TensorGroup, Sendable {
  /// What one step is given.
  associatedtype Batch: TensorGroup
  /// How long the training is, and what changes on the way.
  associatedtype Plan: TrainingPlan

  /// What the terms of a step are called, the first being what is minimised.
  static var termNames: [String] { get }

  /// How long the training is, and what changes on the way.
  var plan: Plan { get }

  /// Sets what the plan's schedules give for a step, counted from 0. It is called before the step, and
  /// outside of what is compiled.
  mutating func setRates(at step: Int)

  /// One step: a pure function of the value's tensors, the batch and the key.
  ///
  /// - Parameters:
  ///   - batch: what the step is given.
  ///   - key: of all that the step draws.
  /// - Returns: the terms, each a scalar, in the order of ``termNames``.
  mutating func trainStep(on batch: Batch, key: RandomKey) -> [Tensor]

  /// Whether a step takes a good part of a second or more. Such steps are not compiled, and are asked on
  /// the way whether to go on. By default none does.
  var hasLongSteps: Bool { get }

  /// The same as ``trainStep(on:key:)`` for as long as a question that is asked on the way is answered
  /// with yes; nil, and the value half-way, where it was not. By default it is not asked.
  mutating func trainStep(
    on batch: Batch, key: RandomKey, while mayGoOn: () -> Bool
  ) -> [Tensor]?

  /// The first step after this one that trains something else; nil, by default, where all steps do the
  /// same.
  func nextPhase(after step: Int) -> Int?

  /// Forgets which rates are set, so that the next step sets its own.
  mutating func forgetRates()

  /// Shares the work of every step from now on; see ``DataParallelism``. By default it throws, for steps
  /// that cannot be cut.
  mutating func share(by parallelism: DataParallelism) throws(ShardsError)
}

extension Trainable {
  public var hasLongSteps: Bool { false }

  public func nextPhase(after step: Int) -> Int? { nil }

  public mutating func share(by parallelism: DataParallelism) throws(ShardsError) {
    if parallelism.shards > 1 {
      throw ShardsError("\(Self.self): its steps cannot be cut into shards")
    }
  }

  public mutating func trainStep(
    on batch: Batch, key: RandomKey, while mayGoOn: () -> Bool
  ) -> [Tensor]? {
    trainStep(on: batch, key: key)
  }
}

/// How long a training is, and what changes on the way.
public protocol TrainingPlan: Hashable, Codable, Sendable {
  /// The number of epochs, 0 or more.
  var epochs: Int { get set }
  /// The number of steps in an epoch, 1 or more.
  var stepsPerEpoch: Int { get }
}

extension TrainingPlan {
  /// The number of steps in all.
  public var stepCount: Int { epochs * stepsPerEpoch }
}

/// The values of schedules at the step that comes next, computed again only where one may change.
struct Rates: Sendable {
  private let schedules: [Schedule]
  private(set) var values: [Double] = []
  private var step = 0

  init(_ schedules: [Schedule]) { self.schedules = schedules }

  /// Whether values have changed.
  mutating func advance(to step: Int) -> Bool {
    let isNext = !values.isEmpty && step == self.step + 1
    self.step = step
    if isNext, !schedules.contains(where: { $0.mayChange(at: step) }) { return false }
    let now = schedules.map { $0(step) }
    if now == values { return false }
    values = now
    return true
  }

  mutating func forget() { values = [] }
}
