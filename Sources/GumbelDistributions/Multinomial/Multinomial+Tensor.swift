import GumbelTensors

extension Multinomial<Tensor>: Distribution, HasMoments {
  /// See ``Categorical/init(logits:)-(Tensor)``.
  public init(trials: Int, logits: Tensor) {
    self.init(trials: trials, of: Categorical(logits: logits))
  }
  /// See ``Categorical/init(logits:mask:)``.
  public init(trials: Int, logits: Tensor, mask: Tensor) {
    self.init(trials: trials, of: Categorical(logits: logits, mask: mask))
  }
  /// See ``Categorical/init(probabilities:)-(Tensor)``.
  public init(trials: Int, probabilities: Tensor) {
    self.init(trials: trials, of: Categorical(probabilities: probabilities))
  }

  public var batchShape: Shape { categorical.batchShape }
  public var eventShape: Shape { [categorical.classCount] }

  /// Exact draws of counts; NaN in an invalid row.
  public func sample(_ shape: Shape, key: RandomKey) -> Tensor {
    apply(MultinomialDraw(trials: trials, rows: shape + batchShape), [logits, key.words])[0]
  }

  /// -inf unless the counts sum to the number of draws and only possible classes were drawn. The
  /// gradient in the logits is `value - n p`; there is none in the counts.
  public func logProbability(of value: Tensor) -> Tensor {
    guard value.elementType == .float32, value.rank >= 1,
      let shape = value.shape.broadcast(with: logits.shape), shape[-1] == value.shape[-1]
    else {
      fatalError(
        "Multinomial.logProbability: counts \(value.type) and logits \(logits.type), expected "
          + "float32[…, \(categorical.classCount)] that broadcasts with the logits")
    }
    return apply(
      LogMultinomialProbability(trials: trials),
      [value.broadcast(to: shape), logits.finiteAtMost.broadcast(to: shape)])[0]
  }

  /// `n p`.
  public var mean: Tensor { Float(trials) * categorical.probabilities }
  /// Of each count: `n p (1 - p)`.
  public var variance: Tensor {
    let p = categorical.probabilities
    return Float(trials) * (p * (1 - p))
  }

  /// The Kullback-Leibler divergence, in nats: n times that of one draw. Traps unless both have as
  /// many draws.
  public func klDivergence(to other: Self) -> Tensor {
    requireSameTrials(trials, other.trials)
    let ofOne = categorical.klDivergence(to: other.categorical)
    return trials == 0 ? Tensor.zeros(ofOne.shape) : Float(trials) * ofOne
  }
}

/// The logarithm of the probability of rows of counts, in double precision: in single precision the
/// factorials would leave few digits of it.
struct LogMultinomialProbability: Primitive {
  var name: String { "logMultinomialProbability" }
  let trials: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 2)
    if inputs[0].shape.rank == 0 || inputs[0].shape != inputs[1].shape {
      reject(inputs, "expected counts and logits of one shape")
    }
    return OutputTypes(TensorType(inputs[0].shape.removing(axis: -1)))
  }

  var inPlace: [(operand: Int, result: Int)] { [] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    for row in 0..<outputs[0].count {
      let counts = (0..<k).map { Double(inputs[0].floats[row * k + $0]) }
      let logits = (0..<k).map { Double(inputs[1].floats[row * k + $0]) }
      if counts.contains(where: \.isNaN) {
        outputs[0].floats[row] = .nan
        continue
      }
      outputs[0].floats[row] = Float(
        logMultinomialProbability(counts, logits.logSoftmax, trials: Double(trials)))
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let counts = writer.convert(inputs[0], to: .float64)
    let logs = writer.logSoftmax(writer.convert(inputs[1], to: .float64))
    let (zero, n) = (writer.zeros(counts.type), writer.constant(Double(trials)))
    // What did not occur takes no part, also where it is impossible.
    let terms = writer.select(
      writer.compare(counts, .greater, zero),
      writer.subtract(writer.multiply(counts, logs), writer.logFactorial(counts)), zero)
    let inside = writer.add(writer.sum(terms, -1), writer.logFactorial(n))
    func holdsAnywhere(_ x: HLOValue) -> HLOValue {
      writer.reduce("or", x, -1, from: writer.constant(false))
    }
    let isOutside = holdsAnywhere(
      writer.binary(
        "or", writer.compare(counts, .less, zero),
        writer.binary(
          "or", writer.compare(counts, .greater, n),
          writer.compare(counts, .notEqual, writer.unary("floor", counts)))))
    let isWrong = writer.binary(
      "or", isOutside, writer.compare(writer.sum(counts, -1), .notEqual, n))
    let isNaN = holdsAnywhere(
      writer.binary(
        "or", writer.compare(counts, .notEqual, counts), writer.compare(logs, .notEqual, logs)))
    let y = writer.select(isWrong, writer.constant(-.infinity, like: inside), inside)
    return [
      writer.convert(
        writer.select(isNaN, writer.constant(.nan, like: inside), y), to: .float32)
    ]
  }

  func pullback(_ p: Pullback) {
    let (counts, logits) = (p.input(0), p.input(1))
    let isPossible = p.output().isPossible
    let cotangent = p.cotangent.replacingImpossible(isPossible)
    let shape = cotangent.shape + [1]
    // Impossible counts may be infinite.
    let slope = select(
      isPossible.reshaped(to: shape), counts - Float(trials) * logits.softmax(), Tensor(0))
    p.add(cotangent.reshaped(to: shape) * slope, to: 1)
  }
}

/// Counts of exact draws, each by a random number of its own.
struct MultinomialDraw: Primitive {
  var name: String { "random.multinomial" }
  let trials: Int
  let rows: Shape

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 2, first: 1)
    return OutputTypes(TensorType(rows + [inputs[0].shape[-1]]))
  }

  var inPlace: [(operand: Int, result: Int)] { [] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    let batch = inputs[0].count / k
    let tables = (0..<batch).map { row in
      ProbabilityTable(logits: (0..<k).map { Double(inputs[0].floats[row * k + $0]) })
    }
    let key = RandomKey(words: Tensor(int32: (0..<2).map { inputs[1].int32s[$0] }))
    for row in 0..<rows.count {
      let counts = outputs[0].floats + row * k
      guard let table = tables[row % batch] else {
        counts.update(repeating: .nan, count: k)
        continue
      }
      counts.update(repeating: 0, count: k)
      let first = UInt64(row) * UInt64(trials)
      for word in key.random64(first..<(first + UInt64(trials))) {
        counts[table.index(at: UnitPoint(word: word).lower)] += 1
      }
    }
  }

  func pullback(_ p: Pullback) {}
}

/// The sums of the probabilities of the classes up to each.
private struct ProbabilityTable {
  private let sums: [Double]
  /// The last class with a probability, for what rounds up to the whole sum.
  private let last: Int

  /// Nil where there is no distribution: only -inf, or a NaN.
  init?(logits: [Double]) {
    if logits.contains(where: \.isNaN) || logits.allSatisfy({ $0 == -.infinity }) { return nil }
    var total = 0.0
    sums = Categorical(logits: logits).probabilities.map {
      total += $0
      return total
    }
    last = sums.firstIndex(of: total)!
  }

  /// The class in whose part of the whole sum a number between 0 and 1 lies. Where a class has the
  /// probability 0, its part is empty.
  func index(at u: Double) -> Int {
    let target = u * sums[sums.count - 1]
    var (low, high) = (0, last)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
