/// Rows of logits with Gumbel noise, by the rules of the kernels (`gumbel_softmax.inc.h`).
///
/// A row with NaN, or of -inf alone, has no class to draw. Nothing asks for it on the way, since XLA's
/// programs for processors are slow at rows of few elements: what is computed of such a row becomes NaN.
struct PerturbedRows {
  /// The perturbed logits, [rows…, k].
  let values: HLOValue
  /// The largest one, [rows…, 1].
  let best: HLOValue
  /// Whether a position is that of the largest one, the lowest on ties; none where that is NaN.
  let isWinner: HLOValue

  private let writer: StableHLOWriter
  private let logits: HLOValue
  private let top: HLOValue
  private let rows: Shape
  /// The position of the winner, infinite or the largest integer where there is none, [rows…].
  private let place: HLOValue

  /// - Parameter logits: [rows…, k], or [k] for all rows.
  init(_ logits: HLOValue, rows: Shape, key: HLOValue, _ writer: StableHLOWriter) {
    (self.logits, self.rows, self.writer) = (logits, rows, writer)
    let k = logits.shape[-1]
    let shape = rows + [k]
    let (zero, infinity) = (writer.constant(Float(0)), writer.constant(Float.infinity))
    top = writer.largest(logits, -1, keepingAxis: true)
    // Beside large logits the noise would be lost: they are taken from the largest on. Among infinite
    // ones only the noise counts.
    let isPlain = writer.compare(
      writer.unary("abs", top), .lessOrEqual, writer.constant(Self.largestPlain))
    let shifted = writer.subtract(logits, writer.select(isPlain, zero, top))
    let finite = writer.select(writer.compare(logits, .equal, infinity), zero, shifted)
    // Noise is added along one axis: XLA's programs for processors are vectors only there.
    let flat = writer.reshape(writer.broadcast(finite, shape), [shape.count])
    values = writer.reshape(
      writer.add(flat, PhiloxLowering(key, writer).gumbel(shape)), shape)

    best = writer.largest(values, -1, keepingAxis: true)
    // Positions as floats, which processors find the smallest of sooner.
    let hasFloats = k <= 1 << Float.significandBitCount
    let none = hasFloats ? infinity : writer.constant(Int32.max)
    let positions = writer.iota(shape, -1, hasFloats ? .float32 : .int32)
    let candidates = writer.select(writer.compare(values, .equal, best), positions, none)
    place = writer.reduce("minimum", candidates, -1, from: none)
    isWinner = writer.compare(positions, .equal, writer.reshape(place, rows + [1]))
  }

  /// The class that is drawn of each row, [rows…]; -1 where there is none.
  var drawn: HLOValue {
    let isNumber = writer.reduce(
      "and", writer.compare(logits, .equal, logits), -1, from: writer.constant(true))
    let isSome = writer.compare(
      writer.reshape(top, isNumber.shape), .greater, writer.constant(-Float.infinity))
    let isValid = writer.broadcast(writer.binary("and", isNumber, isSome), rows)
    return writer.select(isValid, writer.convert(place, to: .int32), writer.constant(-1))
  }

  private static let largestPlain: Float = 4096
}

/// Relaxed samples of rows: `softmax(values / temperature)`, by the same rules. A temperature that is NaN or
/// negative makes a row NaN as well.
struct RelaxedRows {
  private let rows: PerturbedRows
  private let writer: StableHLOWriter
  /// Differences from the winner over the temperature, and their powers.
  private let differences: HLOValue
  private let powers: HLOValue
  private let sum: HLOValue
  /// Whether rounding may not tie a class with the winner, or lift it above: not where all are to be equal.
  private let isCapped: HLOValue

  init(_ rows: PerturbedRows, temperature: HLOValue, _ writer: StableHLOWriter) {
    self.rows = rows
    self.writer = writer
    let (zero, one) = (writer.constant(Float(0)), writer.constant(Float(1)))
    let (infinity, nan) = (writer.constant(Float.infinity), writer.constant(Float.nan))
    let t = writer.perRow(temperature)
    isCapped = writer.compare(t, .less, infinity)

    let below = writer.subtract(rows.values, rows.best)
    // Where the temperature is 0 a class that ties with the winner is to be as far below as any other.
    let apart = writer.select(
      writer.compare(below, .equal, zero), writer.constant(-Float.leastNormalMagnitude), below)
    // What is impossible stays so where the temperature is infinite.
    let others = writer.select(
      writer.compare(below, .equal, writer.constant(-Float.infinity)), below,
      writer.divide(apart, t))
    differences = writer.select(rows.isWinner, zero, others)
    let limit = writer.select(isCapped, writer.constant(Float(1).nextDown), one)
    powers = writer.select(
      rows.isWinner, writer.select(writer.compare(t, .greaterOrEqual, zero), one, nan),
      writer.capped(writer.unary("exponential", others), at: limit))
    sum = writer.sum(powers, -1, keepingAxis: true)
  }

  /// The sample.
  var soft: HLOValue { writer.divide(powers, sum) }

  /// Its logarithm.
  var logarithms: HLOValue {
    let logarithm = writer.unary("log", sum)
    // The largest number below that of the winner, which is -logarithm.
    let bits = writer.add(
      writer.bitcast(writer.negate(writer.unary("abs", logarithm)), to: .int32), writer.constant(1))
    let limit = writer.select(
      isCapped, writer.bitcast(bits, to: .float32), writer.constant(Float.infinity))
    let plain = writer.subtract(differences, logarithm)
    return writer.select(rows.isWinner, plain, writer.capped(plain, at: limit))
  }

  /// 1 for the winner.
  var hard: HLOValue {
    writer.select(
      writer.compare(sum, .equal, sum), writer.convert(rows.isWinner, to: .float32),
      writer.constant(Float.nan))
  }
}

extension StableHLOWriter {
  /// The value, or a limit where it is above; NaN stays NaN.
  fileprivate func capped(_ x: HLOValue, at limit: HLOValue) -> HLOValue {
    select(compare(x, .greater, limit), limit, x)
  }
}
