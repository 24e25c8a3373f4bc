/// A loop over time: runs `body` for each element of the outermost axis of `inputs`.
///
///     (c₁, y₀) = body(c₀, x₀),  (c₂, y₁) = body(c₁, x₁),  …
///
/// The body is recorded once and runs as a plan, as a compiled function does: it has to be a
/// function of its arguments and of tensors that it captures, and may not read elements. It is one
/// operation with a gradient of its own, whose memory grows with the length times what one step has
/// to remember. What the body computes from captured tensors alone is computed once.
///
/// - Parameters:
///   - carry: c₀, what the first step starts from. A step keeps the types of its tensors.
///   - inputs: x, each tensor `[length, …]`; the body gets its slices `[…]`. Traps where there are
///     none, or of different lengths.
///   - body: one step, from the carry and the slices to the next carry and what the step puts out.
/// - Returns: the last carry, and the outputs y stacked: `[length, …]`.
public func scan<Carry: TensorGroup, Input: TensorGroup, Output: TensorGroup>(
  from carry: Carry, over inputs: Input, _ body: (Carry, Input) -> (Carry, Output)
) -> (carry: Carry, outputs: Output) {
  let sequences = inputs.tensors
  require(!sequences.isEmpty, "scan: there is no input to take the length from")
  for sequence in sequences {
    require(
      sequence.rank > 0 && sequence.shape[0] == sequences[0].shape[0],
      "scan: expected inputs of one length, found \(sequences.map(\.type))")
  }
  let length = sequences[0].shape[0]

  let trace = Trace(bodyInside: Trace.current)
  var carries: [Tensor] = []
  var slices: [Tensor] = []
  let first = carry.mapTensors { tensor in
    carries.append(trace.makeInput(tensor))
    return carries.last!
  }
  let slice = inputs.mapTensors { tensor in
    let type = TensorType(tensor.shape.removing(axis: 0), tensor.elementType)
    slices.append(trace.makeInput(Tensor(abstract: type)))
    return slices.last!
  }
  let (next, output) = Trace.withCurrent(trace) { body(first, slice) }
  let results = next.tensors.map(trace.inside)
  let outputs = output.tensors.map(trace.inside)
  require(
    results.map(\.type) == carries.map(\.type),
    """
    scan: the body changed the type of the carry, from \(carries.map(\.type)) to \
    \(results.map(\.type))
    """)
  trace.leaveEnclosing()
  if results.isEmpty && outputs.isEmpty { return (next, output) }

  let step = ScanBody(
    trace: trace, carries: carries, inputs: slices, constants: trace.captured.map(\.inside),
    nextCarries: results)
  var values = Scan.run(
    step, length: length, isReversed: false, stacking: outputs,
    carry.tensors + sequences + trace.captured.map(\.outside)
  ).makeIterator()
  let last = next.mapTensors { _ in values.next()! }
  let stacked = output.mapTensors { _ in values.next()! }
  return (last, stacked)
}

// Snippet:
// let state = Tensor.zeros([4])
// func draw(_ state: Tensor, key: RandomKey) -> (Tensor, Tensor) {
//   let next = 0.5 * state + Tensor.normal(state.shape, key: key)
//   return (next, next)
// }
/// A loop that runs so many times: the body gets the number of the step, an int32 scalar from 0.
///
/// ```swift
/// let (_, draws) = scan(from: state, count: 100) { state, step in
///   draw(state, key: key.folding(in: step))
/// }
/// ```
public func scan<Carry: TensorGroup, Output: TensorGroup>(
  from carry: Carry, count: Int, _ body: (Carry, Tensor) -> (Carry, Output)
) -> (carry: Carry, outputs: Output) {
  scan(from: carry, over: Tensor.int32Range(count), body)
}

extension RandomKey {
  /// A key for each step of a loop, to be given to ``scan(from:over:_:)`` as an input: step i gets
  /// `folding(in: i)`.
  public func sequence(of count: Int) -> RandomKey {
    scan(from: EmptyGroup(), count: count) { carry, step in (carry, folding(in: step)) }.outputs
  }
}
