/// Equal parts of the operand, one after another along an axis: the reverse of a concatenation.
///
/// One operation rather than a slice a part, whose gradients would each be padded with zeros to the
/// size of the whole and added up.
struct Split: Primitive {
  var name: String { "split" }
  let axis: Int
  let count: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    let extent = inputs[0].shape[axis]
    if count < 1 || extent % count != 0 {
      reject(inputs, "an extent of \(extent) does not make \(count) equal parts")
    }
    let part = TensorType(
      inputs[0].shape.replacing(axis: axis, with: extent / count), inputs[0].elementType)
    return OutputTypes([TensorType](repeating: part, count: count))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (outer, inner) = outputs[0].bytes(around: axis)
    let length = inner * outputs[0].shape[axis]
    copyRuns(outer: outer, parts: count, length: length) { i, part in
      (outputs[part].pointer + i * length, inputs[0].pointer + (i * count + part) * length)
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let extent = types[0].shape[axis]
    return (0..<count).map {
      writer.slice(inputs[0], axis, ($0 * extent)..<(($0 + 1) * extent))
    }
  }

  func pullback(_ p: Pullback) {
    p.add(
      Tensor.concatenated(
        (0..<count).map { p.cotangent($0) ?? Tensor.zeros(p.output($0).shape) }, along: axis),
      to: 0)
  }
}
