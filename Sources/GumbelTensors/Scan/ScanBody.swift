/// One step of a loop, recorded on a trace of its own.
///
/// Sendable: a body lives in the trace of the thread that recorded it, or in the plan of a compiled
/// function, which belongs to one thread at a time. Its trace grows only when it is differentiated,
/// and plans made of it do not change then.
final class ScanBody: @unchecked Sendable {
  let trace: Trace
  /// Variables of the trace: what is carried from step to step, the slices of what the loop runs
  /// over, and what the body uses from outside.
  let carries: [Tensor]
  let inputs: [Tensor]
  let constants: [Tensor]
  /// What the next step is given.
  let nextCarries: [Tensor]
  private var derivatives: [[UInt32]: ScanDerivative] = [:]

  init(
    trace: Trace, carries: [Tensor], inputs: [Tensor], constants: [Tensor], nextCarries: [Tensor]
  ) {
    self.trace = trace
    self.carries = carries
    self.inputs = inputs
    self.constants = constants
    self.nextCarries = nextCarries
  }

  func isVariable(_ tensor: Tensor) -> Bool { tensor.traceID == trace.id }

  /// The pullback of a step, from gradients with respect to the next carry and these variables.
  func derivative(from outputs: [Tensor]) -> ScanDerivative {
    let key = outputs.map(\.variable)
    if let known = derivatives[key] { return known }
    let derivative = ScanDerivative(of: self, from: outputs)
    derivatives[key] = derivative
    return derivative
  }

  /// The same step without the inputs and constants that neither the next carry nor these variables
  /// need, and the positions of those that are left.
  func narrowed(
    to outputs: [Tensor]
  ) -> (body: ScanBody, inputs: [Int], constants: [Int]) {
    var needed = Set<UInt32>()
    func need(_ tensor: Tensor) { if isVariable(tensor) { needed.insert(tensor.variable) } }
    for tensor in nextCarries + outputs { need(tensor) }
    for equation in trace.equations.reversed()
    where equation.results.contains(where: { needed.contains(UInt32($0)) }) {
      for operand in equation.operands { need(trace.operands[operand]) }
    }
    let keptInputs = inputs.indices.filter { needed.contains(inputs[$0].variable) }
    let keptConstants = constants.indices.filter { needed.contains(constants[$0].variable) }
    if keptInputs.count == inputs.count, keptConstants.count == constants.count {
      return (self, keptInputs, keptConstants)
    }
    let body = ScanBody(
      trace: trace, carries: carries, inputs: keptInputs.map { inputs[$0] },
      constants: keptConstants.map { constants[$0] }, nextCarries: nextCarries)
    return (body, keptInputs, keptConstants)
  }
}
