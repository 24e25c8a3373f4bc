import GumbelTensors

/// A rule that moves parameters along a gradient, with its state: a value.
///
/// The learning rate is a tensor, so that it can change between the runs of a compiled step.
public protocol Optimizer: TensorGroup, Sendable {
  /// The learning rate: a scalar.
  var learningRate: Tensor { get set }

  /// One step downhill. The model is the one that the optimizer was made for, or another of the
  /// same structure.
  mutating func update<Model: TensorGroup>(_ model: inout Model, along gradient: Model)
}

extension TensorGroup {
  /// Zeros in the shape of each float32 tensor: what optimizers keep for a model.
  package func zerosOfParameters() -> [Tensor] {
    tensors.filter { $0.elementType.isDifferentiable }.map { Tensor.zeros($0.shape) }
  }

  /// Replaces each float32 tensor, given its position among them and its gradient.
  package mutating func updateParameters(
    along gradient: Self, _ body: (Int, inout Tensor, Tensor) -> Void
  ) {
    let gradients = gradient.tensors
    var position = 0
    var parameter = 0
    updateEach { tensor in
      defer { position += 1 }
      guard tensor.elementType.isDifferentiable else { return }
      body(parameter, &tensor, gradients[position])
      parameter += 1
    }
  }
}
