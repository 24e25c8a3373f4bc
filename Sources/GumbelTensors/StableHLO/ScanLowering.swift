extension StableHLOWriter {
  /// A loop over time: over the number of the step, what is carried, and what is stacked. What the body
  /// uses from outside it sees as it stands there.
  func loop(_ scan: Scan, _ inputs: [HLOValue], to types: [TensorType]) -> [HLOValue] {
    let body = scan.body
    let (carryCount, inputCount) = (body.carries.count, body.inputs.count)
    // There is no slice to begin with.
    if scan.length == 0 {
      return inputs[..<carryCount] + types[carryCount...].map { zeros(HLOType($0)) }
    }
    let stacks = types[carryCount...].map { zeros(HLOType($0)) }
    let initial = [constant(0)] + inputs[..<carryCount] + stacks
    let variables = initial.map { HLOValue(name: makeName(), type: $0.type) }
    let result = makeName()
    let assignments = zip(variables, initial).map { "\($0.name) = \($1.name)" }
    let typeList = initial.map(\.type.description).joined(separator: ", ")
    line(
      "\(result):\(initial.count) = stablehlo.while(\(assignments.joined(separator: ", "))) : "
        + typeList)
    line("cond {")
    let goesOn = compare(variables[0], .less, constant(scan.length))
    line("stablehlo.return \(goesOn.name) : \(goesOn.type)")
    line("} do {")

    let step = variables[0]
    let position =
      scan.isReversed ? subtract(constant(scan.length - 1), step) : step
    let carries = variables[1...].prefix(carryCount)
    let sequences = inputs[carryCount...].prefix(inputCount)
    let slices = zip(body.inputs, sequences).map { slice, sequence in
      reshape(self.slice(sequence, at: position), slice.shape)
    }
    var recording = Recording(trace: body.trace)
    recording.inputs = body.carries + body.inputs + body.constants
    recording.outputs = body.nextCarries + scan.stacked
    let values = lower(
      Graph(recording), carries + slices + inputs[(carryCount + inputCount)...])
    var next = [add(step, constant(1))] + values[..<carryCount]
    for (stack, value) in zip(variables[(1 + carryCount)...], values[carryCount...]) {
      next.append(updating(stack, at: position, with: value))
    }
    line("stablehlo.return \(next.map(\.name).joined(separator: ", ")) : \(typeList)")
    line("}")
    return types.indices.map { HLOValue(name: "\(result)#\($0 + 1)", type: initial[$0 + 1].type) }
  }

  /// Where a slice along the outermost axis begins.
  private func starts(_ x: HLOValue, _ position: HLOValue) -> (names: String, types: String) {
    let all = [position] + [HLOValue](repeating: constant(0), count: x.shape.rank - 1)
    return (
      all.map(\.name).joined(separator: ", "),
      all.map(\.type.description).joined(separator: ", ")
    )
  }

  /// The slice at a position of the outermost axis, which is kept.
  private func slice(_ x: HLOValue, at position: HLOValue) -> HLOValue {
    let type = HLOType(x.shape.replacing(axis: 0, with: 1), x.type.elementType)
    let starts = starts(x, position)
    return operation(
      "stablehlo.dynamic_slice \(x.name), \(starts.names), sizes = \(type.shape) : "
        + "(\(x.type), \(starts.types)) -> \(type)", type)
  }

  /// The value with another slice at a position of the outermost axis.
  private func updating(
    _ x: HLOValue, at position: HLOValue, with slice: HLOValue
  ) -> HLOValue {
    let row = reshape(slice, x.shape.replacing(axis: 0, with: 1))
    let starts = starts(x, position)
    return operation(
      "stablehlo.dynamic_update_slice \(x.name), \(row.name), \(starts.names) : "
        + "(\(x.type), \(row.type), \(starts.types)) -> \(x.type)", x.type)
  }
}
