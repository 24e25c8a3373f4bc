import GumbelLayers
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Layers with their parameters as operands, against references in double precision.
@Suite struct LayerLawTests {
  static let normalisation = PrimitiveLaw(
    "LayerNorm", tolerance: 1e-5,
    inputs: {
      [
        Tensor.normal([3, 5], key: $0.folding(in: 0)), Tensor.normal([5], key: $0.folding(in: 1)),
        Tensor.normal([5], key: $0.folding(in: 2)),
      ]
    },
    apply: {
      var layer = LayerNorm(5, epsilon: 0.125)
      (layer.scale, layer.offset) = ($0[1], $0[2])
      return layer($0[0])
    },
    reference: { x in
      let normal = x[0].mapRows { row in
        let mean = row.reduce(0, +) / 5
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 5
        return row.map { ($0 - mean) / (variance + 0.125).squareRoot() }
      }
      return normal * x[1] + x[2]
    })

  static let network = PrimitiveLaw(
    "two layers and a mean", tolerance: 1e-5,
    inputs: {
      [
        Tensor.normal([4, 3], key: $0.folding(in: 0)),
        Tensor.normal([3, 6], key: $0.folding(in: 1)),
        Tensor.normal([6], key: $0.folding(in: 2)), Tensor.normal([6, 2], key: $0.folding(in: 3)),
        Tensor.normal([2], key: $0.folding(in: 4)),
      ]
    },
    apply: {
      var first = Dense(3, 6, activation: .tanh, key: RandomKey(0))
      var second = Dense(6, 2, activation: .sigmoid, key: RandomKey(0))
      (first.weight, first.bias) = ($0[1], $0[2])
      (second.weight, second.bias) = ($0[3], $0[4])
      return Sequential(first, Activate(softplus), second)($0[0]).mean(along: 0)
    },
    reference: { x in
      func layer(_ x: DoubleTensor, _ w: DoubleTensor, _ b: DoubleTensor) -> DoubleTensor {
        DoubleTensor([x.dimensions[0], w.dimensions[1]]) { index in
          (0..<w.dimensions[0]).reduce(b.values[index[1]]) {
            $0 + x[[index[0], $1]] * w[[$1, index[1]]]
          }
        }
      }
      let hidden = layer(x[0], x[1], x[2]).map { softplusOf(hyperbolicTangent($0)) }
      return layer(hidden, x[3], x[4]).map(sigmoidOf)
        .reduced(along: 0) { $0.reduce(0, +) / Double($0.count) }
    })

  @Test(arguments: [normalisation, network])
  func law(_ law: PrimitiveLaw) {
    var failures: [String] = []
    for seed in 0..<3 { failures += law.failures(RandomKey(UInt64(seed))) }
    #expect(failures == [])
  }
}
