/// An operation on tensors, with everything there is to know about it in one place.
///
/// A primitive is a small value: its stored properties are the operation's static attributes (an
/// axis, a flag). It is static in shape and holds no Swift closure.
public protocol Primitive: Sendable {
  /// The name in printed traces and in messages.
  var name: String { get }

  /// The types of the results. Traps where the operands do not fit, naming operation and shapes.
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes

  /// Computes the results into memory that is allocated but not initialised.
  func evaluate(_ inputs: Buffers, _ outputs: Buffers)

  /// The results in terms of simpler operations; nil, by default, for an operation of which there are
  /// none: one that every engine has to know.
  ///
  /// The values are those of ``evaluate(_:_:)`` but for rounding.
  func composed(_ inputs: [Tensor]) -> [Tensor]?

  /// Adds the gradient of each operand, in terms of tensor operations; by default that of ``composed(_:)``.
  ///
  /// With cotangents c_j of the results y_j, operand x_i receives sum_j (dy_j / dx_i)ᵀ c_j. An
  /// operation without a gradient adds nothing. One that is not composed has to say what its gradient is.
  func pullback(_ p: Pullback)

  /// Pairs (operand, result) in which the result may be written over the operand's memory,
  /// because every element of the operand is read before the same element of the result is
  /// written.
  var inPlace: [(operand: Int, result: Int)] { get }

  /// Writes the operation for a device; nil, by default, for one that says nothing of its own.
  ///
  /// Such a one is written as what it is composed of (``composed(_:)``), and elementwise operations of
  /// this package by what they compute. An operation for which there is none of these cannot run on a
  /// device: a function that has it is refused when it is compiled there.
  ///
  /// - Parameters:
  ///   - inputs: the operands.
  ///   - types: what the results have to be.
  ///   - writer: takes the operations that are to be written.
  /// - Returns: a value for each result.
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]?
}

/// The memory and the type of a tensor while a primitive runs.
public struct Buffer {
  /// The first element.
  public var pointer: UnsafeMutableRawPointer
  /// Shape and element type.
  public let type: TensorType

  @inline(__always)
  package init(pointer: UnsafeMutableRawPointer, type: TensorType) {
    self.pointer = pointer
    self.type = type
  }

  /// The extents, outermost first.
  public var shape: Shape { type.shape }
  /// The number of elements.
  public var count: Int { type.shape.count }
  /// How often an axis is run along, and the bytes between two of its elements.
  func bytes(around axis: Int) -> (outer: Int, inner: Int) {
    let (outer, inner) = shape.extents(around: axis)
    return (outer, type.elementType.byteCount * inner)
  }
  /// The elements as floats.
  @inline(__always)
  public var floats: UnsafeMutablePointer<Float> { pointer.assumingMemoryBound(to: Float.self) }
  /// The elements as integers.
  @inline(__always)
  public var int32s: UnsafeMutablePointer<Int32> { pointer.assumingMemoryBound(to: Int32.self) }
  /// The elements as the words of random keys.
  @inline(__always)
  package var words: UnsafeMutablePointer<UInt32> { pointer.assumingMemoryBound(to: UInt32.self) }
}

/// The memory of the operands or the results, while a primitive runs.
public typealias Buffers = UnsafeBufferPointer<Buffer>

extension Primitive {
  /// Most operations read an operand after they have written some of their result.
  public var inPlace: [(operand: Int, result: Int)] { [] }

  /// An operation that is not made of others.
  public func composed(_ inputs: [Tensor]) -> [Tensor]? { nil }

  /// An operation that a device knows by what it is composed of.
  public func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? { nil }

  /// The gradient of what the operation is composed of.
  public func pullback(_ p: Pullback) {
    let inputs = (0..<p.inputCount).map(p.input)
    let asked = inputs.indices.filter(p.needs)
    if asked.isEmpty { return }
    let gradients = gradient(at: asked.map { inputs[$0] }) { variables in
      var operands = inputs
      for (variable, i) in zip(variables, asked) { operands[i] = variable }
      guard let results = composed(operands) else {
        fatalError("\(name): it has no pullback, and is composed of nothing that has one")
      }
      return results.indices.reduce(Tensor(0)) { sum, i in
        p.cotangent(i).map { sum + (results[i] * $0).sum() } ?? sum
      }
    }
    for (gradient, i) in zip(gradients, asked) { p.add(gradient, to: i) }
  }

