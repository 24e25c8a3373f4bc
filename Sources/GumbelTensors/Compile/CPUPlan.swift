import GumbelKernels

/// A graph for the processor: a flat list of steps over memory that was assigned ahead.
///
/// The graph is rewritten for the kernels that there are (``rewrites``), every value gets a place
/// (`MemoryAssignment`), and the steps are laid out with the addresses of their operands. Memory that
/// changes from call to call, that of the state, inputs and outputs, is patched into the steps when it
/// differs from the last call's.
final class CPUPlan: Executable {
  static let rewrites: [any Rewrite] = [GatherWhereUsed(), ElementwiseFusion()]

  let states: Slots
  let inputs: Slots
  let outputs: Slots
  /// Each retained once, by this plan.
  @exclusivity(unchecked) private var steps = ContiguousArray<Unmanaged<PlanStep>>()
  private let arena: UnsafeMutableRawPointer
  /// The bytes of intermediate values.
  let arenaSize: Int
  private var constants: [Storage] = []
  private var allocations: [UnsafeMutableRawPointer] = []
  let description: String

  init(_ graph: Graph, precision: Precision = .float32) {
    let memory = MemoryAssignment(
      graph.rewritten(by: Self.rewrites).products(in: precision))
    states = .allocate(for: graph.states)
    inputs = .allocate(for: graph.inputs)
    outputs = .allocate(for: graph.outputs)
    arenaSize = memory.arenaSize
    arena = UnsafeMutableRawPointer.allocate(byteCount: max(arenaSize, 64), alignment: 64)
    description = memory.description
    for node in memory.nodes { append(node, memory) }
    for i in memory.writtenStates { states[i].isWritten = true }
  }

  deinit {
    for slots in [states, inputs, outputs] {
      slots.deinitialize()
      slots.deallocate()
    }
    for step in steps { step.release() }
    arena.deallocate()
    for allocation in allocations { allocation.deallocate() }
  }

  func run<State: TensorGroup, Input: TensorGroup, Output: TensorGroup>(
    _ state: inout State, _ input: Input, settings: SettingsDigest, into output: inout Output
  ) -> Bool {
    guard bind(&state, input, settings) else { return false }
    var outputBinder = OutputBinder(outputs)
    output.visit(&outputBinder)
    withExtendedLifetime(input) { run() }
    return true
  }

  /// Gives the plan the memory of these arguments; false where it is for other ones.
  private func bind(
    _ state: inout some TensorGroup, _ input: some TensorGroup, _ settings: SettingsDigest
  ) -> Bool {
    var stateBinder = StateBinder(states)
    state.visit(&stateBinder)
    guard stateBinder.matches, stateBinder.index == states.count else { return false }
    var inputBinder = InputBinder(inputs, settings: stateBinder.settings)
    var input = input
    input.visit(&inputBinder)
    return inputBinder.matches && inputBinder.index == inputs.count
      && inputBinder.settings == settings
  }

  /// Runs in the memory that was bound last.
  func run() {
    gk_signal_scope_begin()
    defer { gk_signal_scope_end() }
    steps.withUnsafeBufferPointer { steps in
      for i in steps.indices { steps[i]._withUnsafeGuaranteedRef { $0.run() } }
    }
  }

  // MARK: - Laying out

  private func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(count, 1))
    allocations.append(UnsafeMutableRawPointer(memory))
    return memory
  }

  private func append(_ node: Graph.Node, _ memory: MemoryAssignment) {
    let places =
      node.inputs.map { memory.place(of: $0) } + node.outputs.map { memory.place(of: $0) }
    let types = node.inputs.map(\.type) + node.outputs.map(\.type)
    if let group = node.primitive as? FusedElementwise {
      let addresses = allocate(UnsafeMutableRawPointer.self, places.count)
      for (i, place) in places.enumerated() { bind(place, to: addresses + i) }
      let program = allocate(gk_program.self, 1)
      group.write(to: program, inputs: node.inputs.map(\.type.shape))
      steps.append(.passRetained(ProgramStep(program, addresses: addresses)))
      return
    }
    let buffers = allocate(Buffer.self, places.count)
    for (i, place) in places.enumerated() {
      (buffers + i).initialize(to: Buffer(pointer: arena, type: types[i]))
      // A buffer begins with its address.
      let address = UnsafeMutableRawPointer(buffers + i)
        .assumingMemoryBound(to: UnsafeMutableRawPointer.self)
      bind(place, to: address)
    }
    let inputs = Buffers(start: buffers, count: node.inputs.count)
    let outputs = Buffers(start: buffers + node.inputs.count, count: node.outputs.count)
    func step(_ primitive: some Primitive) -> PlanStep {
      PrimitiveStep(primitive, inputs, outputs)
    }
    steps.append(.passRetained(step(node.primitive)))
  }

  private func bind(_ place: Place, to use: UnsafeMutablePointer<UnsafeMutableRawPointer>) {
    switch place {
    case .arena(let offset): use.initialize(to: arena + offset)
    case .constant(let storage):
      constants.append(storage)
      use.initialize(to: storage.pointer)
    case .state(let i):
      use.initialize(to: arena)
      states[i].add(use)
    case .input(let i):
      use.initialize(to: arena)
      inputs[i].add(use)
    case .output(let i):
      use.initialize(to: arena)
      outputs[i].add(use)
    }
  }
}
