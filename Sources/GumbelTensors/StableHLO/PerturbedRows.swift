/// Rows of logits with Gumbel noise, by the rules of the kernels (`gumbel_softmax.inc.h`).
struct PerturbedRows {
  /// The perturbed logits, [rows…, k].
  let values: HLOValue
  /// The position of the largest one, the lowest on ties, [rows…].
  let winner: HLOValue
  /// Whether there is a class to draw: no NaN, and a logit above -inf, [rows…].
  let isValid: HLOValue

  /// - Parameter logits: [rows…, k], or [k] for all rows.
  init(_ logits: HLOValue, rows: Shape, key: HLOValue, _ writer: StableHLOWriter) {
    let k = logits.shape[-1]
    let shape = rows + [k]
    // Noise is added along one axis: XLA's programs for processors are vectors only there.
    func flat(_ x: HLOValue) -> HLOValue {
      writer.reshape(writer.broadcast(x, shape), [shape.count])
    }
    let noise = PhiloxLowering(key, writer).gumbel(shape)
    let infinity = writer.constant(Float.infinity)
    let top = writer.max(logits, -1, keepingAxis: true)
    // Beside large logits the noise would be lost: they are taken from the largest on.
    let isPlain = writer.compare(
      writer.unary("abs", top), .lessOrEqual, writer.constant(Self.largestPlain))
    let shift = writer.select(isPlain, writer.constant(Float(0)), top)
    let sums = writer.add(flat(writer.subtract(logits, shift)), noise)
    // Among infinite logits only the noise counts.
    let isInfinite = writer.compare(top, .equal, infinity)
    let amongInfinite = writer.select(
      flat(writer.compare(logits, .equal, infinity)), noise,
      writer.constant(-Float.infinity))
    values = writer.reshape(
      writer.select(flat(isInfinite), amongInfinite, sums), shape)
    winner = writer.argmax(values, -1)
    let isSome = writer.compare(top, .greater, writer.constant(-Float.infinity))
    let perLogits = writer.reshape(isSome, logits.shape.prefix(logits.shape.rank - 1))
    isValid = writer.broadcast(perLogits, rows)
  }

  private static let largestPlain: Float = 4096
}

/// Relaxed samples of rows: `softmax(values / temperature)`, by the same rules.
struct RelaxedRows {
  private let rows: PerturbedRows
  private let writer: StableHLOWriter
  private let isWinner: HLOValue
  private let isValid: HLOValue
  /// Differences from the winner over the temperature, and their powers.
  private let differences: HLOValue
  private let powers: HLOValue
  private let sum: HLOValue
  /// Where rounding could tie a class with the winner, or lift it above.
  private let isCapped: HLOValue

  init(_ rows: PerturbedRows, temperature: HLOValue, _ writer: StableHLOWriter) {
    self.rows = rows
    self.writer = writer
    let (zero, infinity) = (writer.constant(Float(0)), writer.constant(Float.infinity))
    let minusInfinity = writer.constant(-Float.infinity)
    let t = writer.perRow(temperature)
    let isPossible = writer.compare(temperature, .greaterOrEqual, zero)
    let both = writer.binary("and", rows.isValid, isPossible)
    isValid = writer.reshape(both, both.shape + [1])

    let values = rows.values
    isWinner = writer.isOneHot(rows.winner, depth: values.shape[-1])
    let best = writer.largest(values, -1, keepingAxis: true)
    let ordinary = writer.divide(writer.subtract(values, best), t)
    let cold = writer.select(isWinner, zero, minusInfinity)
    let hot = writer.select(
      writer.compare(values, .equal, minusInfinity), minusInfinity, zero)
    let isCold = writer.compare(t, .equal, zero)
    let isHot = writer.compare(t, .equal, infinity)
    differences = writer.select(isCold, cold, writer.select(isHot, hot, ordinary))
    isCapped = writer.binary(
      "and", writer.unary("not", isWinner), writer.compare(t, .less, infinity))
    let plain = writer.unary("exponential", differences)
    let below = writer.minimum(plain, writer.constant(Float(1).nextDown))
    powers = writer.select(isCapped, below, plain)
    sum = writer.sum(powers, -1, keepingAxis: true)
  }

  /// The sample.
  var soft: HLOValue { valid(writer.divide(powers, sum)) }

  /// Its logarithm.
  var logarithms: HLOValue {
    let logarithm = writer.unary("log", sum)
    // The largest number below that of the winner, which is -logarithm.
    let bits = writer.add(
      writer.bitcast(writer.negate(writer.unary("abs", logarithm)), to: .int32), writer.constant(1))
    let limit = writer.bitcast(bits, to: .float32)
    let plain = writer.subtract(differences, logarithm)
    return valid(writer.select(isCapped, writer.minimum(plain, limit), plain))
  }

  /// 1 for the winner.
  var hard: HLOValue { valid(writer.convert(isWinner, to: .float32)) }

  private func valid(_ x: HLOValue) -> HLOValue {
    writer.select(isValid, x, writer.constant(Float.nan))
  }
}