  /// Traps with the operation, the operands and a reason in the message: what a shape rule does with
  /// operands that do not fit.
  public func reject(_ inputs: TensorTypes, _ reason: String) -> Never {
    // Not a precondition, whose message optimised builds leave out.
    fatalError(
      "\(name)(\(inputs.map(\.description).joined(separator: ", "))): \(reason)")
  }

  /// Traps unless there are so many operands, and all or the first ones are of float32.
  public func requireFloats(_ inputs: TensorTypes, count: Int, first: Int? = nil) {
    if inputs.count != count { reject(inputs, "expected \(count) operands") }
    for i in 0..<(first ?? count) where inputs[i].elementType != .float32 {
      reject(inputs, "operand \(i) has to be of float32")
    }
  }
}

/// The types of the operands, while a shape rule looks at them.
public typealias TensorTypes = UnsafeBufferPointer<TensorType>

/// The types of the results, of which up to three are held inline.
public struct OutputTypes: Sendable {
  let first: TensorType
  private let second, third: TensorType?
  private let all: [TensorType]?

  /// Creates the types of as many results as are given.
  public init(
    _ first: TensorType, _ second: TensorType? = nil, _ third: TensorType? = nil
  ) {
    self.first = first
    self.second = second
    self.third = third
    all = nil
  }

  /// Creates the types of any number of results above 0.
  public init(_ types: [TensorType]) {
    first = types[0]
    second = nil
    third = nil
    all = types
  }

  var count: Int { all?.count ?? (third != nil ? 3 : second != nil ? 2 : 1) }

  subscript(i: Int) -> TensorType { all?[i] ?? (i == 0 ? first : i == 1 ? second! : third!) }
}

/// Runs a primitive on tensors and records it where one of them is being traced: records it alone
/// where that is an abstract value of a function that is being compiled.
///
/// Every operation passes here, or through one of the short cuts for a result or two that do the
/// same without arrays.
public func apply<P: Primitive>(_ primitive: P, _ inputs: [Tensor]) -> [Tensor] {
  let types = outputTypes(primitive, inputs)
  let trace = Trace.recorder(of: inputs)
  let isAbstract = trace?.isCompiling == true
  var outputs = [Tensor]()
  outputs.reserveCapacity(types.count)
  for i in 0..<types.count {
    outputs.append(isAbstract ? Tensor(abstract: types[i]) : Tensor(uninitialized: types[i]))
  }
  if !isAbstract { outputs.withUnsafeBufferPointer { evaluate(primitive, inputs, $0) } }
  trace?.record(primitive, inputs, &outputs)
  return outputs
}

/// Runs a primitive that has one result.
public func apply1<P: Primitive>(_ primitive: P, _ inputs: [Tensor]) -> Tensor {
  let type = outputTypes(primitive, inputs).first
  let trace = Trace.recorder(of: inputs)
  let isAbstract = trace?.isCompiling == true
  var output = isAbstract ? Tensor(abstract: type) : Tensor(uninitialized: type)
  if !isAbstract {
    withUnsafePointer(to: output) {
      evaluate(primitive, inputs, UnsafeBufferPointer(start: $0, count: 1))
    }
  }
  trace?.record(primitive, inputs, &output)
  return output
}

@inline(__always)
private func outputTypes<P: Primitive>(_ primitive: P, _ inputs: [Tensor]) -> OutputTypes {
  withUnsafeTemporaryAllocation(of: TensorType.self, capacity: inputs.count) { types in
    for i in 0..<inputs.count { types.initializeElement(at: i, to: inputs[i].type) }
    return primitive.outputTypes(TensorTypes(rebasing: types[...]))
  }
}

@inline(__always)
private func evaluate<P: Primitive>(
  _ primitive: P, _ inputs: [Tensor], _ outputs: UnsafeBufferPointer<Tensor>
) {
  withUnsafeTemporaryAllocation(of: Buffer.self, capacity: inputs.count + outputs.count) {
    buffers in
    for i in 0..<inputs.count { buffers.initializeElement(at: i, to: inputs[i].buffer) }
    for i in 0..<outputs.count {
      buffers.initializeElement(at: inputs.count + i, to: outputs[i].buffer)
    }
    withExtendedLifetime(inputs) {
      primitive.evaluate(
        Buffers(rebasing: buffers[..<inputs.count]), Buffers(rebasing: buffers[inputs.count...]))
    }
  }
}
