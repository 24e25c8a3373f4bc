import Kernels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A record of operations, in the order in which they ran.
///
/// Variables are numbered in order of creation: the inputs of the trace and the results of its
/// equations. Equations, operands and results stand in flat arrays, so that releasing a long
/// trace takes no recursion, and recording an operation usually takes no allocation.
///
/// There is one trace a thread, that of the outermost `gradient` or compiled function running on
/// it: an inner `gradient` records on the same trace and walks back over the part of it that is
/// its own. A tensor that outlives its trace is an ordinary value.
package final class Trace {
  struct Equation {
    let primitive: any Primitive
    let operands: Range<Int>
    let results: Range<Int>
  }

  private(set) var id: UInt64
  /// Whether this is the trace of a compiled function, where values may not be read.
  let isCompiling: Bool
  var equations = ContiguousArray<Equation>()
  var operands = ContiguousArray<Tensor>()
  /// The value of every variable; a tensor's `variable` is its position here.
  var variables = ContiguousArray<Tensor>()

  init(isCompiling: Bool) {
    id = gk_unique_id()
    self.isCompiling = isCompiling
  }

  /// Makes the trace as good as new, with the memory that it has.
  private func reset() {
    equations.removeAll(keepingCapacity: true)
    operands.removeAll(keepingCapacity: true)
    variables.removeAll(keepingCapacity: true)
    id = gk_unique_id()
  }

  /// A variable that an inner gradient can be taken with respect to: a name of its own for a
  /// tensor that may be traced already.
  ///
  /// In a compiled function it comes from an equation even where the tensor is a constant: the
  /// plan has to know where every variable's value is.
  func makePoint(_ tensor: Tensor) -> Tensor {
    if tensor.traceID != id, !isCompiling { return makeInput(tensor) }
    var point = tensor
    record(Identity(), tensor, nil, &point)
    return point
  }

  /// A variable that stands for an argument.
  func makeInput(_ tensor: Tensor) -> Tensor {
    var input = tensor
    makeVariable(&input)
    return input
  }

  func record(_ primitive: any Primitive, _ inputs: [Tensor], _ outputs: inout [Tensor]) {
    let firstOperand = operands.count
    let firstResult = variables.count
    for input in inputs { operands.append(input) }
    for i in outputs.indices { makeVariable(&outputs[i]) }
    equations.append(
      Equation(
        primitive: primitive, operands: firstOperand..<operands.count,
        results: firstResult..<variables.count))
  }

  func record(_ primitive: any Primitive, _ inputs: [Tensor], _ output: inout Tensor) {
    let firstOperand = operands.count
    for input in inputs { operands.append(input) }
    makeVariable(&output)
    equations.append(
      Equation(
        primitive: primitive, operands: firstOperand..<operands.count,
        results: (variables.count - 1)..<variables.count))
  }

  func record(_ primitive: any Primitive, _ a: Tensor, _ b: Tensor?, _ output: inout Tensor) {
    let firstOperand = operands.count
    operands.append(a)
    if let b { operands.append(b) }
    makeVariable(&output)
    equations.append(
      Equation(
        primitive: primitive, operands: firstOperand..<operands.count,
        results: (variables.count - 1)..<variables.count))
  }

  /// Makes a tensor the next variable.
  @inline(__always)
  private func makeVariable(_ tensor: inout Tensor) {
    tensor.traceID = id
    tensor.variable = UInt32(variables.count)
    variables.append(tensor)
  }
}

// MARK: - The current trace

extension Trace {
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key, nil)
    require(status == 0, "the system has no thread-specific storage left")
    return key
  }()

  /// The trace of the outermost `gradient` or compiled function running on this thread.
  ///
  /// The scope that set it keeps it alive. Those scopes are synchronous, so the thread cannot
  /// change between setting and resetting it.
  @inline(__always)
  static var current: Trace? {
    get {
      guard let pointer = pthread_getspecific(key) else { return nil }
      return Unmanaged<Trace>.fromOpaque(pointer).takeUnretainedValue()
    }
    set { pthread_setspecific(key, newValue.map { Unmanaged.passUnretained($0).toOpaque() }) }
  }

  /// A trace that the thread keeps for its next outermost gradient: a small network's step would
  /// otherwise spend much of its time on growing a new one.
  private static let spareKey: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { pointer in
      #if canImport(Darwin)
        let pointer: UnsafeMutableRawPointer? = pointer
      #endif
      if let pointer { Unmanaged<Trace>.fromOpaque(pointer).release() }
    }
    require(status == 0, "the system has no thread-specific storage left")
    return key
  }()

  /// A trace for an outermost gradient; to be given back.
  static func take() -> Trace {
    guard let pointer = pthread_getspecific(spareKey) else { return Trace(isCompiling: false) }
    pthread_setspecific(spareKey, nil)
    return Unmanaged<Trace>.fromOpaque(pointer).takeRetainedValue()
  }

  /// Ends a trace that was taken. Large ones are not kept.
  static func giveBack(_ trace: Trace) {
    guard trace.variables.count <= 4096, pthread_getspecific(spareKey) == nil else { return }
    trace.reset()
    pthread_setspecific(spareKey, Unmanaged.passRetained(trace).toOpaque())
  }

  /// Runs `body` with a current trace.
  static func withCurrent<R>(_ trace: Trace?, _ body: () -> R) -> R {
    let outer = current
    current = trace
    defer { current = outer }
    return withExtendedLifetime(trace, body)
  }

  static func isCompiling(_ id: UInt64) -> Bool {
    guard let current else { return false }
    return current.id == id && current.isCompiling
  }
}
