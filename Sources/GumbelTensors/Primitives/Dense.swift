import GumbelKernels

/// The activations that are computed together with a dense layer's product and bias.
public enum Activation: UInt32, Sendable, CaseIterable {
  /// The identity; max(x, 0); the hyperbolic tangent; 1 / (1 + e⁻ˣ).
  case linear, relu, tanh, sigmoid

  var kernel: gk_activation { gk_activation(rawValue: rawValue) }

  /// The activation by itself.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .linear: x
    case .relu: GumbelTensors.relu(x)
    case .tanh: GumbelTensors.tanh(x)
    case .sigmoid: GumbelTensors.sigmoid(x)
    }
  }
}

/// `activation(x w + b)`: x […, in], w [in, out], b [out].
struct Dense: ProductPrimitive {
  var name: String { "dense" }
  let activation: Activation
  var precision = Precision.float32

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3)
    let (x, w, b) = (inputs[0].shape, inputs[1].shape, inputs[2].shape)
    if w.rank != 2 || x.rank < 1 || x[-1] != w[0] || b.rank != 1 || b[0] != w[1] {
      reject(inputs, "expected […, in], [in, out] and [out]")
    }
    return OutputTypes(TensorType(x.replacing(axis: -1, with: w[1])))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (k, n) = (inputs[1].shape[0], inputs[1].shape[1])
    let rows = n == 0 ? 0 : outputs[0].count / n
    let product = MatrixProduct(
      transposeA: false, transposeB: false, m: rows, n: n, k: k, precision: precision)
    product(inputs[0].floats, inputs[1].floats, outputs[0].floats)
    gk_bias_activation(outputs[0].floats, inputs[2].floats, rows, n, activation.kernel)
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let shape = inputs[0].shape
    let rows = inputs[0].reshaped(to: [shape.prefix(shape.rank - 1).count, shape[-1]])
    let sums = matmul(rows, inputs[1]) + inputs[2]
    return [activation(sums).reshaped(to: shape.replacing(axis: -1, with: sums.shape[1]))]
  }

  func pullback(_ p: Pullback) {
    let (x, w, y) = (p.input(0), p.input(1), p.output())
    if !(p.needs(0) || p.needs(1) || p.needs(2)) { return }
    let n = y.shape[-1]
    let rows = y.shape.prefix(y.rank - 1).count
    let g = p.cotangent.reshaped(to: [rows, n])
    var dz = g
    if activation == .linear {
      p.add(g.sum(along: 0), to: 2)
    } else {
      let results = apply(
        ActivationPullback(activation: activation, withBias: p.needs(2)),
        [y.reshaped(to: [rows, n]), g])
      dz = results[0]
      if p.needs(2) { p.add(results[1], to: 2) }
    }
    p.add(matmul(dz, w, transposingSecond: true).reshaped(to: x.shape), to: 0)
    p.add(
      matmul(x.reshaped(to: [rows, x.shape[-1]]), dz, transposingFirst: true), to: 1)
  }
}

/// The pullback of an activation in terms of its value y, and the sum of that over rows.
struct ActivationPullback: Primitive {
  var name: String { "activation.pullback" }
  let activation: Activation
  let withBias: Bool

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 2)
    return withBias
      ? OutputTypes(inputs[1], TensorType([inputs[0].shape[1]])) : OutputTypes(inputs[1])
  }

  var inPlace: [(operand: Int, result: Int)] { [(1, 0)] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_bias_activation_pullback(
      inputs[0].floats, inputs[1].floats, outputs[0].floats, withBias ? outputs[1].floats : nil,
      inputs[0].shape[0], inputs[0].shape[1], activation.kernel)
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (y, g) = (inputs[0], inputs[1])
    let slopes =
      switch activation {
      case .linear: g
      case .relu: multiplyNoNaN(g, y .> 0)
      case .tanh: g * (1 - square(y))
      case .sigmoid: g * (y * (1 - y))
      }
    return withBias ? [slopes, slopes.sum(along: 0)] : [slopes]
  }

  func pullback(_ p: Pullback) {
    let (y, g) = (p.input(0), p.input(1))
    var c = p.cotangent(0)
    if withBias, let bias = p.cotangent(1) {
      c = c.map { $0 + bias } ?? bias.broadcast(to: g.shape)
    }
    guard let c else { return }
    switch activation {
    case .linear: p.add(c, to: 1)
    case .relu: p.add(multiplyNoNaN(c, y .> 0), to: 1)
    case .tanh:
      p.add(c * (1 - square(y)), to: 1)
      p.add(c * g * (-2 * y), to: 0)
    case .sigmoid:
      p.add(c * (y * (1 - y)), to: 1)
      p.add(c * g * (1 - 2 * y), to: 0)
    }
  }
}

/// `activation(x w + b)` in one operation: x […, in], w [in, out], b [out].
public func dense(
  _ x: Tensor, weight: Tensor, bias: Tensor, activation: Activation = .linear
) -> Tensor {
  apply1(Dense(activation: activation), [x, weight, bias])
}
