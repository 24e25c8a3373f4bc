import GumbelTensors

extension Binomial<Tensor>: Distribution, HasMoments {
  /// Traps unless the shapes broadcast. No gradient passes to the trials.
  public init(trials: Tensor, logits: Tensor) {
    // Whole numbers: no gradient passes to them, from probabilities and moments alike.
    self.trials = trials.converted(to: .float32).stoppingGradient()
    self.logits = logits
    _ = batchShape
  }

  /// Traps unless the shapes broadcast.
  public init(trials: Tensor, probabilities p: Tensor) {
    self.init(trials: trials, logits: Bernoulli(probabilities: p).logits)
  }

  /// The probability of a one.
  public var probabilities: Tensor { sigmoid(logits) }

  public var batchShape: Shape {
    GumbelDistributions.batchShape("Binomial", ["trials": trials, "logits": logits])
  }

  /// Draws of numbers of ones; NaN where the logit is, or the trials are no whole number between 0
  /// and 2⁵³.
  public func sample(_ shape: Shape, key: RandomKey) -> Tensor {
    apply(BinomialDraw(shape: shape + batchShape), [trials, logits, key.words])[0]
  }

  /// Its gradient in the logits is `value - trials p`; there is none in the value and the trials. -inf
  /// but at whole numbers from 0 to the trials; NaN where these are no whole number between 0 and 2⁵³.
  public func logProbability(of value: Tensor) -> Tensor {
    apply(LogBinomialProbability(), [value, trials, logits])[0]
  }

  public var mean: Tensor { trials * sigmoid(logits) }
  public var variance: Tensor { trials * sigmoid(logits) * sigmoid(-logits) }

  /// The divergence from this distribution to another with as many trials, in nats.
  public func klDivergence(to other: Binomial) -> Tensor {
    trials * Bernoulli(logits: logits).klDivergence(to: Bernoulli(logits: other.logits))
  }
}

/// The logarithm of the probability, in double precision: in single precision the factorials would
/// leave few digits of it.
struct LogBinomialProbability: Primitive {
  var name: String { "logBinomialProbability" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3)
    guard
      let parameters = inputs[1].shape.broadcast(with: inputs[2].shape),
      let shape = inputs[0].shape.broadcast(with: parameters)
    else { reject(inputs, "the shapes do not broadcast together") }
    return OutputTypes(TensorType(shape))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let out = outputs[0]
    let (value, trials, logits) = (
      BroadcastElements(inputs[0], to: out.shape), BroadcastElements(inputs[1], to: out.shape),
      BroadcastElements(inputs[2], to: out.shape)
    )
    for i in 0..<out.count {
      let n = trials[i]
      out.floats[i] =
        isNumberOfTrials(n)
        ? Float(logBinomialProbability(of: value[i], trials: n, logit: logits[i])) : .nan
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let shape = types[0].shape
    let operands = inputs.map {
      writer.convert(writer.broadcast($0, shape), to: .float64)
    }
    let (k, n, logit) = (operands[0], operands[1], operands[2])
    let (zero, limit) = (writer.zeros(k.type), writer.constant(0x1p53, like: n))
    let rest = writer.subtract(n, k)
    func softplus(_ x: HLOValue) -> HLOValue {
      let below = writer.unary("exponential", writer.negate(writer.unary("abs", x)))
      return writer.add(writer.maximum(x, zero), writer.unary("log_plus_one", below))
    }
    // What did not occur takes no part, also where it is impossible.
    func cost(_ count: HLOValue, _ x: HLOValue) -> HLOValue {
      writer.select(
        writer.compare(count, .equal, zero), zero, writer.multiply(count, softplus(x)))
    }
    let ways = writer.subtract(
      writer.subtract(writer.logFactorial(n), writer.logFactorial(k)), writer.logFactorial(rest))
    let inside = writer.subtract(
      writer.subtract(ways, cost(k, writer.negate(logit))), cost(rest, logit))
    func isWhole(_ x: HLOValue, upTo limit: HLOValue) -> HLOValue {
      let isBetween = writer.binary(
        "and", writer.compare(x, .greaterOrEqual, zero), writer.compare(x, .lessOrEqual, limit))
      return writer.binary(
        "and", isBetween, writer.compare(x, .equal, writer.unary("floor", x)))
    }
    let nan = writer.constant(.nan, like: k)
    let outside = writer.select(
      writer.compare(k, .equal, k), writer.constant(-.infinity, like: k), nan)
    let y = writer.select(isWhole(k, upTo: n), inside, outside)
    return [writer.convert(writer.select(isWhole(n, upTo: limit), y, nan), to: .float32)]
  }

  func pullback(_ p: Pullback) {
    let (value, trials, logits) = (p.input(0), p.input(1), p.input(2))
    // Outside its support, and between its whole numbers, the probability is 0 whatever the logit is.
    let isInside = (value .>= Tensor(0)) * (value .<= trials) * (value .== floor(value))
    p.add(
      multiplyNoNaN(
        p.cotangent * select(isInside, value - trials * sigmoid(logits), Tensor(0)), isInside),
      to: 2)
  }
}

/// Whether there is a distribution of so many trials: a whole number between 0 and 2⁵³.
private func isNumberOfTrials(_ n: Double) -> Bool {
  n >= 0 && n <= 0x1p53 && n == n.rounded()
}

/// Exact draws, each from random numbers of its own.
struct BinomialDraw: Primitive {
  let shape: Shape
  var name: String { "random.binomial" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3, first: 2)
    return OutputTypes(TensorType(shape))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let out = outputs[0]
    let trials = BroadcastElements(inputs[0], to: shape)
    let logits = BroadcastElements(inputs[1], to: shape)
    let key = (inputs[2].words[0], inputs[2].words[1])
    var sampler = BinomialSampler(trials: 0, logit: 0)
    for i in 0..<out.count {
      let (n, logit) = (trials[i], logits[i])
      if !isNumberOfTrials(n) || logit.isNaN {
        out.floats[i] = .nan
        continue
      }
      if n != sampler.trials || logit != sampler.logit {
        sampler = BinomialSampler(trials: n, logit: logit)
      }
      var stream = RandomKeyStream(words: key, folding: i)
      out.floats[i] = Float(sampler.draw(&stream))
    }
  }

  func pullback(_ p: Pullback) {}
}

/// The elements of an operand at the positions of a result that it broadcasts to.
private struct BroadcastElements {
  private let elements: UnsafeMutablePointer<Float>
  /// For each dimension, from the innermost on: its extent in the result, and the operand's step.
  private let extents: [(extent: Int, step: Int)]
  private let isDense: Bool

  init(_ operand: Buffer, to shape: Shape) {
    elements = operand.floats
    isDense = operand.shape == shape
    var step = 1
    extents = (0..<shape.rank).map { fromInnermost in
      let own = fromInnermost < operand.shape.rank ? operand.shape[-1 - fromInnermost] : 1
      defer { step *= own }
      return (shape[-1 - fromInnermost], own == 1 ? 0 : step)
    }
  }

  subscript(position: Int) -> Double {
    if isDense { return Double(elements[position]) }
    var rest = position
    var offset = 0
    for (extent, step) in extents {
      offset += rest % extent * step
      rest /= extent
    }
    return Double(elements[offset])
  }
}
