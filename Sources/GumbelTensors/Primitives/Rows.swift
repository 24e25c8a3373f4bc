import GumbelKernels

/// Rows of a matrix by index, as an embedding looks them up. Indices outside trap; on a device, which
/// cannot, they give rows of NaN, or the nearest row of a matrix of integers.
struct GatherRows: Primitive {
  var name: String { "gatherRows" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if inputs.count != 2 || inputs[0].shape.rank != 2 || inputs[1].elementType != .int32 {
      reject(inputs, "expected a matrix and int32 indices")
    }
    return OutputTypes(TensorType(inputs[1].shape + [inputs[0].shape[1]], inputs[0].elementType))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    requireInside(inputs[1], limit: inputs[0].shape[0])
    gk_gather_rows(
      inputs[0].pointer, inputs[1].int32s, outputs[0].pointer, inputs[1].count, inputs[0].shape[1])
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.gatherRows(inputs[0], at: inputs[1])]
  }
  func pullback(_ p: Pullback) {
    p.add(
      apply1(ScatterAddRows(rows: p.input(0).shape[0]), [p.cotangent, p.input(1)]), to: 0)
  }
}

/// Rows added up at their indices in a matrix of zeros: the transpose of a gather. Indices outside
/// trap; on a device, which cannot, their rows are left out.
struct ScatterAddRows: Primitive {
  var name: String { "scatterAddRows" }
  let rows: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if inputs.count != 2 || inputs[0].elementType != .float32 || inputs[1].elementType != .int32
      || inputs[0].shape.rank < 1
      || inputs[0].shape.prefix(inputs[0].shape.rank - 1) != inputs[1].shape
    {
      reject(inputs, "expected float32 rows and an int32 index for each")
    }
    return OutputTypes(TensorType([rows, inputs[0].shape[-1]]))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    requireInside(inputs[1], limit: rows)
    gk_scatter_add_rows(
      inputs[0].floats, inputs[1].int32s, outputs[0].floats, inputs[1].count, rows,
      inputs[0].shape[-1])
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.scatterAddRows(inputs[0], at: inputs[1], count: rows)]
  }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent.gatheringRows(at: p.input(1)), to: 0)
  }
}

/// 1 at the index of each row, 0 elsewhere; a row of zeros for an index outside.
struct OneHot: Primitive {
  var name: String { "oneHot" }
  let depth: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if inputs.count != 1 || inputs[0].elementType != .int32 {
      reject(inputs, "expected int32 indices")
    }
    return OutputTypes(TensorType(inputs[0].shape + [depth]))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_one_hot(inputs[0].int32s, outputs[0].floats, inputs[0].count, depth)
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.convert(writer.isOneHot(inputs[0], depth: depth), to: .float32)]
  }
  func pullback(_ p: Pullback) {}
}

extension Primitive {
  /// Traps unless all indices lie in 0 ..< limit: the kernels read and write where they point.
  func requireInside(_ indices: Buffer, limit: Int) {
    let position = gk_first_outside(indices.int32s, indices.count, Int32(limit))
    if position < indices.count {
      fatalError(
        "\(name): index \(indices.int32s[position]) at position \(position) does not lie in "
          + "0..<\(limit)")
    }
  }
}
