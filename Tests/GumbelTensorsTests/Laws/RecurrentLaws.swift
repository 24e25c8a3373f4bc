import GumbelTensors
import _GumbelTestSupport

private func lstmReference(_ x: [DoubleTensor]) -> DoubleTensor {
  let (rows, width) = (x[2].dimensions[0], x[2].dimensions[1])
  func gate(_ i: Int, _ index: [Int]) -> Double {
    let column = [index[0], i * width + index[1]]
    return x[0][column] + x[1][column]
  }
  let cell = DoubleTensor([rows, width]) { i in
    sigmoidOf(gate(1, i)) * x[2][i] + sigmoidOf(gate(0, i)) * hyperbolicTangent(gate(2, i))
  }
  let hidden = DoubleTensor([rows, width]) { i in
    sigmoidOf(gate(3, i)) * hyperbolicTangent(cell[i])
  }
  return DoubleTensor([2 * rows, width], hidden.values + cell.values)
}

private func gruReference(_ x: [DoubleTensor]) -> DoubleTensor {
  let width = x[3].dimensions[1]
  func column(_ part: Int, _ index: [Int]) -> [Int] { [index[0], part * width + index[1]] }
  func gate(_ part: Int, _ index: [Int]) -> Double {
    sigmoidOf(x[0][column(part, index)] + x[1][column(part, index)])
  }
  return DoubleTensor(x[3].dimensions) { i in
    let m = x[1][column(2, i)] + x[2][[i[1]]]
    let n = hyperbolicTangent(x[0][column(2, i)] + gate(0, i) * m)
    return (1 - gate(1, i)) * n + gate(1, i) * x[3][i]
  }
}

/// Widths of less than a vector and of one with a tail.
let recurrentLaws: [PrimitiveLaw] = [2, 9].flatMap { width in
  [
    PrimitiveLaw(
      "lstm \(width)",
      inputs: { key in
        [
          signed(key, 0, [2, 4 * width], in: 0.1...1), signed(key, 1, [2, 4 * width], in: 0.1...1),
          signed(key, 2, [2, width], in: 0.1...1),
        ]
      },
      apply: {
        let (hidden, cell) = lstmStep(projected: $0[0], recurrent: $0[1], cell: $0[2])
        return Tensor.concatenated([hidden, cell])
      },
      reference: lstmReference),
    PrimitiveLaw(
      "gru \(width)",
      inputs: { key in
        [
          signed(key, 0, [2, 3 * width], in: 0.1...1), signed(key, 1, [2, 3 * width], in: 0.1...1),
          signed(key, 2, [width], in: 0.1...1), signed(key, 3, [2, width], in: 0.1...1),
        ]
      },
      apply: {
        gruStep(projected: $0[0], recurrent: $0[1], recurrentBias: $0[2], hidden: $0[3])
      },
      reference: gruReference),
  ]
}
