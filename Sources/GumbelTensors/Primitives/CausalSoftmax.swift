import GumbelKernels

/// The softmax of each row of a square's lower triangle, zeros above: what position i gives to
/// positions 0 to i. Operand: [..., n, n].
///
/// Rows stop at the diagonal, so that half of the work is not done and nothing has to be masked.
struct CausalSoftmax: Primitive {
  var name: String { "causalSoftmax" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    let shape = inputs[0].shape
    if shape.rank < 2 || shape[-1] != shape[-2] { reject(inputs, "expected […, n, n]") }
    return OutputTypes(inputs[0])
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (x, y) = (inputs[0].floats, outputs[0].floats)
    let n = inputs[0].shape[-1]
    let squares = n == 0 ? 0 : inputs[0].count / (n * n)
    func square(_ index: Int) {
      for row in 0..<n {
        let start = (index * n + row) * n
        gk_softmax(x + start, y + start, 1, row + 1)
        (y + start + row + 1).update(repeating: 0, count: n - row - 1)
      }
    }
    // Few and small ones are done before a worker wakes.
    if inputs[0].count < 1 << 13 {
      for index in 0..<squares { square(index) }
    } else {
      parallelFor(squares, square)
    }
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let positions = Tensor.int32Range(inputs[0].shape[-1])
    let isLater = positions.reshaped(to: [positions.count, 1]) .< positions
    return [select(isLater, Tensor(-.infinity), inputs[0]).softmax()]
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let square = inputs[0].shape
    let (row, column) = (writer.iota(square, -2), writer.iota(square, -1))
    let isLater = writer.compare(row, .less, column)
    return [
      writer.softmax(writer.select(isLater, writer.constant(-Float.infinity), inputs[0]))
    ]
  }

  func pullback(_ p: Pullback) {
    // Where y is 0 so is the gradient: the pullback of the whole row serves for its part.
    p.add(apply1(SoftmaxPullback(), [p.output(), p.cotangent]), to: 0)
  }
}

extension Tensor {
  /// `exp(x[i, j]) / Σ_{l ≤ i} exp(x[i, l])` for j ≤ i, and 0 for j > i: the weights of causal
  /// attention from scores […, n, n].
  public func causalSoftmax() -> Tensor { apply1(CausalSoftmax(), [self]) }
}
