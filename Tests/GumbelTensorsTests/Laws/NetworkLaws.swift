import GumbelTensors
import _GumbelTestSupport

private func product(
  _ a: DoubleTensor, _ b: DoubleTensor, _ transposeA: Bool, _ transposeB: Bool
) -> DoubleTensor {
  let outer = Array(a.dimensions.dropLast(2))
  let m = a.dimensions[a.rank - (transposeA ? 1 : 2)]
  let k = a.dimensions[a.rank - (transposeA ? 2 : 1)]
  let n = b.dimensions[b.rank - (transposeB ? 2 : 1)]
  return DoubleTensor(outer + [m, n]) { index in
    let batch = Array(index.dropLast(2))
    let (i, j) = (index[index.count - 2], index[index.count - 1])
    return (0..<k).reduce(0) { sum, l in
      let left = batch + (transposeA ? [l, i] : [i, l])
      let right = (b.rank > 2 ? batch : []) + (transposeB ? [j, l] : [l, j])
      return sum + a[left] * b[right]
    }
  }
}

private func matmulLaw(
  _ name: String, _ a: Shape, _ b: Shape, transposeA: Bool = false, transposeB: Bool = false
) -> PrimitiveLaw {
  PrimitiveLaw(
    "matmul \(name)", inputs: { [signed($0, 0, a, in: 0...1), signed($0, 1, b, in: 0...1)] },
    apply: { matmul($0[0], $0[1], transposingFirst: transposeA, transposingSecond: transposeB) },
    reference: { product($0[0], $0[1], transposeA, transposeB) })
}

private func activation(_ activation: Activation, _ x: Double) -> Double {
  switch activation {
  case .linear: x
  case .relu: max(x, 0)
  case .tanh: hyperbolicTangent(x)
  case .sigmoid: sigmoidOf(x)
  }
}

private func denseLaw(
  _ kind: Activation, _ shape: Shape, variables: [Int]? = nil, outputs: Int = 3
) -> PrimitiveLaw {
  PrimitiveLaw(
    "dense \(kind) \(shape) \(variables ?? [])", variables: variables,
    inputs: {
      [
        signed($0, 0, shape, in: 0.1...1), signed($0, 1, [shape[-1], outputs], in: 0.1...1),
        signed($0, 2, [outputs], in: 0.1...1),
      ]
    },
    apply: { dense($0[0], weight: $0[1], bias: $0[2], activation: kind) },
    reference: { x in
      let rows = x[0].values.count / shape[-1]
      let z = product(x[0].reshaped([rows, shape[-1]]), x[1], false, false) + x[2]
      let dimensions = shape.dimensions.dropLast() + [outputs]
      return z.map { activation(kind, $0) }.reshaped(Array(dimensions))
    })
}

let networkLaws: [PrimitiveLaw] =
  [
    matmulLaw("plain", [3, 4], [4, 5]),
    matmulLaw("first transposed", [4, 3], [4, 5], transposeA: true),
    matmulLaw("second transposed", [3, 4], [5, 4], transposeB: true),
    matmulLaw("both transposed", [4, 3], [5, 4], transposeA: true, transposeB: true),
    matmulLaw("folded", [2, 3, 4], [4, 5]),
    matmulLaw("folded, second transposed", [2, 3, 4], [5, 4], transposeB: true),
    matmulLaw("folded twice", [2, 2, 3, 2], [2, 3]),
    matmulLaw("batched", [2, 3, 4], [2, 4, 5]),
    matmulLaw("batched, first transposed", [2, 4, 3], [2, 4, 5], transposeA: true),
    matmulLaw("batched, second transposed", [2, 3, 4], [2, 5, 4], transposeB: true),
    matmulLaw(
      "batched, both transposed", [2, 4, 3], [2, 5, 4], transposeA: true, transposeB: true),
    matmulLaw("of a row", [1, 9], [9, 1]),
    matmulLaw("with nothing inside", [2, 0], [0, 3]),
    matmulLaw("folded, with nothing inside", [2, 3, 0], [0, 2]),
    matmulLaw("folded, with no columns", [2, 3, 2], [2, 0]),
  ]
  + Activation.allCases.flatMap { kind in
    [
      denseLaw(kind, [4, 2]), denseLaw(kind, [2, 3, 2]), denseLaw(kind, [5], outputs: 2),
      denseLaw(kind, [3, 2], variables: [0]), denseLaw(kind, [3, 2], variables: [1]),
      denseLaw(kind, [3, 2], variables: [2]), denseLaw(kind, [3, 2], variables: [0, 2]),
      denseLaw(kind, [3, 2], variables: [1, 2]), denseLaw(kind, [2, 9], outputs: 11),
      denseLaw(kind, [2, 3], outputs: 0),
    ]
  }
  + [(Float(0), 1), (0.1, 1), (0, 7)].map { decay, step in
    PrimitiveLaw(
      "adam \(decay) \(step)",
      inputs: { key in
        [
          signed(key, 0, [2, 3], in: 0.1...1), signed(key, 1, [2, 3], in: 0.3...1),
          signed(key, 2, [2, 3], in: 0.1...1), values(key, 3, [2, 3], in: 0.3...1),
          Tensor(0.3), Tensor(int32: Int32(step)),
        ]
      },
      apply: {
        let (p, m, v) = adamStep(
          parameter: $0[0], gradient: $0[1], firstMoment: $0[2], secondMoment: $0[3],
          learningRate: $0[4], step: $0[5], beta1: 0.875, beta2: 0.75, epsilon: 0.125,
          weightDecay: decay)
        return Tensor.concatenated([p, m, v])
      },
      reference: { x in
        let m = (x[2] * DoubleTensor([], [0.875])) + (x[1] * DoubleTensor([], [0.125]))
        let v = (x[3] * DoubleTensor([], [0.75])) + (x[1] * x[1] * DoubleTensor([], [0.25]))
        let t = Double(step)
        let direction = m.zipped(with: v) { m, v in
          m / (1 - power(0.875, t)) / ((v / (1 - power(0.75, t))).squareRoot() + 0.125)
        }
        let decayed = x[0] * DoubleTensor([], [Double(decay)])
        let p = x[0] + (direction + decayed) * x[4].map { -$0 }
        return DoubleTensor([6, 3], p.values + m.values + v.values)
      })
  }
