import GumbelTensors
import _GumbelTestSupport

private let inf = Float.infinity
private let nan = Float.nan
private let least = Float.leastNonzeroMagnitude

private typealias Case = SpecialValueLaw.Case

private func law(
  _ name: String, _ cases: [Case],
  _ apply: @escaping @Sendable ([Tensor]) -> Tensor
) -> SpecialValueLaw { SpecialValueLaw(name, cases: cases, apply: apply) }

private func matrix(_ elements: [Float], _ rows: Int = 1) -> Tensor {
  Tensor(elements, shape: [rows, elements.count / rows])
}

/// Moved or repeated numbers: any bits are themselves, and gradients go the other way.
private let moved: [Float] = [-0.0, least, 3e38, -inf, nan, 1]
private let ones: [Float] = [1, 1, 1, 1, 1, 1]
private let zeros: [Float] = [0, 0, 0, 0, 0, 0]

private let specialMovingLaws: [SpecialValueLaw] = [
  law(
    "transpose",
    [Case([matrix(moved, 2)], [-0.0, -inf, least, nan, 3e38, 1], first: [ones], second: [zeros])],
    { $0[0].transposed() }),
  law(
    "slice",
    [Case([Tensor(moved)], [3e38, -inf, nan], first: [[0, 0, 1, 1, 1, 0]], second: [zeros])],
    { $0[0].sliced(along: 0, 2..<5) }),
  law(
    "concatenate",
    [
      Case(
        [Tensor(moved), Tensor([nan])], moved + [nan], first: [ones, [1]], second: [zeros, [0]])
    ],
    { Tensor.concatenated($0) }),
  law(
    "split",
    [Case([Tensor(moved)], [-inf, nan, 1, -0.0, least, 3e38], first: [ones], second: [zeros])],
    { Tensor.concatenated($0[0].split(into: 2, along: 0).reversed()) }),
  law(
    "gatherRows",
    [
      Case(
        [matrix(moved, 3), Tensor(int32: [2, 0, 2])], [nan, 1, -0.0, least, nan, 1],
        first: [[1, 1, 0, 0, 2, 2]], second: [zeros])
    ], { $0[0].gatheringRows(at: $0[1]) }),
  // Sums begin with +0. What is added to one row is not seen by another.
  law(
    "scatterAddRows",
    [
      Case(
        [matrix(moved, 3), Tensor(int32: [1, 0, 1])], [3e38, -inf, nan, 1], first: [ones],
        second: [zeros])
    ], { $0[0].scatterAddingRows(at: $0[1], rows: 2) }),
  law(
    "oneHot", [Case([Tensor(int32: [.min, -1, 0, .max])], [0, 0, 0, 0, 1, 0, 0, 0])],
    { $0[0].oneHot(depth: 2) }),
  law(
    "float32",
    [Case([Tensor(int32: [.min, -1, 0, .max])], [-0x1p31, -1, 0, 0x1p31])],
    { $0[0].converted(to: .float32) }),
  // Integers wrap around.
  law(
    "int32 arithmetic",
    [Case([Tensor(int32: [.max, .min]), Tensor(int32: [1, -1])], [-0x1p31, 0x1p31 - 1])],
    { ($0[0] + $0[1]) * Tensor(int32: 1) - Tensor(int32: 0) }),
]

private let specialReductionLaws: [SpecialValueLaw] = [
  law(
    "sum",
    [
      Case([Tensor([-0.0, -0.0])], [0], first: [[1, 1]], second: [[0, 0]]),
      Case([Tensor([3e38, 3e38])], [inf], first: [[1, 1]], second: [[0, 0]]),
      Case([Tensor([inf, -inf])], [nan], first: [[1, 1]], second: [[0, 0]]),
      Case([Tensor([least, nan])], [nan], first: [[1, 1]], second: [[0, 0]]),
    ], { $0[0].sum() }),
  law(
    "max",
    [
      Case([Tensor([0, -0.0, -1])], [0], first: [[0.5, 0.5, 0]], second: [[0, 0, 0]]),
      Case([Tensor([inf, 3e38, inf])], [inf], first: [[0.5, 0, 0.5]], second: [[0, 0, 0]]),
      Case([Tensor([-inf, -inf])], [-inf], first: [[0.5, 0.5]], second: [[0, 0]]),
      Case([Tensor([1, nan, 2])], [nan], first: [[0, 0, 0]], second: [[0, 0, 0]]),
    ], { $0[0].max() }),
  // Passes over NaN.
  law(
    "argmax",
    [
      Case([Tensor([-0.0, 0])], [0]), Case([Tensor([nan, 1, 3, nan])], [2]),
      Case([Tensor([nan, -inf])], [1]), Case([Tensor([nan, nan])], [-1]),
      Case([Tensor([3e38, inf, inf])], [1]),
    ], { $0[0].argmax() }),
  law(
    "logSumExp",
    [
      Case([Tensor([-inf, -inf])], [-inf], first: [[0, 0]], second: [[0, 0]]),
      Case([Tensor([-inf, 5])], [5], first: [[0, 1]], second: [[0, 0]]),
      Case([Tensor([3e38, -3e38])], [3e38], first: [[1, 0]], second: [[0, 0]]),
      Case([Tensor([inf, 0])], [inf]), Case([Tensor([nan, 0])], [nan], first: [[nan, nan]]),
    ], { $0[0].logSumExp() }),
]

