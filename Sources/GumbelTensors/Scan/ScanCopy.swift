/// Copies what the pullback of a body recorded to a trace of its own.
struct ScanCopy {
  private let body: ScanBody
  private let target: Trace
  private let firstOfPullback: Int
  /// Variables of the body's trace, and what they are called in the copy.
  private var names: [Int: Tensor] = [:]
  private var producers: [Int: Int] = [:]
  /// The body's inputs and constants, by their variables.
  private var inputPositions: [Int: Int] = [:]
  private var constantPositions: [Int: Int] = [:]

  /// What the copy runs over, beside what it was given.
  private(set) var inputs: [(source: ScanDerivative.Source, inside: Tensor)] = []
  /// The constants of the body that it uses, by position.
  private(set) var constants: [(position: Int, inside: Tensor)] = []

  /// - Parameter firstOfPullback: where the equations of the pullback begin.
  init(from body: ScanBody, to target: Trace, firstOfPullback: Int) {
    self.body = body
    self.target = target
    self.firstOfPullback = firstOfPullback
    for index in 0..<firstOfPullback {
      for result in body.trace.equations[index].results { producers[result] = index }
    }
    for (i, input) in body.inputs.enumerated() { inputPositions[Int(input.variable)] = i }
    for (i, constant) in body.constants.enumerated() {
      constantPositions[Int(constant.variable)] = i
    }
  }

  /// An input that stands for a variable.
  mutating func addInput(_ variable: Tensor) -> Tensor {
    let input = target.makeInput(variable)
    names[Int(variable.variable)] = input
    return input
  }

  /// Copies what these results need.
  mutating func copyEquations(for results: [Tensor]) {
    let trace = body.trace
    var needed = Set(results.filter(body.isVariable).map { Int($0.variable) })
    var live: [Int] = []
    for index in (firstOfPullback..<trace.equations.count).reversed() {
      let equation = trace.equations[index]
      guard equation.results.contains(where: needed.contains) else { continue }
      live.append(index)
      for operand in equation.operands where body.isVariable(trace.operands[operand]) {
        needed.insert(Int(trace.operands[operand].variable))
      }
    }
    for index in live.reversed() { copy(trace.equations[index]) }
    for result in results { _ = name(result) }
  }

  /// What a tensor that was copied is called.
  func mapped(_ tensor: Tensor) -> Tensor {
    body.isVariable(tensor) ? names[Int(tensor.variable)]! : tensor
  }

  private mutating func copy(_ equation: Trace.Equation) {
    var results = equation.results.map { body.trace.variables[$0] }
    var operands: [Tensor] = []
    for operand in equation.operands { operands.append(name(body.trace.operands[operand])) }
    target.record(equation.primitive, operands, &results)
    for (i, result) in equation.results.enumerated() { names[result] = results[i] }
  }

  /// What a tensor is called in the copy; a variable of the forward part becomes an input.
  private mutating func name(_ tensor: Tensor) -> Tensor {
    guard body.isVariable(tensor) else { return tensor }
    let variable = Int(tensor.variable)
    if let name = names[variable] { return name }
    if let position = constantPositions[variable] {
      let input = addInput(tensor)
      constants.append((position, input))
      return input
    }
    if let position = inputPositions[variable] {
      let input = addInput(tensor)
      inputs.append((.input(position), input))
      return input
    }
    // A view costs nothing: what stands behind it is kept.
    if let index = producers[variable], body.trace.equations[index].operands.count == 1,
      body.trace.equations[index].primitive is any ViewPrimitive
    {
      copy(body.trace.equations[index])
      return names[variable]!
    }
    let kept = body.trace.variables[variable]
    let input = addInput(kept)
    inputs.append((.stacked(kept), input))
    return input
  }
}
