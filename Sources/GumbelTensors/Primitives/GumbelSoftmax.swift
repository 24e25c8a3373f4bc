import GumbelKernels

/// A relaxed sample of a categorical distribution: `softmax((logits + noise) / temperature)`.
///
/// Operands: logits ([…, k], or [k] for every row), temperature (a scalar, or one a row), key.
/// Results, by form: the sample; its logarithm; or the one-hot argmax followed by the sample,
/// through which alone the gradient passes.
struct GumbelSoftmax: Primitive {
  enum Form: String { case soft, logSpace, straightThrough }
  let form: Form
  let rows: Shape

  var name: String { "gumbelSoftmax.\(form.rawValue)" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3, first: 2)
    requireKey(inputs, at: 2)
    let (logits, temperature) = (inputs[0].shape, inputs[1].shape)
    if logits.rank < 1 || logits[-1] == 0 { reject(inputs, "expected at least one class") }
    if logits.rank > 1, logits.prefix(logits.rank - 1) != rows {
      reject(inputs, "the logits do not have the rows \(rows)")
    }
    if temperature.rank != 0, temperature != rows {
      reject(inputs, "expected one temperature, or one for each of the rows \(rows)")
    }
    let type = TensorType(rows + [logits[-1]])
    return form == .straightThrough ? OutputTypes(type, type) : OutputTypes(type)
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    var arguments = gk_gumbel_softmax_arguments(
      logits: inputs[0].floats, logits_stride: inputs[0].shape.rank == 1 ? 0 : k,
      temperature: inputs[1].floats, temperature_stride: inputs[1].shape.rank == 0 ? 0 : 1,
      rows: outputs[0].count / k, k: k, key: (inputs[2].words[0], inputs[2].words[1]), first: 0)
    switch form {
    case .soft: gk_gumbel_softmax(&arguments, outputs[0].floats, nil, nil, nil)
    case .logSpace: gk_gumbel_softmax(&arguments, nil, outputs[0].floats, nil, nil)
    case .straightThrough:
      gk_gumbel_softmax(&arguments, outputs[1].floats, nil, outputs[0].floats, nil)
    }
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (logits, temperature) = (inputs[0], inputs[1])
    let k = logits.shape[-1]
    let noise = Tensor.gumbel(rows + [k], key: RandomKey(words: inputs[2]))
    let perRow = temperature.rank == 0 ? temperature : temperature.reshaped(to: rows + [1])
    let scaled = (logits + noise) / perRow
    return switch form {
    case .soft: [scaled.softmax()]
    case .logSpace: [scaled.logSoftmax()]
    case .straightThrough: [scaled.argmax().oneHot(depth: k), scaled.softmax()]
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let row = PerturbedRows(inputs[0], rows: rows, key: inputs[2], writer)
    let sample = RelaxedRows(row, temperature: inputs[1], writer)
    return switch form {
    case .soft: [sample.soft]
    case .logSpace: [sample.logarithms]
    case .straightThrough: [sample.hard, sample.soft]
    }
  }

  func pullback(_ p: Pullback) {
    // The soft sample and the one-hot one share the pathwise gradient: the soft one's.
    let y = p.output(form == .straightThrough ? 1 : 0)
    var cotangent = p.cotangent(0)
    if form == .straightThrough, let soft = p.cotangent(1) {
      cotangent = cotangent.map { $0 + soft } ?? soft
    }
    guard let g = cotangent else { return }
    let temperature = p.input(1)
    let shared = p.input(0).rank == 1 && rows.rank > 0
    let logSpace = form == .logSpace
    p.add(
      apply1(
        GumbelSoftmaxPullback(isLogSpace: logSpace, sumsRows: shared), [y, g, temperature]),
      to: 0)
    // With z = (logits + noise) / t, dL/dt = -<dL/dz, z> / t. The gradient sums to 0 over a row,
    // so z may be replaced by log y, which differs from it by a constant of the row. Where y is 0 so is
    // dL/dz, and its logarithm may be any number: one that a second derivative passes through.
    if p.needs(1) {
      let dz = apply1(
        GumbelSoftmaxPullback(isLogSpace: logSpace, sumsRows: false), [y, g, temperature])
      let logarithm = logSpace ? y : log(select(y .> 0, y, Tensor(1)))
      p.add(-multiplyNoNaN(logarithm, dz).sum(along: -1), to: 1)
    }
  }
}

/// `y (g - <g, y>) / t` for a sample y, `(g - exp(y) sum(g)) / t` for one in log space; summed
/// over rows where the logits were shared by them.
struct GumbelSoftmaxPullback: Primitive {
  let isLogSpace: Bool
  let sumsRows: Bool

