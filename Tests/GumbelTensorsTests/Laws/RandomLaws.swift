import GumbelTensors
import _GumbelTestSupport

private func key(_ key: RandomKey) -> Tensor { key.folding(in: 7).words }

private func drawLaw(
  _ name: String, _ shape: Shape, tolerance: Double = 2e-6,
  _ draw: @escaping @Sendable (Shape, RandomKey) -> Tensor,
  _ element: @escaping @Sendable (Philox, Int) -> Double
) -> PrimitiveLaw {
  PrimitiveLaw(
    "\(name) \(shape)", tolerance: tolerance, inputs: { [key($0)] },
    apply: { draw(shape, RandomKey(words: $0[0])) },
    reference: { x in
      let philox = Philox(x[0])
      return DoubleTensor(shape.dimensions, (0..<shape.count).map { element(philox, $0) })
    })
}

private func words(_ words: [UInt32]) -> DoubleTensor {
  DoubleTensor([words.count], words.map { Double(Int32(bitPattern: $0)) })
}

private func gumbelSoftmaxLaw(
  _ form: String, logits: Shape, temperature: Shape, rows: Shape,
  _ draw: @escaping @Sendable (Tensor, Tensor, Shape?, RandomKey) -> Tensor,
  _ ofRow: @escaping @Sendable (_ perturbed: [Double], _ temperature: Double) -> [Double],
  differentiable: (@Sendable ([Double], Double) -> [Double])? = nil
) -> PrimitiveLaw {
  func reference(
    _ ofRow: @escaping @Sendable ([Double], Double) -> [Double]
  ) -> @Sendable ([DoubleTensor]) -> DoubleTensor {
    { x in
      let philox = Philox(x[2])
      let k = logits[-1]
      let values = (0..<rows.count).flatMap { row in
        let t = x[1].values[temperature.rank == 0 ? 0 : row]
        return ofRow(
          (0..<k).map { c in
            x[0].values[(logits.rank == 1 ? 0 : row * k) + c] + philox.gumbel(row * k + c)
          }, t)
      }
      return DoubleTensor(rows.dimensions + [k], values)
    }
  }
  return PrimitiveLaw(
    "\(form) logits \(logits), temperature \(temperature)",
    tolerance: 1e-5,
    inputs: {
      [signed($0, 0, logits, in: 0...2), values($0, 1, temperature, in: 0.5...2), key($0)]
    },
    apply: { draw($0[0], $0[1], logits.rank == 1 ? rows : nil, RandomKey(words: $0[2])) },
    differentiable: differentiable.map(reference), reference: reference(ofRow))
}

private func relaxed(_ perturbed: [Double], _ temperature: Double) -> [Double] {
  softmax(perturbed.map { $0 / temperature })
}

private let gumbelSoftmaxLaws: [PrimitiveLaw] = [
  (logits: [3], temperature: [], rows: []), ([3], [], [4]), ([3], [4], [4]), ([2, 5], [], [2]),
  ([2, 2, 3], [2, 2], [2, 2]), ([2, 1], [], [2]), ([9, 3], [9], [9]), ([2, 19], [2], [2]),
  ([40], [], [3]),
].flatMap { (logits: Shape, temperature: Shape, rows: Shape) in
  [
    gumbelSoftmaxLaw(
      "gumbelSoftmax", logits: logits, temperature: temperature, rows: rows,
      { Tensor.gumbelSoftmax(logits: $0, temperature: $1, shape: $2, key: $3) }, relaxed),
    gumbelSoftmaxLaw(
      "logGumbelSoftmax", logits: logits, temperature: temperature, rows: rows,
      { Tensor.logGumbelSoftmax(logits: $0, temperature: $1, shape: $2, key: $3) },
      { perturbed, temperature in
        let total = logSumExp(perturbed.map { $0 / temperature })
        return perturbed.map { $0 / temperature - total }
      }),
    gumbelSoftmaxLaw(
      "straightThroughGumbelSoftmax", logits: logits, temperature: temperature, rows: rows,
      { Tensor.straightThroughGumbelSoftmax(logits: $0, temperature: $1, shape: $2, key: $3) },
      { perturbed, _ in
        let winner = perturbed.firstIndex(of: perturbed.max()!)!
        return perturbed.indices.map { $0 == winner ? 1 : 0 }
      }, differentiable: relaxed),
  ]
}

