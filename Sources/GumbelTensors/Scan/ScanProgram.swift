import GumbelCLibrary

/// A loop's body as a plan, with what it takes to run it step after step without allocating.
///
/// A value that is stacked is computed right where it is stacked, and read from there by the next
/// step if it is carried; one that is only carried goes back and forth between two places, and at
/// the last step to the result.
///
/// Sendable: as `ScanBody`.
final class ScanProgram: @unchecked Sendable {
  /// A value that the plan computes, and where it goes.
  private struct Value {
    let byteCount: Int
    var carries: [Int] = []
    var stacks: [Int] = []
    /// Where it goes back and forth, if it is carried alone.
    var scratch: UnsafeMutableRawPointer?
    var current: UnsafeMutableRawPointer?
  }

  private let body: ScanBody
  private let stacked: [Tensor]
  private let precision: Precision
  private var plan: CPUPlan?
  private var values: ContiguousArray<Value> = []
  private let carrySizes: ContiguousArray<Int>
  private let inputSizes: ContiguousArray<Int>

  init(_ body: ScanBody, _ stacked: [Tensor], _ precision: Precision = .float32) {
    self.body = body
    self.stacked = stacked
    self.precision = precision
    carrySizes = ContiguousArray(body.carries.map(\.type.byteCount))
    inputSizes = ContiguousArray(body.inputs.map(\.type.byteCount))
  }

  deinit { for value in values { value.scratch?.deallocate() } }

  private func makePlan() -> CPUPlan {
    var recording = Recording(trace: body.trace)
    recording.inputs = body.carries + body.inputs + body.constants
    var positions: [UInt32: Int] = [:]
    func place(_ tensor: Tensor) -> Int {
      if body.isVariable(tensor), let position = positions[tensor.variable] { return position }
      if body.isVariable(tensor) { positions[tensor.variable] = values.count }
      recording.outputs.append(tensor)
      values.append(Value(byteCount: tensor.type.byteCount))
      return values.count - 1
    }
    for (i, tensor) in body.nextCarries.enumerated() { values[place(tensor)].carries.append(i) }
    for (i, tensor) in stacked.enumerated() { values[place(tensor)].stacks.append(i) }
    for i in values.indices where values[i].stacks.isEmpty {
      values[i].scratch = .allocate(byteCount: max(2 * values[i].byteCount, 64), alignment: 64)
    }
    return CPUPlan(Graph(recording), precision: precision)
  }

  func run(length: Int, isReversed: Bool, _ inputs: Buffers, _ outputs: Buffers) {
    let carryCount = carrySizes.count
    if length == 0 {
      for i in 0..<carryCount { memcpy(outputs[i].pointer, inputs[i].pointer, carrySizes[i]) }
      return
    }
    if plan == nil { plan = makePlan() }
    let plan = plan!
    for i in 0..<carryCount { plan.inputs[i].bind(inputs[i].pointer) }
    for i in (carryCount + inputSizes.count)..<inputs.count {
      plan.inputs[i].bind(inputs[i].pointer)
    }
    for t in 0..<length {
      let position = isReversed ? length - 1 - t : t
      for i in inputSizes.indices {
        plan.inputs[carryCount + i].bind(
          inputs[carryCount + i].pointer + position * inputSizes[i])
      }
      for i in values.indices {
        let place: UnsafeMutableRawPointer
        if let stack = values[i].stacks.first {
          place = outputs[carryCount + stack].pointer + position * values[i].byteCount
        } else if t == length - 1 {
          place = outputs[values[i].carries[0]].pointer
        } else {
          place = values[i].scratch! + (t & 1) * values[i].byteCount
        }
        values[i].current = place
        plan.outputs[i].bind(place)
      }
      plan.run()
      for i in values.indices {
        for stack in values[i].stacks.dropFirst() {
          memcpy(
            outputs[carryCount + stack].pointer + position * values[i].byteCount,
            values[i].current!, values[i].byteCount)
        }
        for carry in values[i].carries { plan.inputs[carry].bind(values[i].current!) }
      }
    }
    for value in values {
      for carry in value.carries where outputs[carry].pointer != value.current {
        memcpy(outputs[carry].pointer, value.current!, value.byteCount)
      }
    }
  }
}
