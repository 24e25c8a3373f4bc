/// A part of a constant's gradient that is summed over all steps at once, after the loop: one long
/// product instead of many short ones, each of which would read and write the whole sum.
enum ScanTerm {
  /// aᵀ b, the rows of all steps together.
  case product(Tensor, Tensor)
  /// The sum over rows.
  case rows(Tensor)
  /// Rows added up at their indices in so many rows.
  case scatter(Tensor, at: Tensor, count: Int)

  /// What of a step it is made of.
  var operands: [Tensor] {
    switch self {
    case .product(let a, let b): [a, b]
    case .rows(let x): [x]
    case .scatter(let x, let indices, _): [x, indices]
    }
  }

  /// The sum over all steps, given the stack of a variable.
  func sum(_ stack: (Tensor) -> Tensor) -> Tensor {
    func joined(_ x: Tensor) -> Tensor {
      let all = stack(x)
      let rows = all.shape[0] * all.shape[1]
      return all.reshaped(to: [rows] + Shape(Array(all.shape.dimensions.dropFirst(2))))
    }
    switch self {
    case .product(let a, let b): return matmul(joined(a), joined(b), transposingFirst: true)
    case .rows(let x): return joined(x).sum(along: 0)
    case .scatter(let x, let indices, let count):
      return stack(x).scatterAddingRows(at: stack(indices), rows: count)
    }
  }
}

/// Finds the terms of gradients on a trace.
struct ScanTerms {
  private let trace: Trace
  private var producers: [UInt32: Int] = [:]

  init(_ trace: Trace) {
    self.trace = trace
    for (index, equation) in trace.equations.enumerated() {
      for result in equation.results { producers[UInt32(result)] = index }
    }
  }

  /// Splits a gradient into terms that can wait, and tensors that have to be summed in the loop.
  func split(_ gradient: Tensor, into terms: inout [ScanTerm], _ inLoop: inout [Tensor]) {
    guard gradient.traceID == trace.id, let index = producers[gradient.variable] else {
      inLoop.append(gradient)
      return
    }
    let equation = trace.equations[index]
    let operands = trace.operands[equation.operands]
    let first = operands.first!
    switch equation.primitive {
    case is Add where operands.allSatisfy { $0.shape == gradient.shape }:
      for operand in operands { split(operand, into: &terms, &inLoop) }
    case is Identity: split(first, into: &terms, &inLoop)
    case let product as Matmul
    where product.transposeA && !product.transposeB && operands.allSatisfy { $0.rank == 2 }:
      terms.append(.product(first, operands.last!))
    case let sum as Sum where sum.axis == 0 && sum.scale == 1: terms.append(.rows(first))
    case is ActivationPullback where Int(gradient.variable) > equation.results.lowerBound:
      terms.append(.rows(trace.variables[equation.results.lowerBound]))
    case let scatter as ScatterAddRows:
      terms.append(.scatter(first, at: operands.last!, count: scatter.rows))
    case is Reshape:
      // Where the whole of the operand can wait: its sum takes the shape then.
      var inside: [ScanTerm] = []
      var rest: [Tensor] = []
      split(first, into: &inside, &rest)
      if rest.isEmpty { terms += inside } else { inLoop.append(gradient) }
    default: inLoop.append(gradient)
    }
  }
}
