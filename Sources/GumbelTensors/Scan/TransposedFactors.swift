extension Trace {
  /// Lets products with a transposed constant of a loop take it transposed already: what a library brings
  /// into order at every step is then brought into order once, before the loop.
  ///
  ///     y = matmul(x, c, transposingSecond)   →   y = matmul(x, cᵀ)
  ///
  /// - Parameter constants: variables that are the same in every step.
  /// - Returns: new variables for the transposes of those that have such products, by position.
  func hoistTransposedFactors(among constants: [Tensor]) -> [(position: Int, factor: Tensor)] {
    let positions = Dictionary(
      uniqueKeysWithValues: constants.enumerated().map { ($1.variable, $0) })
    var hoisted: [(position: Int, factor: Tensor)] = []
    for index in equations.indices {
      let equation = equations[index]
      guard let product = equation.primitive as? Matmul, product.transposeB, !product.transposeA
      else { continue }
      let second = equation.operands.lowerBound + 1
      let constant = operands[second]
      guard constant.traceID == id, constant.rank == 2, let position = positions[constant.variable]
      else { continue }
      let factor: Tensor
      if let known = hoisted.first(where: { $0.position == position }) {
        factor = known.factor
      } else {
        let shape: Shape = [constant.shape[1], constant.shape[0]]
        factor = makeInput(Tensor(abstract: TensorType(shape, constant.elementType)))
        hoisted.append((position, factor))
      }
      operands[second] = factor
      equations[index] = Equation(
        primitive: Matmul(transposeA: false, transposeB: false), operands: equation.operands,
        results: equation.results)
    }
    return hoisted
  }
}
