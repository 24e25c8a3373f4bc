/// A function that was recorded once and is replayed as a flat plan: no allocation, no tracing,
/// elementwise chains fused, state updated in place. See
/// ``compile(_:)->Compiled<State,Input,Output>``.
///
/// A compiled function belongs to one thread at a time.
public final class Compiled<State: TensorGroup, Input: TensorGroup, Output: TensorGroup> {
  private let body: (inout State, Input) -> Output
  private var entries: [Signature: Entry] = [:]
  /// The plan that ran last: most often it is the next one as well.
  private var latest: Entry?
  private var calls: UInt64 = 0

  /// How many plans are kept, at least 1; 64 unless it is set.
  ///
  /// A plan holds the memory of its intermediate values and of its results. Where a call needs one
  /// more, that which was not used for the longest time goes; should its shapes come again, the
  /// function is recorded again.
  public var planLimit = 64 {
    didSet {
      require(planLimit >= 1, "planLimit: \(planLimit); expected 1 or more")
      while planCount > planLimit { removeOldest() }
    }
  }

  private final class Entry {
    let plan: Plan
    /// The results, in storage that is used again once the caller has let go of it.
    var output: Output
    /// The number of the last call that it ran in.
    var lastCall: UInt64 = 0

    init(plan: Plan, output: Output) {
      self.plan = plan
      self.output = output
    }
  }

  init(_ body: @escaping (inout State, Input) -> Output) { self.body = body }

  /// Runs the function, updating `state` in place.
  ///
  /// Gives the same bits as the function itself. Inside another compiled function or a gradient
  /// it simply is the function.
  public func callAsFunction(_ state: inout State, _ input: Input) -> Output {
    if Trace.current != nil { return body(&state, input) }
    let entry = matchingEntry(&state, input)
    var outputs = OutputBinder(plan: entry.plan)
    entry.output.visit(&outputs)
    entry.plan.run()
    return withExtendedLifetime(input) { entry.output }
  }

  /// The number of plans that are kept, one for each signature: the shapes and element types of state
  /// and input. At most ``planLimit``.
  public var planCount: Int { entries.count }

  /// The plan that ran last, as text: a line an operation.
  public var planDescription: String { latest?.plan.description ?? "(nothing recorded yet)" }

  private func matchingEntry(_ state: inout State, _ input: Input) -> Entry {
    calls += 1
    if let latest, bind(latest.plan, &state, input) {
      latest.lastCall = calls
      return latest
    }
    let signature = Signature(&state, input)
    let entry: Entry
    if let known = entries[signature] {
      entry = known
    } else {
      entry = record(state, input)
      while planCount >= planLimit { removeOldest() }
      entries[signature] = entry
    }
    let matches = bind(entry.plan, &state, input)
    require(matches, "compile: the state changed its structure while it was recorded")
    entry.lastCall = calls
    latest = entry
    return entry
  }

  private func removeOldest() {
    let oldest = entries.min { $0.value.lastCall < $1.value.lastCall }!
    if latest === oldest.value { latest = nil }
    entries[oldest.key] = nil
  }

  private func bind(_ plan: Plan, _ state: inout State, _ input: Input) -> Bool {
    var states = StateBinder(plan: plan)
    state.visit(&states)
    guard states.matches, states.index == plan.states.count else { return false }
    var inputs = InputBinder(plan: plan)
    var input = input
    input.visit(&inputs)
    return inputs.matches && inputs.index == plan.inputs.count
  }

  private func record(_ state: State, _ input: Input) -> Entry {
    let trace = Trace(isCompiling: true)
    var recording = Plan.Recording(trace: trace)
    var output: Output?
    Trace.withCurrent(trace) {
      var tracedState = state.mapTensors { tensor in
        let variable = trace.makeInput(tensor.untraced)
        recording.states.append(variable)
        return variable
      }
      let tracedInput = input.mapTensors { tensor in
        let variable = trace.makeInput(tensor.untraced)
        recording.inputs.append(variable)
        return variable
      }
      let result = body(&tracedState, tracedInput)
      recording.newStates = tracedState.tensors
      recording.outputs = result.tensors
      output = result
    }
    require(
      recording.newStates.map(\.type) == recording.states.map(\.type),
      """
      compile: the function changed the type of its state, from \
      \(recording.states.map(\.type)) to \(recording.newStates.map(\.type))
      """)
    let template = output!.mapTensors {
      Tensor(storage: Storage.uninitialized(count: $0.count), type: $0.type)
    }
    return Entry(plan: Plan(recording), output: template)
  }
}

/// Compiles a function of a state, which it may change, and an input, or of up to three of each.
///
/// ```swift
/// let step = compile { (model: inout Model, optimizer: inout Adam, batch: Tensor, key: RandomKey) in
///   let (loss, gradient) = valueAndGradient(at: model) { $0.loss(batch, key: key) }
///   optimizer.update(&model, along: gradient)
///   return loss
/// }
/// let loss = step(&model, &optimizer, batch, key)
/// ```
///
/// The function is recorded on its first call, and again for every new combination of shapes; of the
/// plans those used last are kept, ``Compiled/planLimit`` of them.
/// It must be pure: a function of its arguments alone. What Swift decides while it runs (`if`,
/// `for`, a `Float`, a random key from outside) is fixed at recording; what may change from call
/// to call must be a tensor in the state or the input, keys and step counters included. Reading
/// the elements of a tensor inside traps.
///
/// The state's tensors are written in place where nothing else refers to them, and copied first
/// where something does.
public func compile<State: TensorGroup, Input: TensorGroup, Output: TensorGroup>(
  _ body: @escaping (inout State, Input) -> Output
) -> Compiled<State, Input, Output> {
  Compiled(body)
}

// MARK: - Binding

/// What a plan is made for: the types of the tensors of state and input.
private struct Signature: Hashable, TensorVisitor {
  private var types: [TensorType] = []
  private var stateCount = 0

  init(_ state: inout some TensorGroup, _ input: some TensorGroup) {
    state.visit(&self)
    stateCount = types.count
    var input = input
    input.visit(&self)
  }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    Trace.requireHere(tensor)
    types.append(tensor.type)
  }
}

/// Gives a plan the memory of the state's tensors, after copying those that something else
/// refers to.
private struct StateBinder: TensorVisitor {
  let plan: Plan
  var index = 0
  var matches = true

  init(plan: Plan) { self.plan = plan }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    Trace.requireHere(tensor)
    guard matches, index < plan.states.count, plan.states[index].type == tensor.type else {
      matches = false
      return
    }
    if plan.states[index].isWritten {
      if !isKnownUniquelyReferenced(&tensor.storage) { tensor.storage = tensor.storage.copy() }
      tensor.traceID = 0
    }
    plan.states[index].bind(tensor.storage.pointer)
    index += 1
  }
}

private struct InputBinder: TensorVisitor {
  let plan: Plan
  var index = 0
  var matches = true

  init(plan: Plan) { self.plan = plan }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    Trace.requireHere(tensor)
    guard matches, index < plan.inputs.count, plan.inputs[index].type == tensor.type else {
      matches = false
      return
    }
    plan.inputs[index].bind(tensor.storage.pointer)
    index += 1
  }
}

/// Gives a plan memory for its results: that of the last call, where the caller let go of it.
private struct OutputBinder: TensorVisitor {
  let plan: Plan
  var index = 0

  init(plan: Plan) { self.plan = plan }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    if !isKnownUniquelyReferenced(&tensor.storage) {
      tensor.storage = Storage.uninitialized(count: tensor.count)
    }
    plan.outputs[index].bind(tensor.storage.pointer)
    index += 1
  }
}
