import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Sampling and scoring inside compiled functions and gradients: the same bits as outside, and the
/// key and the parameters may be the function's arguments.
@Suite struct TracedTests {
  private struct Arguments: TensorGroup {
    var logits: Tensor
    var temperature: Tensor
    var key: RandomKey

    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("logits", &logits)
      visitor.visit("temperature", &temperature)
      visitor.visit("key", &key)
    }
  }

  private static func distributions(_ arguments: Arguments) -> [any Distribution] {
    let (logits, t) = (arguments.logits, arguments.temperature)
    let first = logits.sliced(along: 1, 0..<1).reshaped(to: [logits.shape[0]])
    return [
      Categorical(logits: logits), OneHotCategorical(logits: logits),
      Categorical(probabilities: logits.softmax()),
      StraightThroughOneHotCategorical(logits: logits, temperature: t),
      RelaxedCategorical(logits: logits, temperature: t),
      RelaxedOneHotCategorical(logits: logits, temperature: t),
      RelaxedBernoulli(logits: first, temperature: t),
      UnitRelaxedBernoulli(logits: first, temperature: t),
      StraightThroughBernoulli(logits: first, temperature: t),
      PlackettLuce(logits: logits, length: 2), Multinomial(trials: 4, logits: logits),
    ]
  }

  /// For each: a sample, its logarithm, and the gradients of what the two make together, through
  /// the sample where it has one.
  private static func results(_ arguments: Arguments) -> [Tensor] {
    distributions(arguments).indices.flatMap { i -> [Tensor] in
      let sample = distributions(arguments)[i].sample([3], key: arguments.key)
      let log = distributions(arguments)[i].logProbability(of: sample)
      let slope = gradient(at: arguments) { point in
        let distribution = distributions(point)[i]
        if let pathwise = distribution as? any Reparameterised {
          let sample = pathwise.pathwiseSample([3], key: point.key)
          return distribution.logProbability(of: sample).sum() + square(sample).sum()
        }
        return distribution.logProbability(of: sample).sum()
      }
      return [sample, log, slope.logits, slope.temperature]
    }
  }

  @Test func compiledBits() {
    let compiled = compile { (_: inout EmptyGroup, arguments: Arguments) in Self.results(arguments)
    }
    var empty = EmptyGroup()
    for seed: UInt64 in [1, 2] {
      let key = RandomKey(seed)
      let arguments = Arguments(
        logits: Tensor.normal([2, 4], key: key), temperature: Tensor([0.5, 1.5]), key: key)
      let eager = Self.results(arguments)
      let replayed = compiled(&empty, arguments)
      #expect(eager.count == replayed.count)
      for i in eager.indices {
        #expect(haveSameBits(eager[i], replayed[i]), "result \(i)")
        if eager[i].elementType == .float32 { #expect(areFinite(eager[i]), "result \(i)") }
      }
    }
    #expect(compiled.planCount == 1)
  }
}
