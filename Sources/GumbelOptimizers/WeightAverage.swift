import GumbelTensors

/// The exponential moving average of a model's parameters, free of the bias of its start:
///
///     a ← β a + (1 - β) p,   average = a / (1 - βᵗ),   a = 0 at t = 0
public struct WeightAverage<Model: TensorGroup>: TensorGroup {
  private var accumulated: Model
  /// 1 - βᵗ, the weight accumulated so far.
  private var weight = Tensor(0)
  private let decay: Float

  /// Creates an average that remembers about `1 / (1 - decay)` updates.
  public init(of model: Model, decay: Float) {
    accumulated = model.mapTensors {
      $0.elementType.isDifferentiable ? Tensor.zeros($0.shape) : $0
    }
    self.decay = decay
  }

  /// Takes the parameters as they are now into the average.
  public mutating func update(with model: Model) {
    let current = model.tensors
    let decay = decay
    var position = 0
    accumulated.updateEach { average in
      defer { position += 1 }
      if average.elementType.isDifferentiable {
        average = average * decay + current[position] * (1 - decay)
      } else {
        average = current[position]
      }
    }
    weight = weight * decay + (1 - decay)
  }

  /// Whether nothing was taken into the average so far.
  public var isEmpty: Bool { weight.scalar == 0 }

  /// The averaged model; NaN before the first update.
  public var average: Model {
    accumulated.mapTensors { $0.elementType.isDifferentiable ? $0 / weight : $0 }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("accumulated", &accumulated)
    visitor.visit("weight", &weight)
    visitor.note("decay", decay)
  }
}

extension WeightAverage: Sendable where Model: Sendable {}
