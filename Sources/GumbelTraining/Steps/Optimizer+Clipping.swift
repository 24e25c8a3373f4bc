import GumbelOptimizers
import GumbelTensors

extension Optimizer {
  /// One step downhill along a gradient that may be replaced before: every training's gradient passes
  /// here, and nowhere else, on its way to the parameters.
  ///
  /// - Parameters:
  ///   - model: what is trained.
  ///   - gradient: of its loss.
  ///   - norm: a gradient with a larger Euclidean norm is scaled down to this one; nil for any norm.
  mutating func update<Model: TensorGroup>(
    _ model: inout Model, along gradient: Model, clippedTo norm: Float?
  ) {
    update(&model, along: norm.map { gradient.clipped(toGlobalNorm: $0) } ?? gradient)
  }
}