/// Rows: one with nothing to choose from, an infinity, or a NaN is NaN, alone; what is masked by -inf is
/// exactly 0, with a gradient of 0.
private let specialRowLaws: [SpecialValueLaw] = [
  law(
    "softmax",
    [
      Case(
        [matrix([-inf, 3e38, 0, 0], 2)], [0, 1, 0.5, 0.5], first: [[0, 0, 0, 0]],
        second: [[0, 0, 0, 0]]),
      Case([matrix([-inf, -inf, 0, 0, nan, 1], 3)], [nan, nan, 0.5, 0.5, nan, nan]),
      Case([matrix([least, -0.0])], [0.5, 0.5], first: [[0, 0]], second: [[0, 0]]),
    ], { $0[0].softmax() }),
  law(
    "logSoftmax",
    [
      Case([matrix([-inf, 3e38, -3e38])], [-inf, 0, -inf], first: [[1, -2, 1]]),
      Case([matrix([-inf, -inf, nan, 1, 7, -inf], 3)], [nan, nan, nan, nan, 0, -inf]),
    ], { $0[0].logSoftmax() }),
  law(
    "causalSoftmax",
    [
      // What lies above the diagonal is not even read.
      Case(
        [Tensor([3e38, nan, inf, -inf, 1, nan, nan, 0, 0], shape: [3, 3])],
        [1, 0, 0, 0, 1, 0, nan, nan, nan]),
      Case([Tensor([-5, nan, 0, 0], shape: [2, 2])], [1, 0, 0.5, 0.5], first: [[0, 0, 0, 0]]),
    ], { $0[0].causalSoftmax() }),
  law(
    "softmaxCrossEntropy",
    [
      Case(
        [matrix([3e38, -3e38]), Tensor(int32: [0])], [0], first: [[0, 0]], second: [[0, 0]]),
      Case([matrix([-inf, 0]), Tensor(int32: [1])], [0], first: [[0, 0]], second: [[0, 0]]),
      Case([matrix([-inf, 0]), Tensor(int32: [0])], [inf], first: [[-1, 1]], second: [[0, 0]]),
      Case(
        [matrix([nan, 0, 0, -inf], 2), Tensor(int32: [1, 0])], [nan, 0], first: [[nan, nan, 0, 0]]),
    ], { softmaxCrossEntropy(logits: $0[0], labels: $0[1]) }),
  law(
    "standardise",
    [
      // All alike: the differences are 0, whatever the size of the numbers.
      Case(
        [matrix([7, 7, -0.0, -0.0], 2)], [0, 0, 0, 0], first: [[0, 0, 0, 0]],
        second: [[0, 0, 0, 0]]),
      Case([matrix([nan, 0, inf, 0, 5, 5], 3)], [nan, nan, nan, nan, 0, 0]),
    ], { $0[0].standardised(epsilon: 0.25) }),
]

