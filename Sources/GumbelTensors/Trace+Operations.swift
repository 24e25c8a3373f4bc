extension Trace {
  /// An operation that was recorded, with the tensors that went into it and came out.
  package struct Operation {
    package let primitive: any Primitive
    package let operands: [Tensor]
    package let results: [Tensor]
  }

  /// The operations of a function at a point, in order, with those of the gradients that it takes.
  ///
  /// - Parameters:
  ///   - point: what the function is given, each as a variable of the trace.
  ///   - body: runs at once; what it returns is returned as well.
  package static func operations<R>(
    at point: [Tensor], of body: ([Tensor]) -> R
  ) -> (operations: [Operation], point: [Tensor], result: R) {
    let trace = Trace(isCompiling: false)
    return withCurrent(trace) {
      let inputs = point.map(trace.makeInput)
      let result = body(inputs)
      let operations = trace.equations.map { equation in
        Operation(
          primitive: equation.primitive, operands: Array(trace.operands[equation.operands]),
          results: Array(trace.variables[equation.results]))
      }
      return (Array(operations), inputs, result)
    }
  }
}

extension Trace: CustomStringConvertible {
  /// An equation a line, with variables by number.
  package var description: String {
    func name(_ tensor: Tensor) -> String {
      (tensor.traceID == id ? "%\(tensor.variable)" : "constant") + ":\(tensor.type)"
    }
    return equations.map { equation in
      variables[equation.results].map(name).joined(separator: ", ")
        + " = \(equation.primitive.name) "
        + operands[equation.operands].map(name).joined(separator: ", ")
    }.joined(separator: "\n")
  }
}
