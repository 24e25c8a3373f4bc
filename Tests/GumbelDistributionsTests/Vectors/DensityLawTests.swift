import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

// The logarithm of each density on tensors, and its first two derivatives in the value and in the
// parameters, against finite differences of the same distribution's form in double precision; and
// the same bits in a compiled function.

private let categorical = PrimitiveLaw(
  "Categorical.logProbability",
  inputs: { key in
    [
      randomLogits([2, 1, 4], masked: 1, key: key.folding(in: 0)),
      Tensor(int32: [1, 2, 3, 3, 2, 1], shape: [3, 1, 2]),
    ]
  },
  apply: { Categorical(logits: $0[0]).logProbability(of: $0[1]) },
  reference: { operands in
    rowReference(operands, eventRanks: [1, 0]) {
      Categorical(logits: $0[0]).logProbability(of: Int($0[1][0]))
    }
  })

private let oneHot = PrimitiveLaw(
  "OneHotCategorical.logProbability", variables: [0],
  inputs: { key in
    [
      randomLogits([2, 4], masked: 1, key: key.folding(in: 0)),
      Tensor(int32: [1, 2, 3, 3, 2, 1], shape: [3, 2]).oneHot(depth: 4),
    ]
  },
  apply: { OneHotCategorical(logits: $0[0]).logProbability(of: $0[1]) },
  reference: { operands in
    rowReference(operands, eventRanks: [1, 1]) {
      OneHotCategorical(logits: $0[0]).logProbability(of: $0[1])
    }
  })

private func categoricalStatistic(
  _ name: String, _ shapes: (Shape, Shape), masked: Int,
  _ apply: @escaping @Sendable (Categorical<Tensor>, Categorical<Tensor>) -> Tensor,
  _ reference: @escaping @Sendable (Categorical<Double>, Categorical<Double>) -> Double
) -> PrimitiveLaw {
  PrimitiveLaw(
    "Categorical.\(name)",
    inputs: { key in
      [
        randomLogits(shapes.0, masked: masked, key: key.folding(in: 0)),
        randomLogits(shapes.1, key: key.folding(in: 1)),
      ]
    },
    apply: { apply(Categorical(logits: $0[0]), Categorical(logits: $0[1])) },
    reference: { operands in
      rowReference(operands, eventRanks: [1, 1]) {
        reference(Categorical(logits: $0[0]), Categorical(logits: $0[1]))
      }
    })
}

private func relaxedLaw(
  _ name: String, logits: Shape, temperature: Shape, value: Shape, masked: Int, onSimplex: Bool
) -> PrimitiveLaw {
  PrimitiveLaw(
    // On the simplex the reference cannot be moved away from an impossible class's 0.
    name, tolerance: 5e-6, variables: onSimplex && masked > 0 ? [0, 1] : nil,
    inputs: { key in
      let scores = randomLogits(value, masked: masked, scale: 1, key: key.folding(in: 2))
      return [
        randomLogits(logits, masked: masked, key: key.folding(in: 0)),
        0.3 + Tensor.uniform(temperature, key: key.folding(in: 1)),
        onSimplex ? scores.softmax() : scores.logSoftmax(),
      ]
    },
    apply: {
      let relaxed = RelaxedCategorical(logits: $0[0], temperature: $0[1])
      return onSimplex
        ? relaxed.onSimplex.logProbability(of: $0[2]) : relaxed.logProbability(of: $0[2])
    },
    reference: { operands in
      rowReference(operands, eventRanks: [1, 0, 1]) {
        let relaxed = RelaxedCategorical(logits: $0[0], temperature: $0[1][0])
        return onSimplex
          ? relaxed.onSimplex.logProbability(of: $0[2]) : relaxed.logProbability(of: $0[2])
      }
    })
}

private func relaxedBernoulliLaw(onUnitInterval: Bool) -> PrimitiveLaw {
  PrimitiveLaw(
    onUnitInterval ? "UnitRelaxedBernoulli" : "RelaxedBernoulli", tolerance: 5e-6,
    inputs: { key in
      let z = Tensor.normal([3, 2, 4], key: key.folding(in: 2))
      return [
        2 * Tensor.normal([4], key: key.folding(in: 0)),
        0.3 + Tensor.uniform([2, 1], key: key.folding(in: 1)),
        onUnitInterval ? sigmoid(z) : 5 * z,
      ]
    },
    apply: {
      let relaxed = RelaxedBernoulli(logits: $0[0], temperature: $0[1])
      return onUnitInterval
        ? relaxed.onUnitInterval.logProbability(of: $0[2]) : relaxed.logProbability(of: $0[2])
    },
    reference: { operands in
      rowReference(operands, eventRanks: [0, 0, 0]) {
        let relaxed = RelaxedBernoulli(logits: $0[0][0], temperature: $0[1][0])
        return onUnitInterval
          ? relaxed.onUnitInterval.logProbability(of: $0[2][0])
          : relaxed.logProbability(of: $0[2][0])
      }
    })
}