/// Products: a NaN or an infinity spoils the rows and columns that it stands in, and no others.
private let specialProductLaws: [SpecialValueLaw] = [
  law(
    "matmul",
    [
      Case(
        [matrix([nan, 1, 2, 0], 2), matrix([1, inf, -0.0, 1], 2)], [nan, nan, 2, inf],
        first: [[inf, 1, inf, 1], [nan, nan, 1, 1]], second: [[2, 2, 2, 2], [2, 2, 2, 2]])
    ], { matmul($0[0], $0[1]) }),
  law(
    "dense",
    [
      // One unit is inactive, one exactly at 0, one NaN: a slope of 0.
      Case(
        [matrix([1, 2]), matrix([-3, 0, nan, 0, 0, 1], 2), Tensor([1, -0.0, 0])], [0, 0, nan],
        first: [[nan, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0]])
    ], { dense($0[0], weight: $0[1], bias: $0[2], activation: .relu) }),
  law(
    "convolution",
    [
      // One image beside another with a NaN.
      Case(
        [
          Tensor([nan, 1, 2, 3], shape: [2, 1, 2, 1]), Tensor([2, -1], shape: [1, 2, 1, 1]),
        ], [nan, 1], first: [[2, -1, 2, -1], [nan, 4]], second: [[1, 1, 1, 1], [2, 2]])
    ], { convolution2D($0[0], weight: $0[1]) }),
  law(
    "lstm",
    [
      // Gates that are shut and open for good; beside them a row with a NaN. Rows are i, f, g, o.
      Case(
        [
          matrix([-3e38, 3e38, 5, 3e38, 0, nan, 0, 0], 2), Tensor.zeros([2, 4]),
          matrix([0.5, 1], 2),
        ], [0.462_117_16, nan, 0.5, nan])
    ],
    {
      let (hidden, cell) = lstmStep(projected: $0[0], recurrent: $0[1], cell: $0[2])
      return Tensor.concatenated([hidden, cell])
    }),
  law(
    "gru",
    [
      Case(
        [
          matrix([-3e38, 3e38, 5, -3e38, -3e38, 3e38, nan, 0, 0], 3), Tensor.zeros([3, 3]),
          Tensor([1]), matrix([0.5, 7, 1], 3),
        ], [0.5, 1, nan])
    ], { gruStep(projected: $0[0], recurrent: $0[1], recurrentBias: $0[2], hidden: $0[3]) }),
  law(
    "scan",
    [
      // A sum over time of two rows, of which one has a NaN.
      Case(
        [Tensor([1, nan, 3e38, 0], shape: [2, 2]), Tensor([-0.0, 1])], [3e38, nan],
        first: [[1, 1, 1, 1], [1, 1]], second: [[0, 0, 0, 0], [0, 0]])
    ], { scan(from: $0[1], over: $0[0]) { ($0 + $1, EmptyGroup()) }.0 }),
  // A gradient of 0 from the start: no step, and a derivative in spite of the root of 0.
  law(
    "adam",
    [
      Case(
        [
          Tensor([1, 1]), Tensor([0, nan]), Tensor([0, 0]), Tensor([0, 0]), Tensor(0.5),
          Tensor(int32: 1),
        ], [1, nan])
    ],
    {
      adamStep(
        parameter: $0[0], gradient: $0[1], firstMoment: $0[2], secondMoment: $0[3],
        learningRate: $0[4], step: $0[5], beta1: 0.5, beta2: 0.5, epsilon: 0.25, weightDecay: 0
      ).parameter
    }),
]

/// Draws: from rows with one class left it is that one; invalid rows are -1 or NaN, alone.
private let specialDrawLaws: [SpecialValueLaw] = [
  law(
    "gumbelSoftmax",
    [
      Case(
        [matrix([-inf, 3e38, -inf, -inf, nan, 0], 3), Tensor(0.5)], [0, 1, nan, nan, nan, nan]),
      Case(
        [matrix([-inf, -7]), Tensor(0.1)], [0, 1], first: [[0, 0], [0]], second: [[0, 0], [0]]),
      Case([matrix([0, -200]), Tensor(0)], [1, 0], first: [[0, 0], [0]]),
      Case([matrix([0, 1]), Tensor(-1)], [nan, nan]),
    ], { Tensor.gumbelSoftmax(logits: $0[0], temperature: $0[1], key: RandomKey(1)) }),
  law(
    "categorical",
    [Case([matrix([-inf, 3e38, -inf, -inf, nan, 0, inf, 0], 4)], [1, -1, -1, 0])],
    { Tensor.categorical(logits: $0[0], key: RandomKey(1)) }),
  law(
    "gumbelTopK",
    [Case([matrix([-inf, 3e38, -3e38, -inf, nan, 0, 0, -inf, -inf], 3)], [1, 2, -1, -1, -1, -1])],
    { Tensor.gumbelTopK(logits: $0[0], k: 2, key: RandomKey(1)) }),
  // Keys of any bits, and numbers of any bits folded in, give numbers and keys as good as others.
  law(
    "draws",
    [[0, 0], [-1, -1], [.min, .max]].map { (words: [Int32]) in
      Case([Tensor(int32: words), Tensor(int32: -1)], [1])
    },
    {
      let key = RandomKey(words: $0[0])
      let keys = [key, key.folding(in: $0[1]), key.folding(in: .min), key.folding(in: .max)]
      let draws = keys.flatMap { key in
        [
          Tensor.uniform([9], key: key), Tensor.normal([9], key: key),
          Tensor.exponential([9], key: key), Tensor.gumbel([9], key: key),
          Tensor.permutation(9, key: key).converted(to: .float32),
        ]
      }
      return isFinite(Tensor.concatenated(draws)).min(along: 0).converted(to: .int32)
    }),
]

let specialArrayLaws: [SpecialValueLaw] = [
  specialMovingLaws, specialReductionLaws, specialRowLaws, specialProductLaws, specialDrawLaws,
].flatMap { $0 }
