/// A function that was recorded once and is replayed as a flat plan: no allocation, no tracing,
/// elementwise chains fused, state updated in place. See
/// ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
///
/// A compiled function belongs to one thread at a time.
public final class Compiled<State: TensorGroup, Input: TensorGroup, Output: TensorGroup> {
  /// Where it runs.
  public let device: Device
  /// How exact its products are.
  public let precision: Precision
  private let body: (inout State, Input) -> Output
  private var entries: [Signature: Entry] = [:]
  // What every call needs is not checked for overlapping accesses: a call inside of a call, of the same
  // function and on its thread, there is not.

  /// The plan that ran last: most often it is the next one as well.
  @exclusivity(unchecked) private var latest: Entry?
  @exclusivity(unchecked) private var calls: UInt64 = 0

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

  /// How often the function was recorded: in each call for which no plan was kept. Where it grows
  /// with the calls, shapes or settings change all the time, or ``planLimit`` is too low for them.
  public private(set) var recordingCount = 0

  private final class Entry {
    let plan: any Executable
    /// The settings of state and input that the plan is for.
    let settings: SettingsDigest
    /// The results, in storage that is used again once the caller has let go of it.
    @exclusivity(unchecked) var output: Output
    /// The number of the last call that it ran in.
    @exclusivity(unchecked) var lastCall: UInt64 = 0

    init(plan: any Executable, settings: SettingsDigest, output: Output) {
      self.plan = plan
      self.settings = settings
      self.output = output
    }
  }

  init(
    on device: Device = .default, precision: Precision = .default,
    _ body: @escaping (inout State, Input) -> Output
  ) {
    self.device = device
    self.precision = precision
    self.body = body
  }

  /// Runs the function, updating `state` in place.
  ///
  /// On the host, and in float32, it gives the same bits as the function itself. Inside another compiled
  /// function or a gradient it simply is the function.
  public func callAsFunction(_ state: inout State, _ input: Input) -> Output {
    if Trace.current != nil { return body(&state, input) }
    calls += 1
    if let latest, run(latest, &state, input) { return latest.output }
    let entry = entry(for: &state, input)
    let matches = run(entry, &state, input)
    require(matches, "compile: the state changed its structure while it was recorded")
    latest = entry
    return entry.output
  }

  /// Compiles the function for arguments like these without running it, unless that was done before.
  ///
  /// - Throws: ``DeviceError`` or ``UnsupportedPrimitives`` where the device cannot do what the function
  ///   does. A call has nothing to throw by, and traps there.
  public func prepare(for state: State, _ input: Input) throws {
    var state = state
    _ = try findEntry(for: &state, input)
  }

  /// The number of plans that are kept, one for each signature: the shapes, element types and settings
  /// of state and input. At most ``planLimit``.
  public var planCount: Int { entries.count }

  /// The plan that ran last, as text: a line an operation.
  public var planDescription: String { latest?.plan.description ?? "(nothing recorded yet)" }

  private func run(_ entry: Entry, _ state: inout State, _ input: Input) -> Bool {
    guard entry.plan.run(&state, input, settings: entry.settings, into: &entry.output) else {
      return false
    }
    entry.lastCall = calls
    return true
  }

  private func entry(for state: inout State, _ input: Input) -> Entry {
    Device.orFail { try findEntry(for: &state, input) }
  }

  private func findEntry(for state: inout State, _ input: Input) throws -> Entry {
    let signature = Signature(&state, input)
    if let known = entries[signature] { return known }
    let entry = try record(state, input, signature.settings)
    while planCount >= planLimit { removeOldest() }
    entries[signature] = entry
    return entry
  }

  private func removeOldest() {
    let oldest = entries.min { $0.value.lastCall < $1.value.lastCall }!
    if latest === oldest.value { latest = nil }
    entries[oldest.key] = nil
  }

  private func record(
    _ state: State, _ input: Input, _ settings: SettingsDigest
  ) throws -> Entry {
    try precision.require(on: device)
    recordingCount += 1
    reportUnvisitedTensors(in: state)
    reportUnvisitedTensors(in: input)
    let trace = Trace(isCompiling: true, deviceCount: device.indices.count)
    var recording = Recording(trace: trace)
    var output: Output?
    Trace.withCurrent(trace) {
      var tracedState = state.mapTensors { tensor in
        let variable = trace.makeInput(tensor)
        recording.states.append(variable)
        return variable
      }
      let tracedInput = input.mapTensors { tensor in
        let variable = trace.makeInput(tensor)
        recording.inputs.append(variable)
        return variable
      }
      let before = Signature(&tracedState, EmptyGroup()).settings
      let result = body(&tracedState, tracedInput)
      require(
        Signature(&tracedState, EmptyGroup()).settings == before,
        "compile: the function changed a setting of its state, which later calls would not do")
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
      Tensor(uninitialized: $0.type)
    }
    let graph = Graph(recording)
    let plan: any Executable =
      device.isHost
      ? CPUPlan(graph, precision: precision) : try DevicePlan(graph, on: device, precision)
    return Entry(plan: plan, settings: settings, output: template)
  }
}

// Snippet:
// var model = Model()
// var optimizer = Adam(for: model, learningRate: 0.01)
// let batch = Tensor.normal([64, 3], key: key)
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
/// The function is recorded on its first call, and again for every new combination of shapes and of
/// settings that the arguments note (see ``TensorGroup``); of the plans those used last are kept,
/// ``Compiled/planLimit`` of them.
/// It must be pure: a function of its arguments alone. What Swift decides while it runs (`if`,
/// `for`, a `Float`, a random key from outside) is fixed at recording; what may change from call
/// to call must be a tensor in the state or the input, keys and step counters included. Reading
/// the elements of a tensor inside traps.
///
/// The state's tensors are written in place where nothing else refers to them, and copied first
/// where something does.
///
/// - Parameters:
///   - device: where the function runs. What a device computes stays there until it is read; the state
///     is updated in place there.
///   - precision: how exact products are; one that the device does not have is refused.
///   - body: the function.
public func compile<State: TensorGroup, Input: TensorGroup, Output: TensorGroup>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout State, Input) -> Output
) -> Compiled<State, Input, Output> {
  Compiled(on: device, precision: precision, body)
}