private func plackettLuce(
  _ name: String, length: Int, masked: Int, ofSet: Bool
) -> PrimitiveLaw {
  PrimitiveLaw(
    name,
    inputs: { key in
      // Orders of the classes that are possible: the last four of five.
      let orders: [[Int32]] = [[4, 2, 1, 3], [1, 2, 3, 4], [3, 4, 2, 1]]
      return [
        randomLogits([2, 1, 5], masked: masked, key: key.folding(in: 0)),
        Tensor(int32: orders.flatMap { $0.prefix(length) }, shape: [3, length]),
      ]
    },
    apply: {
      let distribution = PlackettLuce(logits: $0[0], length: length)
      return ofSet
        ? distribution.logProbability(ofSet: $0[1]) : distribution.logProbability(of: $0[1])
    },
    reference: { operands in
      rowReference(operands, eventRanks: [1, 1]) {
        let distribution = PlackettLuce(logits: $0[0], length: length)
        let value = $0[1].map { Int($0) }
        return ofSet
          ? distribution.logProbability(ofSet: value) : distribution.logProbability(of: value)
      }
    })
}

private let multinomial = PrimitiveLaw(
  "Multinomial.logProbability", tolerance: 5e-6, variables: [0],
  inputs: { key in
    [
      randomLogits([2, 1, 4], masked: 1, key: key.folding(in: 0)),
      Tensor([0, 3, 2, 5, 0, 0, 10, 0, 0, 9, 0, 1], shape: [3, 4]),
    ]
  },
  apply: { Multinomial(trials: 10, logits: $0[0]).logProbability(of: $0[1]) },
  reference: { operands in
    rowReference(operands, eventRanks: [1, 1]) {
      Multinomial(trials: 10, logits: $0[0]).logProbability(of: $0[1].map { Int($0) })
    }
  })

private let straightThroughBernoulli = PrimitiveLaw(
  "StraightThroughBernoulli.logProbability", variables: [0],
  inputs: { key in [3 * Tensor.normal([2], key: key), Tensor([0, 1, 1, 1], shape: [2, 2])] },
  apply: {
    StraightThroughBernoulli(logits: $0[0], temperature: Tensor(1)).logProbability(of: $0[1])
  },
  reference: { operands in
    operands[0].zipped(with: operands[1]) { $1 * $0 - softplusOf($0) }
  })

let densityLaws: [PrimitiveLaw] = [
  categorical, oneHot,
  categoricalStatistic("entropy", ([3, 4], [1]), masked: 1) { p, _ in
    p.entropy
  } _: { p, _ in
    p.entropy
  },
  categoricalStatistic("klDivergence", ([3, 1, 4], [2, 4]), masked: 1) { p, q in
    p.klDivergence(to: q)
  } _: { p, q in
    p.klDivergence(to: q)
  },
  relaxedLaw(
    "RelaxedCategorical", logits: [2, 5], temperature: [3, 1], value: [3, 2, 5], masked: 0,
    onSimplex: false),
  relaxedLaw(
    "RelaxedCategorical, masked", logits: [4], temperature: [], value: [3, 4], masked: 2,
    onSimplex: false),
  relaxedLaw(
    "RelaxedCategorical of one class", logits: [3, 1], temperature: [3], value: [2, 1, 1],
    masked: 0, onSimplex: false),
  relaxedLaw(
    "RelaxedCategorical, wide", logits: [40], temperature: [2], value: [2, 40], masked: 3,
    onSimplex: false),
  relaxedLaw(
    "RelaxedOneHotCategorical", logits: [2, 3], temperature: [2], value: [2, 3], masked: 0,
    onSimplex: true),
  relaxedLaw(
    "RelaxedOneHotCategorical, masked", logits: [2, 4], temperature: [], value: [2, 4], masked: 1,
    onSimplex: true),
  relaxedBernoulliLaw(onUnitInterval: false), relaxedBernoulliLaw(onUnitInterval: true),
  straightThroughBernoulli, multinomial,
  plackettLuce("PlackettLuce", length: 4, masked: 0, ofSet: false),
  plackettLuce("PlackettLuce, masked", length: 4, masked: 1, ofSet: false),
  plackettLuce("PlackettLuce of two", length: 2, masked: 1, ofSet: false),
  plackettLuce("PlackettLuce, a set", length: 3, masked: 1, ofSet: true),
  plackettLuce("PlackettLuce, all as a set", length: 4, masked: 1, ofSet: true),
]

@Suite struct DensityLawTests {
  @Test(arguments: densityLaws, [UInt64(1), 2])
  func holds(_ law: PrimitiveLaw, seed: UInt64) {
    let failures = law.failures(RandomKey(seed))
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }
}
