import GumbelCLibrary
import GumbelKernels

/// A record of operations, in order.
///
/// The trace of a gradient records operations that run at once. That of a compiled function or of a
/// loop's body records alone: its variables are *abstract values*, a shape and an element type each,
/// and nothing is computed or allocated before there is a plan. What depends on none of its variables
/// is computed at once there as well, and becomes a constant of the plan.
///
/// Variables are numbered in order of creation: the inputs of the trace and the results of its
/// equations. Equations, operands and results stand in flat arrays, so that releasing a long
/// trace takes no recursion, and recording an operation usually takes no allocation.
///
/// There is one trace a thread, that of the outermost `gradient` or compiled function running on
/// it: an inner `gradient` records on the same trace and pulls cotangents back through the part of it that is
/// its own. A tensor that outlives its trace is an ordinary value. One that is used on another thread
/// while its trace lives traps: what would be computed with it there would not be recorded.
///
/// The body of a `scan` has a trace of its own inside that one. An operation is recorded on the
/// innermost trace that one of its operands belongs to: what does not change from step to step
/// is computed once, outside of the loop. An operand from further out becomes an input of the
/// trace, a *captured* one.
package final class Trace {
  struct Equation {
    let primitive: any Primitive
    let operands: Range<Int>
    let results: Range<Int>
  }

  // What every operation reads or grows is not checked for overlapping accesses: each is over before
  // anything else runs.

  /// Which thread's it is and whether values may be read are parts of the number.
  @exclusivity(unchecked) private(set) var id: UInt64
  /// Whether this is the trace of a compiled function or of a loop's body, whose variables are
  /// abstract.
  let isCompiling: Bool
  /// How many devices will share the work of the compiled function.
  let deviceCount: Int
  /// How many gradients' functions are running on this trace: what a loop has to keep for the way
  /// back depends on it.
  @exclusivity(unchecked) var gradientDepth = 0
  /// The trace around that of a loop's body, while the body runs.
  @exclusivity(unchecked) private(set) var enclosing: Trace?
  /// What a loop's body uses from outside, and the inputs that stand for it here.
  private(set) var captured: [(outside: Tensor, inside: Tensor)] = []
  private var captures: [Capture: Int] = [:]
  private struct Capture: Hashable {
    let traceID: UInt64
    let variable: UInt32
  }
  /// Whether this is the trace of a loop's body.
  let isBody: Bool
  @exclusivity(unchecked) var equations = ContiguousArray<Equation>()
  @exclusivity(unchecked) var operands = ContiguousArray<Tensor>()
  /// Every variable; a tensor's `variable` is its position here.
  @exclusivity(unchecked) var variables = ContiguousArray<Tensor>()

  init(isCompiling: Bool, deviceCount: Int = 1) {
    id = gk_recording_number(isCompiling)
    self.isCompiling = isCompiling
    self.deviceCount = deviceCount
    isBody = false
  }

  /// The trace of a loop's body.
  init(bodyInside enclosing: Trace?) {
    id = gk_recording_number(true)
    isCompiling = true
    deviceCount = enclosing?.deviceCount ?? 1
    isBody = true
    self.enclosing = enclosing
  }

  /// Ends the recording of a body: the traces around it will hold it, and not the other way.
  func leaveEnclosing() {
    enclosing = nil
    captures = [:]
  }

  /// A tensor as it is called here: one that belongs to a trace further out becomes an input.
  func inside(_ tensor: Tensor) -> Tensor {
    guard tensor.traceID != id, let enclosing, enclosing.recorder(of: tensor.traceID) != nil else {
      return tensor
    }
    let key = Capture(traceID: tensor.traceID, variable: tensor.variable)
    if let position = captures[key] { return captured[position].inside }
    captures[key] = captured.count
    let input = makeInput(tensor)
    captured.append((tensor, input))
    return input
  }

  /// Makes the trace as good as new, with the memory that it has.
  private func reset() {
    equations.removeAll(keepingCapacity: true)
    operands.removeAll(keepingCapacity: true)
    variables.removeAll(keepingCapacity: true)
    gradientDepth = 0
    id = 0
  }

  /// A variable that an inner gradient can be taken with respect to: a name of its own for a
  /// tensor that may be traced already.
  ///
  /// In a compiled function it comes from an equation even where the tensor is a constant: the
  /// plan has to know where every variable's value is.
  func makePoint(_ tensor: Tensor) -> Tensor {
    Trace.requireHere(tensor)
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
    for input in inputs { addOperand(input) }
    let firstResult = variables.count
    for i in outputs.indices { makeVariable(&outputs[i]) }
    equations.append(
      Equation(
        primitive: primitive, operands: firstOperand..<operands.count,
        results: firstResult..<variables.count))
  }

  func record(_ primitive: any Primitive, _ inputs: [Tensor], _ output: inout Tensor) {
    let firstOperand = operands.count
    for input in inputs { addOperand(input) }
    makeVariable(&output)
    equations.append(
      Equation(
        primitive: primitive, operands: firstOperand..<operands.count,
        results: (variables.count - 1)..<variables.count))
  }

  func record(_ primitive: any Primitive, _ a: Tensor, _ b: Tensor?, _ output: inout Tensor) {
    let firstOperand = operands.count
    addOperand(a)
    if let b { addOperand(b) }
    makeVariable(&output)
    equations.append(
      Equation(
        primitive: primitive, operands: firstOperand..<operands.count,
        results: (variables.count - 1)..<variables.count))
  }

  /// The result of an operation that is recorded and not run.
  func recordedAlone(
    _ primitive: any Primitive, _ a: Tensor, _ b: Tensor?, _ type: TensorType
  ) -> Tensor {
    var output = Tensor(abstract: type)
    record(primitive, a, b, &output)
    return output
  }

  @inline(__always)
  private func addOperand(_ tensor: Tensor) {
    operands.append(enclosing == nil ? tensor : inside(tensor))
  }

  /// Makes a tensor the next variable.
  @inline(__always)
  private func makeVariable(_ tensor: inout Tensor) {
    if isCompiling { tensor.storage = .none }
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
    let trace = Unmanaged<Trace>.fromOpaque(pointer).takeRetainedValue()
    // Not before: its number says since when it lives.
    trace.id = gk_recording_number(false)
    return trace
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
    // While the pullback of an outermost gradient runs there is no current trace, and still one that
    // lives: which one that is comes back after those that begin meanwhile.
    guard outer == nil, let trace else { return withExtendedLifetime(trace, body) }
    let before = gk_recording_begins(trace.id)
    defer { gk_recording_ends(before) }
    return withExtendedLifetime(trace, body)
  }

  /// Whether the variables of the trace of this number are abstract.
  @inline(__always)
  static func isCompiling(_ id: UInt64) -> Bool { id & 1 != 0 }

  /// Traps where the trace of a tensor lives on another thread: the tensor would count as a plain
  /// value here, and what it becomes would be missing from the gradient, or fixed in the plan. Traps
  /// too where it is an abstract value whose trace has ended.
  @inline(__always)
  static func requireHere(_ tensor: Tensor) { requireHere(tensor.traceID) }

  @inline(__always)
  fileprivate static func requireHere(_ id: UInt64) {
    if id != 0, isCompiling(id) || gk_is_recorded_elsewhere(id) { requireUnderWay(id) }
  }

  @inline(never)
  private static func requireUnderWay(_ id: UInt64) {
    if gk_is_recorded_elsewhere(id) { rejectForeign(id) }
    require(
      current?.recorder(of: id) != nil,
      """
      a tensor of a compiled function, or of a scan's body, was used after the recording of that \
      function: it has a shape there and no elements; return it from the function instead
      """)
  }

  @inline(never)
  private static func rejectForeign(_ id: UInt64) -> Never {
    let isCompiling = id & 1 != 0
    fatalError(
      """
      a tensor was used on a thread other than that of the \
      \(isCompiling ? "compiled function" : "gradient") that is running on it, where nothing is \
      recorded: \(isCompiling
        ? "its value would be fixed in the plan; compute with it on the thread that calls the function"
        : "the gradient would miss what becomes of it; compute with it on the thread that calls "
          + "gradient, or call gradient on each thread, at a point of its own, and add the results up")
      """)
  }

  /// The trace of this number, if it is this one or one around it.
  fileprivate func recorder(of id: UInt64) -> Trace? {
    var trace = self
    while trace.id != id {
      guard let outer = trace.enclosing else { return nil }
      trace = outer
    }
    return trace
  }

  /// The trace that records an operation on a tensor of the trace of this number; 0 stands for none.
  @inline(__always)
  static func recorder(of id: UInt64) -> Trace? {
    guard id != 0 else { return nil }
    if let current {
      if current.id == id { return current }
      if let outer = current.enclosing?.recorder(of: id) { return outer }
    }
    requireHere(id)
    return nil
  }

  /// The trace that records an operation on two tensors.
  @inline(__always)
  static func recorder(of a: Tensor, _ b: Tensor) -> Trace? {
    guard a.traceID | b.traceID != 0 else { return nil }
    let current = current
    if let current, current.id == a.traceID {
      if b.traceID != current.id { requireHere(b) }
      return current
    }
    requireHere(a)
    if let current, current.id == b.traceID { return current }
    requireHere(b)
    return current?.enclosing?.recorder { $0 == a.traceID || $0 == b.traceID }
  }

  /// The trace that records an operation on these tensors.
  @inline(__always)
  static func recorder(of tensors: [Tensor]) -> Trace? {
    let current = current
    let id = current?.id ?? 0
    var isConcerned = false
    for tensor in tensors where tensor.traceID != 0 {
      if tensor.traceID == id { isConcerned = true } else { requireHere(tensor) }
    }
    guard let current else { return nil }
    if isConcerned { return current }
    return current.enclosing?.recorder { id in tensors.contains { $0.traceID == id } }
  }

  private func recorder(where isConcerned: (UInt64) -> Bool) -> Trace? {
    var trace: Trace? = self
    while let candidate = trace {
      if isConcerned(candidate.id) { return candidate }
      trace = candidate.enclosing
    }
    return nil
  }

  /// Whether what runs now may have a pullback: a gradient's function is running, or a loop's
  /// body is being recorded, of which nobody knows yet.
  static var mayBePulledBack: Bool {
    var trace = current
    while let candidate = trace {
      if candidate.isBody || candidate.gradientDepth > 0 { return true }
      trace = candidate.enclosing
    }
    return false
  }
}
