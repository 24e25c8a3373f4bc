import GumbelKernels

/// An operation on rows along the innermost axis.
protocol RowPrimitive: Primitive {}

extension RowPrimitive {
  func rowOutputTypes(_ inputs: TensorTypes, count: Int) -> OutputTypes {
    requireFloats(inputs, count: count)
    if inputs[0].shape.rank == 0 || inputs.contains(where: { $0.shape != inputs[0].shape }) {
      reject(inputs, "expected operands of one shape, with at least one dimension")
    }
    return OutputTypes(inputs[0])
  }
}

extension Buffer {
  /// The number of rows along the innermost axis.
  var rowCount: Int { shape[-1] == 0 ? 0 : count / shape[-1] }
}

/// `exp(x) / sum exp(x)` along the innermost axis.
struct Softmax: RowPrimitive {
  var name: String { "softmax" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { rowOutputTypes(inputs, count: 1) }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_softmax(inputs[0].floats, outputs[0].floats, inputs[0].rowCount, inputs[0].shape[-1])
  }
  func composed(_ inputs: [Tensor]) -> [Tensor]? { [exp(inputs[0].logSoftmax())] }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.softmax(inputs[0])]
  }
  func pullback(_ p: Pullback) {
    p.add(apply1(SoftmaxPullback(), [p.output(), p.cotangent]), to: 0)
  }
}

/// `(g - <g, y>) y`, the pullback of y = softmax(x).
struct SoftmaxPullback: RowPrimitive {
  var name: String { "softmax.pullback" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { rowOutputTypes(inputs, count: 2) }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_softmax_pullback(
      inputs[0].floats, inputs[1].floats, outputs[0].floats, inputs[0].rowCount,
      inputs[0].shape[-1])
  }
  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (y, g) = (inputs[0], inputs[1])
    return [(g - (g * y).sum(along: -1, keepingAxis: true)) * y]
  }
  func pullback(_ p: Pullback) {
    let (y, g, c) = (p.input(0), p.input(1), p.cotangent)
    p.add(
      c * (g - (g * y).sum(along: -1, keepingAxis: true))
        - g * (c * y).sum(along: -1, keepingAxis: true), to: 0)
    p.add(apply1(SoftmaxPullback(), [y, c]), to: 1)
  }
}

/// `x - log sum exp(x)` along the innermost axis.
struct LogSoftmax: RowPrimitive {
  var name: String { "logSoftmax" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { rowOutputTypes(inputs, count: 1) }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_log_softmax(inputs[0].floats, outputs[0].floats, inputs[0].rowCount, inputs[0].shape[-1])
  }
  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    [inputs[0] - inputs[0].logSumExp(along: -1, keepingAxis: true)]
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.logSoftmax(inputs[0])]
  }
  func pullback(_ p: Pullback) {
    p.add(apply1(LogSoftmaxPullback(), [p.output(), p.cotangent]), to: 0)
  }
}

/// `g - exp(y) sum(g)`, the pullback of y = log softmax(x).
struct LogSoftmaxPullback: RowPrimitive {
  var name: String { "logSoftmax.pullback" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { rowOutputTypes(inputs, count: 2) }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_log_softmax_pullback(
      inputs[0].floats, inputs[1].floats, outputs[0].floats, inputs[0].rowCount,
      inputs[0].shape[-1])
  }
  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    [inputs[1] - exp(inputs[0]) * inputs[1].sum(along: -1, keepingAxis: true)]
  }
  func pullback(_ p: Pullback) {
    let (y, g, c) = (p.input(0), p.input(1), p.cotangent)
    let probabilities = exp(y)
    p.add(-c * probabilities * g.sum(along: -1, keepingAxis: true), to: 0)
    p.add(c - (c * probabilities).sum(along: -1, keepingAxis: true), to: 1)
  }
}

/// The cross-entropy of one class a row and the row's logits: `logsumexp(x) - x[label]`. Labels
/// outside trap: there is no logit to read.
struct SoftmaxCrossEntropy: Primitive {
  var name: String { "softmaxCrossEntropy" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if inputs.count != 2 || inputs[0].elementType != .float32 || inputs[1].elementType != .int32
      || inputs[0].shape.rank < 1
      || inputs[0].shape.prefix(inputs[0].shape.rank - 1) != inputs[1].shape
    {
      reject(inputs, "expected float32 logits and an int32 label for each row")
    }
    return OutputTypes(TensorType(inputs[1].shape))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    requireInside(inputs[1], limit: inputs[0].shape[-1])
    gk_softmax_cross_entropy(
      inputs[0].floats, inputs[1].int32s, outputs[0].floats, inputs[1].count, inputs[0].shape[-1])
  }
  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (x, label) = (inputs[0], inputs[1])
    let chosen = select(label.oneHot(depth: x.shape[-1]), x, Tensor(0)).sum(along: -1)
    return [x.logSumExp(along: -1) - chosen]
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    // A device cannot trap: the loss of a label outside is NaN.
    let classes = inputs[0].shape[-1]
    let isLabel = writer.isOneHot(inputs[1], depth: classes)
    let zero = writer.constant(Float(0))
    let chosen = writer.sum(writer.select(isLabel, writer.logSoftmax(inputs[0]), zero), -1)
    return [
      writer.select(
        writer.isInside(inputs[1], limit: classes), writer.negate(chosen),
        writer.constant(Float.nan))
    ]
  }
  func pullback(_ p: Pullback) {
    p.add(
      apply1(SoftmaxCrossEntropyPullback(), [p.input(0), p.input(1), p.cotangent]), to: 0)
  }
}

/// `g (softmax(x) - onehot(label))`, the pullback of the cross-entropy.
struct SoftmaxCrossEntropyPullback: Primitive {
  var name: String { "softmaxCrossEntropy.pullback" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { OutputTypes(inputs[0]) }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_softmax_cross_entropy_pullback(
      inputs[0].floats, inputs[1].int32s, inputs[2].floats, outputs[0].floats, inputs[1].count,
      inputs[0].shape[-1])
  }
  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (x, label, g) = (inputs[0], inputs[1], inputs[2])
    return [g.reshaped(to: g.shape + [1]) * (x.softmax() - label.oneHot(depth: x.shape[-1]))]
  }
  func pullback(_ p: Pullback) {
    let (x, label, g, c) = (p.input(0), p.input(1), p.input(2), p.cotangent)
    let y = x.softmax()
    p.add(
      apply1(SoftmaxPullback(), [y, c * g.reshaped(to: g.shape + [1])]), to: 0)
    p.add((c * (y - label.oneHot(depth: x.shape[-1]))).sum(along: -1), to: 2)
  }
}
