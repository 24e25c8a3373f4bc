/// One step of the pullback of a trace: what a primitive's `pullback` reads and adds to.
public struct Pullback {
  let walk: PullbackWalk
  let equation: Trace.Equation

  /// Operand `i` of the operation.
  public func input(_ i: Int) -> Tensor { walk.trace.operands[equation.operands.lowerBound + i] }

  /// The number of operands.
  public var inputCount: Int { equation.operands.count }

  /// Result `i` of the operation.
  public func output(_ i: Int = 0) -> Tensor {
    walk.trace.variables[equation.results.lowerBound + i]
  }

  /// The gradient of the loss with respect to result `i`; nil stands for zero.
  public func cotangent(_ i: Int) -> Tensor? {
    walk.cotangents[equation.results.lowerBound + i - walk.firstVariable]
  }

  /// The gradient of the loss with respect to the only result.
  public var cotangent: Tensor { cotangent(0) ?? Tensor.zeros(output().shape) }

  /// Whether a gradient is asked of operand `i`.
  public func needs(_ i: Int) -> Bool { walk.isActive(input(i)) }

  /// Whether what the pullback computes is recorded, and may be differentiated in operand `i` again.
  func isVariable(_ i: Int) -> Bool {
    Trace.current != nil && input(i).traceID == walk.trace.id
  }

  /// Adds to the gradient of operand `i`; the expression runs only if that gradient is asked for.
  ///
  /// A gradient of a broadcast shape is summed to the operand's own.
  public func add(_ gradient: @autoclosure () -> Tensor, to i: Int) {
    let operand = input(i)
    guard walk.isActive(operand) else { return }
    walk.accumulate(gradient().summed(to: operand.shape), into: operand)
  }
}

/// The pullback of the equations recorded since a mark: a walk from the last to the first, adding up
/// cotangents.
final class PullbackWalk {
  let trace: Trace
  let firstVariable: Int
  private let firstEquation: Int
  /// Where the part that is walked ends: what is recorded from now on is the walk itself.
  private let endEquation: Int
  // Not checked for overlapping accesses: each is over before anything else runs.
  @exclusivity(unchecked) private(set) var cotangents: ContiguousArray<Tensor?>
  @exclusivity(unchecked) private var active: ContiguousArray<Bool>

  /// - Parameters:
  ///   - firstVariable: variables from here on belong to this gradient; the first `inputs` of
  ///     them are those that it is taken with respect to.
  ///   - firstEquation: the equations from here on are walked.
  init(trace: Trace, firstVariable: Int, inputs: [Tensor], firstEquation: Int) {
    self.trace = trace
    self.firstVariable = firstVariable
    self.firstEquation = firstEquation
    endEquation = trace.equations.count
    let count = trace.variables.count - firstVariable
    cotangents = ContiguousArray(repeating: nil, count: count)
    active = ContiguousArray(repeating: false, count: count)
    for input in inputs { active[Int(input.variable) - firstVariable] = true }
    // Only what depends on the inputs takes part: in a compiled function the trace also holds
    // what depends on its other arguments.
    for index in firstEquation..<trace.equations.count {
      let operands = trace.equations[index].operands
      guard operands.contains(where: { isActive(trace.operands[$0]) }) else { continue }
      for result in trace.equations[index].results
      where trace.variables[result].elementType.isDifferentiable {
        active[result - firstVariable] = true
      }
    }
  }

  @inline(__always)
  func isActive(_ tensor: Tensor) -> Bool {
    tensor.traceID == trace.id && Int(tensor.variable) >= firstVariable
      && Int(tensor.variable) - firstVariable < active.count
      && active[Int(tensor.variable) - firstVariable]
  }

  func accumulate(_ gradient: Tensor, into tensor: Tensor) {
    let index = Int(tensor.variable) - firstVariable
    if let sum = cotangents[index] {
      cotangents[index] = sum + gradient
    } else {
      cotangents[index] = gradient
    }
  }

  func run(from output: Tensor, cotangent: Tensor) {
    guard isActive(output) else { return }
    accumulate(cotangent, into: output)
    run()
  }

  /// Walks from the cotangents that were accumulated into results.
  func run() {
    for index in (firstEquation..<endEquation).reversed() {
      let equation = trace.equations[index]
      let first = equation.results.lowerBound - firstVariable
      guard (0..<equation.results.count).contains(where: { cotangents[first + $0] != nil }) else {
        continue
      }
      let step = Pullback(walk: self, equation: equation)
      equation.primitive.pullback(step)
      for result in 0..<equation.results.count { cotangents[first + result] = nil }
    }
  }
}
