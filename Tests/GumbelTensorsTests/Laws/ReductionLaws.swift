import GumbelTensors
import _GumbelTestSupport

/// Every axis of shapes on both sides of the kernels' vectors.
private let places: [(shape: Shape, axis: Int)] = [
  ([5], 0), ([3, 11], 0), ([3, 11], 1), ([2, 3, 4], 0), ([2, 3, 4], 1), ([2, 3, 4], 2),
  ([2, 19], -1),
]

private func reductionLaws(
  _ name: String, _ function: @escaping @Sendable (Tensor, Int) -> Tensor,
  _ reference: @escaping @Sendable ([Double]) -> Double
) -> [PrimitiveLaw] {
  places.map { place in
    PrimitiveLaw(
      "\(name) \(place.shape) along \(place.axis)",
      inputs: { [signed($0, 0, place.shape, in: 0.1...2)] },
      apply: { function($0[0], place.axis) },
      reference: {
        $0[0].reduced(along: place.axis < 0 ? place.axis + $0[0].rank : place.axis, reference)
      })
  }
}

let reductionLaws: [PrimitiveLaw] =
  reductionLaws("sum", { square($0).sum(along: $1) }) { $0.reduce(0) { $0 + $1 * $1 } }
  + reductionLaws("mean", { exp($0.mean(along: $1)) }) {
    exponential($0.reduce(0, +) / Double($0.count))
  }
  + reductionLaws("max", { square($0.max(along: $1)) }) { power($0.max()!, 2) }
  + reductionLaws("min", { square($0.min(along: $1)) }) { power($0.min()!, 2) }
  + reductionLaws("argmax", { $0.argmax(along: $1) }) {
    Double($0.firstIndex(of: $0.max()!)!)
  }
  + reductionLaws(
    "logSumExp", { $0.logSumExp(along: $1) }, { logSumExp($0) })

private func rowLaw(
  _ name: String, _ shape: Shape,
  _ function: @escaping @Sendable (Tensor) -> Tensor,
  _ reference: @escaping @Sendable ([Double]) -> [Double]
) -> PrimitiveLaw {
  PrimitiveLaw(
    "\(name) \(shape)", inputs: { [signed($0, 0, shape, in: 0...3)] },
    apply: { function($0[0]) }, reference: { $0[0].mapRows(reference) })
}

/// Rows on both sides of the kernels' limit between narrow and wide ones, whole vectors and tails.
private let rowShapes: [Shape] = [[5], [3, 1], [9, 3], [2, 2, 8], [2, 17], [1, 40]]

let rowLaws: [PrimitiveLaw] =
  rowShapes.flatMap { shape in
    [
      rowLaw("softmax", shape, { $0.softmax() }) { softmax($0) },
      rowLaw(
        "standardise", shape,
        { $0.standardised(epsilon: 0.25) }
      ) { row in
        let count = Double(row.count), mean = row.reduce(0, +) / count
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        return row.map { ($0 - mean) / (variance + 0.25).squareRoot() }
      },
      rowLaw("logSoftmax", shape, { $0.logSoftmax() }) {
        let total = logSumExp($0)
        return $0.map { $0 - total }
      },
    ]
  }
  + [([1, 1] as Shape), [3, 3], [2, 3, 4, 4], [9, 9]].map { shape in
    PrimitiveLaw(
      "causalSoftmax \(shape)", inputs: { [signed($0, 0, shape, in: 0...3)] },
      apply: { $0[0].causalSoftmax() },
      reference: { x in
        DoubleTensor(x[0].dimensions) { index in
          let (row, column) = (index[index.count - 2], index[index.count - 1])
          if column > row { return 0 }
          let scores = (0...row).map { x[0][index.dropLast() + [$0]] }
          return softmax(scores)[column]
        }
      })
  } + [
    PrimitiveLaw(
      "softmax along 0", inputs: { [signed($0, 0, [3, 2, 2], in: 0...3)] },
      apply: { $0[0].softmax(along: 0) },
      reference: { x in
        DoubleTensor([3, 2, 2]) { index in
          softmax((0..<3).map { x[0][[$0, index[1], index[2]]] })[index[0]]
        }
      }),
    PrimitiveLaw(
      "logSoftmax along 1", inputs: { [signed($0, 0, [2, 3, 2], in: 0...3)] },
      apply: { $0[0].logSoftmax(along: 1) },
      reference: { x in
        DoubleTensor([2, 3, 2]) { index in
          x[0][index] - logSumExp((0..<3).map { x[0][[index[0], $0, index[2]]] })
        }
      }),
  ]
  + rowShapes.map { shape in
    PrimitiveLaw(
      "softmaxCrossEntropy \(shape)",
      inputs: {
        [
          signed($0, 0, shape, in: 0...3),
          indices($0, 1, shape.removing(axis: -1), below: shape[-1]),
        ]
      },
      // Squared, so that the second derivative passes through the cotangent.
      apply: { square(softmaxCrossEntropy(logits: $0[0], labels: $0[1])) },
      reference: { x in
        DoubleTensor(x[1].dimensions) { index in
          let row = (0..<x[0].dimensions.last!).map { x[0][index + [$0]] }
          return power(logSumExp(row) - row[Int(x[1][index])], 2)
        }
      })
  }
