import GumbelTensors

/// Rows of distinct indices followed by all the others of 0 ..< count in ascending order, and 1 for
/// each row in which the indices are distinct and lie there, 0 for any other.
struct CompleteOrder: Primitive {
  var name: String { "completeOrder" }
  let count: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if inputs.count != 1 || inputs[0].elementType != .int32 || inputs[0].shape.rank == 0
      || inputs[0].shape[-1] > count
    {
      reject(inputs, "expected rows of at most \(count) int32 indices")
    }
    let rows = inputs[0].shape.prefix(inputs[0].shape.rank - 1)
    return OutputTypes(TensorType(rows + [count], .int32), TensorType(rows))
  }

  var inPlace: [(operand: Int, result: Int)] { [] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let length = inputs[0].shape[-1]
    var isTaken = [Bool](repeating: false, count: count)
    for row in 0..<outputs[1].count {
      let (indices, order) = (
        inputs[0].int32s + row * length, outputs[0].int32s + row * count
      )
      for i in 0..<count { isTaken[i] = false }
      var isValid = true
      for i in 0..<length {
        let index = Int(indices[i])
        if index < 0 || index >= count || isTaken[index] {
          isValid = false
          break
        }
        isTaken[index] = true
        order[i] = Int32(index)
      }
      var next = length
      if !isValid {
        next = 0
        for i in 0..<count { isTaken[i] = false }
      }
      for index in 0..<count where !isTaken[index] {
        order[next] = Int32(index)
        next += 1
      }
      outputs[1].floats[row] = isValid ? 1 : 0
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let length = inputs[0].shape[-1]
    let rows = types[1].shape
    let cube: Shape = [rows.count, length, count]
    // Where each number of a row stands among the indices.
    let indices = writer.reshape(inputs[0], [rows.count, length, 1])
    let isThere = writer.compare(indices, .equal, writer.iota(cube, 2))
    func sum(_ x: HLOValue, _ axis: Int) -> HLOValue {
      writer.reduce("add", x, axis, from: writer.constant(0))
    }
    let places = sum(writer.select(isThere, writer.iota(cube, 1), writer.constant(0)), 1)
    let isTaken = writer.reduce("or", isThere, 1, from: writer.constant(false))
    // As many different ones as there are indices: none twice, and none outside.
    let distinct = sum(writer.convert(isTaken, to: .int32), 1)
    let isValid = writer.compare(distinct, .equal, writer.constant(length))
    let numbers = writer.iota([rows.count, count], 1)
    let behind = writer.add(numbers, writer.constant(length))
    let keys = writer.select(
      writer.reshape(isValid, [rows.count, 1]), writer.select(isTaken, places, behind), numbers)
    let order = writer.sort([keys, numbers], along: 1, by: [.ascending])[1]
    return [
      writer.reshape(order, types[0].shape),
      writer.reshape(writer.convert(isValid, to: .float32), rows),
    ]
  }

  func pullback(_ p: Pullback) {}
}

/// The positions of a row's largest elements, the largest first and the lowest on ties; -1 all
/// along a row with a NaN, or with fewer elements above -inf.
struct LargestInOrder: Primitive {
  var name: String { "largestInOrder" }
  let count: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    if inputs[0].shape.rank == 0 || inputs[0].shape[-1] < count {
      reject(inputs, "expected rows of at least \(count) elements")
    }
    return OutputTypes(TensorType(inputs[0].shape.replacing(axis: -1, with: count), .int32))
  }

  var inPlace: [(operand: Int, result: Int)] { [] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    if count == 0 { return }
    for row in 0..<(outputs[0].count / count) {
      let (x, y) = (inputs[0].floats + row * k, outputs[0].int32s + row * count)
      var order = (0..<k).filter { x[$0] > -.infinity }
      let isValid = order.count >= count && !(0..<k).contains { x[$0].isNaN }
      order.sort { (x[$1], $0) < (x[$0], $1) }
      for i in 0..<count { y[i] = isValid ? Int32(order[i]) : -1 }
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let x = inputs[0]
    let order = writer.sort([x, writer.iota(x.shape, -1)], along: -1, by: [.descending])[1]
    let isValid = writer.hasAtLeast(count, finiteBelowIn: x)
    return [
      writer.select(
        writer.reshape(isValid, isValid.shape + [1]), writer.slice(order, -1, 0..<count),
        writer.constant(-1))
    ]
  }

  func pullback(_ p: Pullback) {}
}

extension Tensor {
  /// The positions of the largest elements of each row, in order: `[…, k]` gives `[…, count]`.
  func largestInOrder(_ count: Int) -> Tensor { apply(LargestInOrder(count: count), [self])[0] }

  /// Each row of distinct indices with the others of 0 ..< count after it, and whether it is one.
  func completedOrder(_ count: Int) -> (order: Tensor, isValid: Tensor) {
    let results = apply(CompleteOrder(count: count), [self])
    return (results[0], results[1])
  }
}
