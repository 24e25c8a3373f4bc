import GumbelTensors

// Snippet:
// let network = Dense(3, 2, key: key)
// var normalisation = SpectralNormalisation(for: network, key: key)
// let lossFunction = { (network: Dense) in square(network(Tensor.ones([4, 3]))).mean() }
/// The weights of a network divided by their largest singular values, so that none of its linear
/// maps stretches a vector:
///
///     w / σ(w),   σ(w) = uᵀ w v,   u = w v / |w v|,   v ← wᵀ u / |wᵀ u|
///
/// v is kept from step to step, and one step of the power iteration follows the weights as they
/// are trained. The gradient takes u and v for constants, which at convergence is exact:
/// dσ = uᵀ dw v. With activations of slopes up to 1 a network of dense layers is then Lipschitz
/// with a constant of 1.
///
/// A tensor of more than two dimensions, such as a convolution's kernel, is the matrix of its last
/// dimension and all others; vectors and scalars stay as they are.
///
/// ```swift
/// normalisation.iterate(on: network)
/// let (loss, gradient) = valueAndGradient(at: network) {
///   lossFunction(normalisation.normalised($0))
/// }
/// ```
///
/// Miyato, Kataoka, Koyama & Yoshida 2018, "Spectral normalization for generative adversarial
/// networks" (arXiv 1802.05957).
public struct SpectralNormalisation<Network: TensorGroup>: TensorGroup {
  /// v of each matrix, a unit vector: [columns, 1].
  private var directions: [Tensor]

  /// Creates the state for a network.
  ///
  /// - Parameters:
  ///   - network: whose matrices will be normalised.
  ///   - steps: of the power iteration on the weights as they are.
  ///   - key: of the directions that it begins with.
  public init(for network: Network, steps: Int = 10, key: RandomKey) {
    directions = network.tensors.filter(\.isMatrix).enumerated().map { index, weight in
      Tensor.normal([weight.shape[-1], 1], key: key.folding(in: index)).normalised
    }
    for _ in 0..<steps { iterate(on: network) }
  }

  /// A step of the power iteration; call it once before each step of training.
  public mutating func iterate(on network: Network) {
    for (index, weight) in matrices(of: network).enumerated() {
      let matrix = weight.matrix.stoppingGradient()
      let left = matmul(matrix, directions[index]).normalised
      let next = matmul(matrix, left, transposingFirst: true).normalised
      // Weights that are all 0 leave the direction as it is, for when they are no longer.
      directions[index] = select(square(next).sum() .> 0, next, directions[index])
    }
  }

  /// The largest singular values, as far as they are known: a scalar for each matrix, in order.
  public func norms(of network: Network) -> [Tensor] {
    zip(matrices(of: network), directions).map { weight, direction in
      let image = matmul(weight.matrix, direction.stoppingGradient())
      return (image.stoppingGradient().normalised * image).sum()
    }
  }

  /// The network with each matrix divided by its norm, but for zeros; a gradient passes.
  public func normalised(_ network: Network) -> Network {
    var norms = norms(of: network).makeIterator()
    return network.mapTensors { tensor in
      guard tensor.isMatrix else { return tensor }
      let norm = norms.next()!
      return tensor / select(norm .> 0, norm, Tensor(1))
    }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("directions", &directions)
  }

  private func matrices(of network: Network) -> [Tensor] {
    let found = network.tensors.filter(\.isMatrix)
    let columns = found.map { $0.shape[-1] }
    require(
      columns == directions.map { $0.shape[0] },
      "SpectralNormalisation: matrices of \(columns) columns, expected those of "
        + "\(directions.map { $0.shape[0] }), of the network that it was made for")
    return found
  }
}

extension SpectralNormalisation: Sendable where Network: Sendable {}

extension Tensor {
  fileprivate var isMatrix: Bool { elementType.isDifferentiable && rank >= 2 }

  fileprivate var matrix: Tensor {
    rank == 2 ? self : reshaped(to: [shape.prefix(rank - 1).count, shape[-1]])
  }

  fileprivate var normalised: Tensor {
    self / sqrt(maximum(square(self).sum(), Tensor(1e-24)))
  }
}
