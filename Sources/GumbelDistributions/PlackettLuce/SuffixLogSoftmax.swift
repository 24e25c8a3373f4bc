import CGumbelMath
import GumbelTensors

/// The logarithm of each element's share among itself and all after it in its row:
///
///     y[i] = x[i] - log Σ exp(x[j]) over j ≥ i
///
/// -inf where x is. In double precision inside, and in differences from the largest, so that it
/// keeps its digits wherever the logits lie.
struct SuffixLogSoftmax: Primitive {
  var name: String { "suffixLogSoftmax" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    if inputs[0].shape.rank == 0 { reject(inputs, "expected rows") }
    return OutputTypes(inputs[0])
  }

  var inPlace: [(operand: Int, result: Int)] { [(0, 0)] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    for row in 0..<(k == 0 ? 0 : inputs[0].count / k) {
      let (x, y) = (inputs[0].floats + row * k, outputs[0].floats + row * k)
      var sum = ScaledSum()
      for i in (0..<k).reversed() {
        let value = Double(x[i])
        sum.add(value)
        y[i] = Float(value == -.infinity ? value : sum.logShare(of: value))
      }
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    if inputs[0].shape.count == 0 { return inputs }
    let suffixes = LoweredSuffixes(of: inputs[0], writer)
    return [writer.reshape(suffixes.logShares, types[0].shape)]
  }

  func pullback(_ p: Pullback) {
    p.add(apply(SuffixLogSoftmaxPullback(), [p.input(0), p.cotangent])[0], to: 0)
  }
}

/// `dx[i] = c[i] - Σ c[j] exp(x[i]) / Σₘ exp(x[m])` over j ≤ i and m ≥ j, c the cotangents.
struct SuffixLogSoftmaxPullback: Primitive {
  var name: String { "suffixLogSoftmax.pullback" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 2)
    return OutputTypes(inputs[0])
  }

  var inPlace: [(operand: Int, result: Int)] { [] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    var suffixes = [ScaledSum](repeating: ScaledSum(), count: k + 1)
    for row in 0..<(k == 0 ? 0 : inputs[0].count / k) {
      let (x, c) = (inputs[0].floats + row * k, inputs[1].floats + row * k)
      let dx = outputs[0].floats + row * k
      for i in (0..<k).reversed() {
        suffixes[i] = suffixes[i + 1]
        suffixes[i].add(Double(x[i]))
      }
      // total = Σ c[j] suffix[i] / suffix[j] over j ≤ i, where no quotient exceeds 1.
      var total = 0.0
      var last: ScaledSum?
      for i in 0..<k {
        if x[i] == -.infinity {
          dx[i] = 0
          continue
        }
        if let last { total *= exp(suffixes[i].logarithm(relativeTo: last)) }
        last = suffixes[i]
        total += Double(c[i])
        dx[i] = Float(Double(c[i]) - exp(suffixes[i].logShare(of: Double(x[i]))) * total)
      }
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    if inputs[0].shape.count == 0 { return [inputs[0]] }
    let suffixes = LoweredSuffixes(of: inputs[0], writer)
    return [writer.reshape(suffixes.pullback(of: inputs[1]), types[0].shape)]
  }

  /// The same in elementary operations; it is what differentiates it.
  private func composed(_ x: Tensor, _ c: Tensor) -> Tensor {
    let k = x.shape[-1]
    let isAfter = Tensor((0..<(k * k)).map { $0 % k >= $0 / k ? 1 : 0 }, shape: [k, k])
    let isPossible = x.isPossible
    let ofSuffix = isPossible.reshaped(to: x.shape + [1])
    let suffixes = select(isAfter, x.reshaped(to: x.rowShape + [1, k]), Tensor(-.infinity))
    let shares = select(ofSuffix, suffixes, Tensor(0)).softmax()
    let cotangent = c * isPossible
    return cotangent - (shares * cotangent.reshaped(to: x.shape + [1])).sum(along: -2)
  }

  func pullback(_ p: Pullback) {
    let cotangent = p.cotangent
    let gradients = gradient(at: [p.input(0), p.input(1)]) { operands in
      (composed(operands[0], operands[1]) * cotangent).sum()
    }
    p.add(gradients[0], to: 0)
    p.add(gradients[1], to: 1)
  }
}

/// The sums over suffixes of rows on a device, in double precision: element [r, j, i] is about element i
/// in the suffix that begins at j.
private struct LoweredSuffixes {
  private let writer: StableHLOWriter
  private let x: HLOValue
  private let isInside: HLOValue
  private let isImpossible: HLOValue
  private let top: HLOValue
  private let powers: HLOValue
  private let sum: HLOValue

  init(of logits: HLOValue, _ writer: StableHLOWriter) {
    self.writer = writer
    let k = logits.shape[-1]
    x = Self.rows(logits, writer)
    let cube: Shape = [x.shape[0], k, k]
    isInside = writer.compare(writer.iota(cube, 1), .lessOrEqual, writer.iota(cube, 2))
    let nothing = writer.constant(-.infinity, like: x)
    isImpossible = writer.compare(x, .equal, nothing)
    let suffixes = writer.select(
      isInside, writer.reshape(x, [x.shape[0], 1, k]), nothing)
    top = writer.max(suffixes, -1, keepingAxis: true)
    let isTop = writer.compare(suffixes, .equal, top)
    powers = writer.select(
      isTop, writer.constant(1, like: x),
      writer.unary("exponential", writer.subtract(suffixes, top)))
    sum = writer.sum(powers, -1, keepingAxis: true)
  }

  private static func rows(_ x: HLOValue, _ writer: StableHLOWriter) -> HLOValue {
    let k = x.shape[-1]
    return writer.convert(writer.reshape(x, [x.shape.count / k, k]), to: .float64)
  }

  var logShares: HLOValue {
    let ofRow = writer.subtract(
      writer.subtract(x, writer.reshape(top, x.shape)),
      writer.unary("log", writer.reshape(sum, x.shape)))
    return writer.convert(
      writer.select(isImpossible, writer.constant(-.infinity, like: x), ofRow), to: .float32)
  }

  func pullback(of cotangent: HLOValue) -> HLOValue {
    let zero = writer.constant(0, like: x)
    let c = writer.select(isImpossible, zero, Self.rows(cotangent, writer))
    let perSuffix = writer.reshape(c, [x.shape[0], x.shape[1], 1])
    let terms = writer.multiply(perSuffix, writer.divide(powers, sum))
    let total = writer.sum(writer.select(isInside, terms, zero), 1)
    return writer.convert(
      writer.select(isImpossible, zero, writer.subtract(c, total)), to: .float32)
  }
}

/// A sum of powers of e, kept relative to the largest.
private struct ScaledSum {
  private var top = -Double.infinity
  private var sum = 0.0

  mutating func add(_ exponent: Double) {
    if exponent > top {
      sum = sum * exp(top - exponent) + 1
      top = exponent
    } else if exponent != -.infinity {
      sum += exp(exponent - top)
    }
  }

  /// `log(exp(exponent) / sum)`.
  func logShare(of exponent: Double) -> Double { (exponent - top) - log(sum) }

  /// `log(sum / other)`.
  func logarithm(relativeTo other: ScaledSum) -> Double {
    (top - other.top) + log(sum / other.sum)
  }
}