private let keyLaws: [PrimitiveLaw] = [
  PrimitiveLaw(
    "folding a number", inputs: { [key($0)] },
    apply: { RandomKey(words: $0[0]).folding(in: 123_456_789_012).words },
    reference: { words(Philox($0[0]).folding(123_456_789_012)) }),
  PrimitiveLaw(
    "splitting", inputs: { [key($0)] },
    apply: { RandomKey(words: $0[0]).split(into: 3)[2].words },
    reference: { words(Philox($0[0]).folding(1 << 63 | 2)) }),
  PrimitiveLaw(
    "folding a tensor", inputs: { [key($0), indices($0, 1, [], below: 1000)] },
    apply: { RandomKey(words: $0[0]).folding(in: $0[1]).words },
    reference: { words(Philox($0[0]).folding(UInt64($0[1].values[0]))) }),
]

let randomLaws: [PrimitiveLaw] =
  keyLaws + gumbelSoftmaxLaws
  + [
    // Past the kernels' tiles of 512, so that refined tails occur too.
    drawLaw("uniform", [3, 401], tolerance: 0, { .uniform($0, key: $1) }) { $0.uniform($1) },
    drawLaw("normal", [1203], { .normal($0, key: $1) }) { $0.normal($1) },
    drawLaw("exponential", [3, 401], { .exponential($0, key: $1) }) { $0.exponentialDraw($1) },
    drawLaw("gumbel", [1203], { .gumbel($0, key: $1) }) { $0.gumbel($1) },
    PrimitiveLaw(
      "permutation", inputs: { [key($0)] },
      apply: { .permutation(9, key: RandomKey(words: $0[0])) },
      reference: { x in
        let philox = Philox(x[0])
        let words = (0..<9).map { philox.word($0) }
        return DoubleTensor([9], (0..<9).sorted { words[$0] < words[$1] }.map(Double.init))
      }),
  ]
  + [([4], [3, 2]), ([3, 2, 5], [3, 2]), ([21], [4])].map { (logits: Shape, rows: Shape) in
    PrimitiveLaw(
      "categorical \(logits)", inputs: { [signed($0, 0, logits, in: 0...2), key($0)] },
      apply: {
        Tensor.categorical(
          logits: $0[0], shape: logits.rank == 1 ? rows : nil, key: RandomKey(words: $0[1]))
      },
      reference: { x in
        let philox = Philox(x[1])
        let k = logits[-1]
        let draws = (0..<rows.count).map { row in
          let perturbed = (0..<k).map { c in
            x[0].values[(logits.rank == 1 ? 0 : row * k) + c] + philox.gumbel(row * k + c)
          }
          return Double(perturbed.firstIndex(of: perturbed.max()!)!)
        }
        return DoubleTensor(rows.dimensions, draws)
      })
  }
  + [([4], [3, 2], 2), ([3, 2, 5], [3, 2], 5), ([21], [4], 3), ([3, 5], [3], 0)].map {
    (logits: Shape, rows: Shape, chosen: Int) in
    PrimitiveLaw(
      "gumbelTopK \(logits), \(chosen)", inputs: { [signed($0, 0, logits, in: 0...2), key($0)] },
      apply: {
        Tensor.gumbelTopK(
          logits: $0[0], k: chosen, shape: logits.rank == 1 ? rows : nil,
          key: RandomKey(words: $0[1]))
      },
      reference: { x in
        let philox = Philox(x[1])
        let k = logits[-1]
        let draws = (0..<rows.count).flatMap { row in
          let perturbed = (0..<k).map { c in
            x[0].values[(logits.rank == 1 ? 0 : row * k) + c] + philox.gumbel(row * k + c)
          }
          let order = (0..<k).sorted { perturbed[$0] > perturbed[$1] }
          return order.prefix(chosen).map(Double.init)
        }
        return DoubleTensor(rows.dimensions + [chosen], draws)
      })
  }
