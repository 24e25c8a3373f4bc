import GumbelKernels

extension Buffer {
  /// Calls `body` with a key's two words.
  @inline(__always)
  func withKey<R>(_ body: (UnsafePointer<UInt32>) -> R) -> R { body(UnsafePointer(words)) }
}

extension Primitive {
  func requireKey(_ inputs: TensorTypes, at i: Int = 0) {
    if inputs.count <= i || inputs[i] != TensorType([2], .int32) {
      reject(inputs, "operand \(i) has to be a random key")
    }
  }
}

/// A key derived from a key and a number.
struct FoldKey: Primitive {
  var name: String { "foldKey" }
  let data: UInt64

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireKey(inputs)
    return OutputTypes(inputs[0])
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    inputs[0].withKey { gk_fold_key($0, data, outputs[0].words) }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let low = writer.constant(UInt32(truncatingIfNeeded: data), [], .uint32)
    return [PhiloxLowering(inputs[0], writer).folded(low: low, high: UInt32(data >> 32))]
  }
  func pullback(_ p: Pullback) {}
}

/// A key derived from a key and an integer that a compiled function can count up.
struct FoldKeyTensor: Primitive {
  var name: String { "foldKey" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireKey(inputs)
    if inputs[1] != TensorType([], .int32) { reject(inputs, "expected an int32 scalar to fold in") }
    return OutputTypes(inputs[0])
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let data = UInt64(UInt32(bitPattern: inputs[1].int32s[0]))
    inputs[0].withKey { gk_fold_key($0, data, outputs[0].words) }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let low = writer.bitcast(inputs[1], to: .uint32)
    return [PhiloxLowering(inputs[0], writer).folded(low: low, high: 0)]
  }
  func pullback(_ p: Pullback) {}
}

/// Independent draws from a fixed distribution.
struct RandomDraw: Primitive {
  enum Kind: String { case bits, uniform, normal, exponential, gumbel }
  let kind: Kind
  let shape: Shape

  var name: String { "random." + kind.rawValue }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireKey(inputs)
    return OutputTypes(TensorType(shape, kind == .bits ? .int32 : .float32))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let out = outputs[0]
    inputs[0].withKey { key in
      switch kind {
      case .bits: gk_random_bits(key, 0, out.words, out.count)
      case .uniform: gk_uniform(key, 0, out.floats, out.count)
      case .normal: gk_normal(key, 0, out.floats, out.count)
      case .exponential: gk_exponential(key, 0, out.floats, out.count)
      case .gumbel: gk_gumbel(key, 0, out.floats, out.count)
      }
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let philox = PhiloxLowering(inputs[0], writer)
    let draws =
      switch kind {
      case .bits: writer.bitcast(philox.words(shape), to: .int32)
      case .uniform: philox.uniform(shape)
      case .normal: philox.normal(shape)
      case .exponential: philox.exponential(shape)
      case .gumbel: philox.gumbel(shape)
      }
    return [writer.reshape(draws, shape)]
  }
  func pullback(_ p: Pullback) {}
}

/// 0 ..< count in the order of random words.
struct RandomPermutation: Primitive {
  var name: String { "random.permutation" }
  let count: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireKey(inputs)
    return OutputTypes(TensorType([count], .int32))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { keys in
      inputs[0].withKey { gk_permutation($0, outputs[0].int32s, count, keys.baseAddress) }
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let words = PhiloxLowering(inputs[0], writer).words([count])
    return [writer.sort([words, writer.iota([count], 0)], along: 0, by: [.ascending])[1]]
  }
  func pullback(_ p: Pullback) {}
}

/// One draw of a class from each row of logits, by the Gumbel-max trick; -1 for an invalid row.
/// Logits of rank 1 serve all the rows.
struct GumbelMax: Primitive {
  var name: String { "random.categorical" }
  let rows: Shape

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireKey(inputs, at: 1)
    let logits = inputs[0]
    if logits.elementType != .float32 || logits.shape.rank < 1 || logits.shape[-1] == 0 {
      reject(inputs, "expected float32 logits of at least one class")
    }
    if logits.shape.rank > 1, logits.shape.prefix(logits.shape.rank - 1) != rows {
      reject(inputs, "the logits do not have the rows \(rows)")
    }
    return OutputTypes(TensorType(rows, .int32))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    inputs[1].withKey {
      gk_gumbel_max(
        inputs[0].floats, inputs[0].shape.rank == 1 ? 0 : k, $0, 0, outputs[0].int32s,
        outputs[0].count, k)
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [PerturbedRows(inputs[0], rows: rows, key: inputs[1], writer).drawn]
  }
  func pullback(_ p: Pullback) {}
}

/// The classes with the largest perturbed logits, in order: a draw without replacement from each
/// row of logits; -1 all along an invalid row. Logits of rank 1 serve all the rows.
struct GumbelTopK: Primitive {
  var name: String { "random.gumbelTopK" }
  let rows: Shape
  let k: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireKey(inputs, at: 1)
    let logits = inputs[0]
    if logits.elementType != .float32 || logits.shape.rank < 1 || logits.shape[-1] == 0 {
      reject(inputs, "expected float32 logits of at least one class")
    }
    if k < 0 || k > logits.shape[-1] {
      reject(inputs, "\(k) classes drawn without replacement from \(logits.shape[-1])")
    }
    if logits.shape.rank > 1, logits.shape.prefix(logits.shape.rank - 1) != rows {
      reject(inputs, "the logits do not have the rows \(rows)")
    }
    return OutputTypes(TensorType(rows + [k], .int32))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let classes = inputs[0].shape[-1]
    let parts = gk_gumbel_top_k_parts(rows.count)
    withUnsafeTemporaryAllocation(
      of: gk_perturbed.self, capacity: parts * gk_gumbel_top_k_room(classes, k)
    ) { workspace in
      inputs[1].withKey {
        gk_gumbel_top_k(
          inputs[0].floats, inputs[0].shape.rank == 1 ? 0 : classes, $0, 0, outputs[0].int32s,
          rows.count, classes, k, workspace.baseAddress, parts)
      }
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let shape = rows + [inputs[0].shape[-1]]
    let logits = writer.broadcast(inputs[0], shape)
    let noise = writer.reshape(PhiloxLowering(inputs[1], writer).gumbel(shape), shape)
    // As the kernel has it: the sum in double precision, then the noise, then the position.
    let sums = writer.add(
      writer.convert(logits, to: .float64), writer.convert(noise, to: .float64))
    let order = writer.sort(
      [sums, noise, writer.iota(shape, -1)], along: -1, by: [.descending, .descending])[2]
    let isValid = writer.hasAtLeast(k, finiteBelowIn: logits)
    return [
      writer.select(
        writer.reshape(isValid, rows + [1]), writer.slice(order, -1, 0..<k), writer.constant(-1))
    ]
  }
  func pullback(_ p: Pullback) {}
}
