extension TensorGroup {
  // Snippet not run, since it needs four GPUs
  /// The same tensors, split along an axis where a function is compiled for several devices as one: each
  /// of them computes its part of what is made of these tensors.
  ///
  /// ```swift
  /// let step = try compile(on: .cuda(0..<4)) { (weight: inout Tensor, x: Tensor) in
  ///   let x = x.sharded(along: 0)
  ///   weight = weight - 0.1 * gradient(at: weight) { square(matmul(x, $0)).mean() }
  ///   return square(weight).sum()
  /// }
  /// ```
  ///
  /// It is data parallelism where the axis is that of a batch. What is computed stays the same, draws to
  /// the bit; sums over the axis are made of the devices' sums, and so in another order. Where the extent
  /// of the axis is no multiple of the number of devices, the last ones have less to do.
  ///
  /// On the host, on one device and outside of compiled functions it does nothing, and costs nothing.
  /// Trainings split their batches by themselves.
  ///
  /// - Parameter axis: counted from the end if negative; tensors without such an axis stay whole.
  public func sharded(along axis: Int = 0) -> Self {
    guard let trace = Trace.current, trace.deviceCount > 1 else { return self }
    return mapTensors { tensor in
      let rank = tensor.shape.rank
      guard (-rank..<rank).contains(axis), let recorder = Trace.recorder(of: tensor.traceID) else {
        return tensor
      }
      let sharding = Sharding(axis: tensor.shape.resolved(axis: axis))
      return recorder.recordedAlone(sharding, tensor, nil, tensor.type)
    }
  }
}

/// The operand, each device having a part of it.
private struct Sharding: Primitive {
  var name: String { "sharding" }
  let axis: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { OutputTypes(inputs[0]) }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    outputs[0].pointer.copyMemory(from: inputs[0].pointer, byteCount: inputs[0].type.byteCount)
  }
  func pullback(_ p: Pullback) { p.add(p.cotangent, to: 0) }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.sharded(inputs[0], axis)]
  }
}
