import GumbelCLibrary
import GumbelKernels

/// The dimensions in another order: dimension d of the result is dimension `order[d]`.
struct Permute: Primitive {
  var name: String { "transpose" }
  let order: [Int]

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if order.sorted() != Array(0..<inputs[0].shape.rank) {
      reject(inputs, "\(order) is not an order of the dimensions")
    }
    return OutputTypes(TensorType(Shape(order.map { inputs[0].shape[$0] }), inputs[0].elementType))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: Shape.maximumRank) { dimensions in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: Shape.maximumRank) { permutation in
        for axis in 0..<order.count {
          dimensions.initializeElement(at: axis, to: Int64(inputs[0].shape[axis]))
          permutation.initializeElement(at: axis, to: Int32(order[axis]))
        }
        gk_permute(
          inputs[0].pointer, outputs[0].pointer, Int32(order.count), dimensions.baseAddress,
          permutation.baseAddress)
      }
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.transpose(inputs[0], order)]
  }
  func pullback(_ p: Pullback) {
    var inverse = order
    for (d, source) in order.enumerated() { inverse[source] = d }
    p.add(p.cotangent.transposed(inverse), to: 0)
  }
}

/// The part of the operand between two positions of an axis.
struct Slice: Primitive {
  var name: String { "slice" }
  let axis: Int
  let range: Range<Int>

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if range.lowerBound < 0 || range.upperBound > inputs[0].shape[axis] {
      reject(inputs, "the range \(range) does not lie in axis \(axis)")
    }
    return OutputTypes(
      TensorType(inputs[0].shape.replacing(axis: axis, with: range.count), inputs[0].elementType))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (outer, inner) = inputs[0].bytes(around: axis)
    let source = inner * inputs[0].shape[axis]
    let length = inner * range.count
    for i in 0..<outer {
      memcpy(
        outputs[0].pointer + i * length,
        inputs[0].pointer + i * source + inner * range.lowerBound,
        length)
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.slice(inputs[0], axis, range)]
  }
  func pullback(_ p: Pullback) {
    p.add(
      apply1(
        ZeroPad(axis: axis, before: range.lowerBound, extent: p.input(0).shape[axis]),
        [p.cotangent]), to: 0)
  }
}

/// The operand as a part of zeros: the transpose of a slice.
struct ZeroPad: Primitive {
  var name: String { "zeroPad" }
  let axis: Int
  let before: Int
  let extent: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if before + inputs[0].shape[axis] > extent {
      reject(inputs, "an extent of \(extent) is too small")
    }
    return OutputTypes(
      TensorType(inputs[0].shape.replacing(axis: axis, with: extent), inputs[0].elementType))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    memset(outputs[0].pointer, 0, outputs[0].type.byteCount)
    let (outer, inner) = inputs[0].bytes(around: axis)
    let length = inner * inputs[0].shape[axis]
    for i in 0..<outer {
      memcpy(
        outputs[0].pointer + inner * (i * extent + before), inputs[0].pointer + i * length,
        length)
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let x = inputs[0]
    let zero = writer.zeros(HLOType([], x.type.elementType))
    let after = extent - before - x.shape[axis]
    return [writer.pad(x, with: zero, axis, before: before, after: after)]
  }
  func pullback(_ p: Pullback) {
    p.add(
      p.cotangent.sliced(along: axis, before..<(before + p.input(0).shape[axis])), to: 0)
  }
}

/// The operands one after another along an axis.
struct Concatenate: Primitive {
  var name: String { "concatenate" }
  let axis: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    guard let first = inputs.first else { reject(inputs, "nothing to concatenate") }
    var total = 0
    for input in inputs {
      if input.elementType != first.elementType || input.shape.rank != first.shape.rank
        || input.shape.replacing(axis: axis, with: 0) != first.shape.replacing(axis: axis, with: 0)
      {
        reject(inputs, "operands may differ in axis \(axis) only")
      }
      total += input.shape[axis]
    }
    return OutputTypes(
      TensorType(first.shape.replacing(axis: axis, with: total), first.elementType))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (outer, inner) = outputs[0].bytes(around: axis)
    let row = inner * outputs[0].shape[axis]
    var offset = 0
    for input in inputs {
      let length = inner * input.shape[axis]
      copyRuns(outer: outer, parts: 1, length: length) { i, _ in
        (outputs[0].pointer + i * row + offset, input.pointer + i * length)
      }
      offset += length
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.concatenate(inputs, axis)]
  }
  func pullback(_ p: Pullback) {
    var start = 0
    for i in 0..<p.inputCount {
      let range = start..<(start + p.input(i).shape[axis])
      p.add(p.cotangent.sliced(along: axis, range), to: i)
      start = range.upperBound
    }
  }
}

/// Copies `outer` times `parts` runs of `length` bytes, on several threads where they are many.
func copyRuns(
  outer: Int, parts: Int, length: Int,
  _ places: (_ outer: Int, _ part: Int) -> (
    to: UnsafeMutableRawPointer, from: UnsafeMutableRawPointer
  )
) {
  func copy(_ i: Int) {
    for part in 0..<parts {
      let (to, from) = places(i, part)
      memcpy(to, from, length)
    }
  }
  if outer * parts * length < 1 << 20 {
    for i in 0..<outer { copy(i) }
  } else if outer > 1 {
    let blocks = min(outer, 64)
    parallelFor(blocks) { block in
      for i in (outer * block / blocks)..<(outer * (block + 1) / blocks) { copy(i) }
    }
  } else {
    parallelFor(parts) { part in
      let (to, from) = places(0, part)
      memcpy(to, from, length)
    }
  }
}
