/// A loop over time.
///
/// Operands: the carry, what the loop runs over ([length, …]), and the constants of the body.
/// Results: the last carry, and variables of the body stacked ([length, …]): its outputs, and what
/// the pullback needs.
struct Scan: NarrowablePrimitive, ProductPrimitive {
  var name: String { isReversed ? "scan.reversed" : "scan" }
  let body: ScanBody
  let length: Int
  /// Whether the last slice comes first.
  let isReversed: Bool
  /// The variables that are stacked.
  let stacked: [Tensor]
  /// That of the products in the body.
  var precision = Precision.float32 {
    didSet { program = ScanProgram(body, stacked, precision) }
  }
  private var program: ScanProgram

  init(body: ScanBody, length: Int, isReversed: Bool, stacked: [Tensor]) {
    self.body = body
    self.length = length
    self.isReversed = isReversed
    self.stacked = stacked
    program = ScanProgram(body, stacked)
  }

  /// Runs a loop: the last carry, and `outputs` stacked.
  ///
  /// Where somebody may ask for a gradient, what it needs is stacked as well.
  static func run(
    _ body: ScanBody, length: Int, isReversed: Bool, stacking outputs: [Tensor],
    _ operands: [Tensor]
  ) -> [Tensor] {
    var stacked = outputs
    if Trace.mayBePulledBack, Trace.recorder(of: operands) != nil {
      var known = Set(outputs.filter(body.isVariable).map(\.variable))
      for variable in body.derivative(from: outputs.filter(body.isDifferentiable)).residuals
      where known.insert(variable.variable).inserted {
        stacked.append(variable)
      }
    }
    let scan = Scan(body: body, length: length, isReversed: isReversed, stacked: stacked)
    return Array(apply(scan, operands).prefix(body.nextCarries.count + outputs.count))
  }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    OutputTypes(
      body.nextCarries.map(\.type)
        + stacked.map { TensorType([length] + $0.shape, $0.elementType) })
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    program.run(length: length, isReversed: isReversed, inputs, outputs)
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    writer.loop(self, inputs, to: types)
  }

  func narrowed(
    to isNeeded: [Bool]
  ) -> (primitive: any Primitive, operands: [Int], results: [Int]) {
    let carryCount = body.carries.count
    let kept = stacked.indices.filter { isNeeded[carryCount + $0] }
    let part = body.narrowed(to: kept.map { stacked[$0] })
    let firstConstant = carryCount + body.inputs.count
    return (
      Scan(
        body: part.body, length: length, isReversed: isReversed, stacked: kept.map { stacked[$0] }),
      Array(0..<carryCount) + part.inputs.map { carryCount + $0 }
        + part.constants.map { firstConstant + $0 },
      Array(0..<carryCount) + kept.map { carryCount + $0 }
    )
  }

  func pullback(_ p: Pullback) {
    let (carryCount, inputCount) = (body.carries.count, body.inputs.count)
    let firstConstant = carryCount + inputCount
    // Only outputs that the loss depends on: those kept for the pullback have gradients of their own
    // where that is differentiated again.
    let seeded = stacked.indices.filter {
      body.isDifferentiable(stacked[$0]) && p.cotangent(carryCount + $0) != nil
    }
    let back = body.derivative(from: seeded.map { stacked[$0] })
    let part = ScanDerivative.Part(
      back, inputs: (0..<inputCount).map { p.needs(carryCount + $0) },
      constants: body.constants.indices.map { p.needs(firstConstant + $0) })

    var known: [UInt32: Tensor] = [:]
    for (i, variable) in stacked.enumerated() where body.isVariable(variable) {
      known[variable.variable] = p.output(carryCount + i)
    }
    recompute(part.sources, into: &known, p)

    let carry = back.carryPositions.map { p.cotangent($0) ?? Tensor.zeros(p.input($0).shape) }
    let sequences = part.sources.map { source in
      switch source {
      case .cotangent(let i): p.cotangent(carryCount + seeded[i])!
      case .input(let i): p.input(carryCount + i)
      case .stacked(let variable): known[variable.variable]!
      }
    }
    let constants = part.constants.map { constant in
      let tensor = p.input(firstConstant + constant.position)
      return constant.isTransposed ? tensor.transposed() : tensor
    }
    let results = Scan.run(
      part.body, length: length, isReversed: !isReversed, stacking: part.stacked,
      carry + part.accumulators.map { Tensor.zeros($0.shape) } + sequences + constants)

    for (i, position) in back.carryPositions.enumerated() { p.add(results[i], to: position) }
    let firstStacked = part.body.carries.count
    func stack(_ variable: Tensor) -> Tensor {
      if let i = part.position(ofStacked: variable) { return results[firstStacked + i] }
      return sequences[part.position(ofInput: variable)!]
    }
    for (i, gradient) in part.inputGradients {
      p.add(stack(gradient), to: carryCount + i)
    }
    for sum in part.sums {
      var parts = sum.terms.map { $0.sum(stack) }
      if let i = sum.accumulator { parts.append(results[carry.count + i]) }
      let shape = p.input(firstConstant + sum.constant).shape
      p.add(
        parts.dropFirst().reduce(parts[0].reshaped(to: shape)) { $0 + $1.reshaped(to: shape) },
        to: firstConstant + sum.constant)
    }
  }

  /// Runs the loop again for variables of the body that were not kept: those that a gradient of a
  /// gradient needs, where nobody could know of it ahead.
  private func recompute(
    _ sources: [ScanDerivative.Source], into known: inout [UInt32: Tensor], _ p: Pullback
  ) {
    let missing = sources.compactMap { source in
      if case .stacked(let variable) = source, known[variable.variable] == nil {
        variable
      } else {
        nil
      }
    }
    if missing.isEmpty { return }
    let operands = (0..<p.inputCount).map(p.input)
    let results = Scan.run(
      body, length: length, isReversed: isReversed, stacking: missing, operands)
    for (i, variable) in missing.enumerated() {
      known[variable.variable] = results[body.carries.count + i]
    }
  }
}

extension ScanBody {
  /// Whether a gradient can be asked for in a tensor of the body.
  func isDifferentiable(_ tensor: Tensor) -> Bool {
    isVariable(tensor) && tensor.elementType.isDifferentiable
  }
}