  var name: String { isLogSpace ? "gumbelSoftmax.logSpacePullback" : "gumbelSoftmax.pullback" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3)
    return OutputTypes(sumsRows ? TensorType([inputs[0].shape[-1]]) : inputs[0])
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let function = isLogSpace ? gk_log_gumbel_softmax_pullback : gk_gumbel_softmax_pullback
    let out = outputs[0].floats
    function(
      inputs[0].floats, inputs[1].floats, inputs[2].floats, inputs[2].shape.rank == 0 ? 0 : 1,
      sumsRows ? nil : out, sumsRows ? out : nil, inputs[0].rowCount, inputs[0].shape[-1])
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (y, g, t) = (inputs[0], inputs[1], inputs[2])
    let perRow = t.rank == 0 ? t : t.reshaped(to: t.shape + [1])
    func sum(_ x: Tensor) -> Tensor { x.sum(along: -1, keepingAxis: true) }
    let slopes = (isLogSpace ? g - exp(y) * sum(g) : y * (g - sum(g * y))) / perRow
    return [
      sumsRows
        ? slopes.reshaped(to: [y.shape.prefix(y.rank - 1).count, y.shape[-1]]).sum(along: 0)
        : slopes
    ]
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let (y, g) = (inputs[0], inputs[1])
    let zero = writer.constant(Float(0))
    let t = writer.perRow(inputs[2])
    var slopes: HLOValue
    if isLogSpace {
      let isMasked = writer.compare(y, .equal, writer.constant(-Float.infinity))
      let sum = writer.sum(writer.select(isMasked, zero, g), -1, keepingAxis: true)
      slopes = writer.subtract(g, writer.multiply(writer.unary("exponential", y), sum))
      slopes = writer.select(isMasked, zero, slopes)
    } else {
      let sum = writer.sum(writer.multiply(y, g), -1, keepingAxis: true)
      slopes = writer.multiply(y, writer.subtract(g, sum))
    }
    // One-hot rows have no gradient even at temperature 0.
    let isFlat = writer.compare(slopes, .equal, zero)
    slopes = writer.select(isFlat, zero, writer.divide(slopes, t))
    if !sumsRows { return [slopes] }
    let rows = y.shape.prefix(y.shape.rank - 1).count
    return [writer.sum(writer.reshape(slopes, [rows, y.shape[-1]]), 0)]
  }

  func pullback(_ p: Pullback) {
    let (y, g, t) = (p.input(0), p.input(1), p.input(2))
    let c = p.cotangent  // [k] or [rows, k]; broadcasts
    let perRow = t.rank == 0 ? t : t.reshaped(to: t.shape + [1])
    func rowSum(_ x: Tensor) -> Tensor { x.sum(along: -1, keepingAxis: true) }
    if isLogSpace {
      let q = exp(y)
      p.add(-(c * q) * rowSum(g) / perRow, to: 0)
      p.add((c - rowSum(c * q)) / perRow, to: 1)
    } else {
      p.add((c * (g - rowSum(g * y)) - g * rowSum(c * y)) / perRow, to: 0)
      p.add(y * (c - rowSum(c * y)) / perRow, to: 1)
    }
    let dz = apply1(GumbelSoftmaxPullback(isLogSpace: isLogSpace, sumsRows: false), [y, g, t])
    p.add(-(c * dz).sum(along: -1) / t, to: 2)
  }
}

extension Tensor {
  /// A relaxed one-hot sample, differentiable in the logits and the temperature:
  ///
  ///     softmax((logits + G) / temperature),  G independent standard Gumbel noise
  ///
  /// Its argmax is an exact sample of softmax(logits) at every temperature. Temperature 0 gives
  /// exact one-hots, with a gradient of 0; as it grows the sample tends to uniform. A class with
  /// a logit of -inf gets exactly 0. A row of only -inf, or with a NaN or a negative temperature,
  /// becomes NaN.
  ///
  /// - Parameters:
  ///   - logits: […, k]; or [k], from which `shape` samples are drawn.
  ///   - temperature: a scalar, or one for each row.
  ///   - shape: the shape of the draw, for logits of rank 1.
  ///   - key: of the noise.
  /// - Returns: the draws' shape, with the classes innermost.
  ///
  /// Jang, Gu & Poole 2016 (arXiv 1611.01144); Maddison, Mnih & Teh 2016 (arXiv 1611.00712).
  public static func gumbelSoftmax(
    logits: Tensor, temperature: Tensor, shape: Shape? = nil, key: RandomKey
  ) -> Tensor {
    relaxed(.soft, logits, temperature, shape, key)[0]
  }

  /// The logarithm of a relaxed sample, which keeps its precision where the sample is near 0 or 1.
  public static func logGumbelSoftmax(
    logits: Tensor, temperature: Tensor, shape: Shape? = nil, key: RandomKey
  ) -> Tensor {
    relaxed(.logSpace, logits, temperature, shape, key)[0]
  }

  /// An exact one-hot sample with the gradient of the relaxed one, y, at the same noise:
  /// `(diag y - y yᵀ) g / temperature`.
  public static func straightThroughGumbelSoftmax(
    logits: Tensor, temperature: Tensor, shape: Shape? = nil, key: RandomKey
  ) -> Tensor {
    relaxed(.straightThrough, logits, temperature, shape, key)[0]
  }

  private static func relaxed(
    _ form: GumbelSoftmax.Form, _ logits: Tensor, _ temperature: Tensor, _ shape: Shape?,
    _ key: RandomKey
  ) -> [Tensor] {
    let rows = logits.rank == 1 ? shape ?? [] : logits.shape.prefix(Swift.max(logits.rank - 1, 0))
    require(
      logits.rank == 1 || shape == nil || shape == rows,
      "gumbelSoftmax: logits of shape \(logits.shape) give draws of shape \(rows)")
    return apply(GumbelSoftmax(form: form, rows: rows), [logits, temperature, key.words])
  }
}
