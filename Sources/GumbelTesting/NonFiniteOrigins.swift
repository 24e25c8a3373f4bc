import GumbelTensors

// Snippet: import GumbelTesting
/// Where NaN and infinities come from: the operations of a function that make one of operands without.
///
/// ```swift
/// let found = nonFiniteOrigins(at: Tensor([0, 4])) { x in
///   gradient(at: x) { select($0 .> 0, log($0), Tensor(0)).sum() }
/// }
/// ```
///
/// The function runs once, as it is where nothing is compiled, and the gradients that it takes are looked at
/// with it. An operation is reported where its result has a NaN and no operand has one, and where its result is
/// infinite and all operands are finite: so a logarithm of 0 is named, and what is computed of it is not, unless
/// that makes NaN of the infinity. What depends on nothing in the point is no operation of it. The body of a
/// `scan` is one operation.
///
/// - Parameters:
///   - point: what the function is given: a tensor, a model, a `Pair` of a model and a key.
///   - function: runs once.
/// - Returns: a line an operation, in the order in which they ran; nothing where all is finite.
public func nonFiniteOrigins<Point: TensorGroup>(
  at point: Point, of function: (Point) -> some Any
) -> [String] {
  let found = Trace.operations(at: point.tensors) { tensors in
    var next = tensors.makeIterator()
    return function(point.mapTensors { _ in next.next()! })
  }
  let count = found.operations.count
  return found.operations.enumerated().flatMap { number, operation in
    let operands = operation.operands.map(\.untraced)
    let hasNaN = operands.contains(where: has(\.isNaN))
    let hasInfinity = operands.contains(where: has(\.isInfinite))
    return operation.results.map(\.untraced).compactMap { result -> String? in
      guard result.elementType == .float32 else { return nil }
      let elements = result.scalars
      let position =
        (hasNaN ? nil : elements.firstIndex(where: \.isNaN))
        ?? (hasNaN || hasInfinity ? nil : elements.firstIndex(where: \.isInfinite))
      guard let position else { return nil }
      let types = operands.map(\.type.description).joined(separator: ", ")
      let values = operands.compactMap { value(of: $0, at: position, in: result.shape) }
      let of = values.count == operands.count ? ", of " + values.joined(separator: " and ") : ""
      return """
        operation \(number + 1) of \(count), \(operation.primitive.name)(\(types)): element \(position) of \
        \(result.type) is \(text(elements[position]))\(of)
        """
    }
  }
}

private func has(_ property: KeyPath<Float, Bool>) -> (Tensor) -> Bool {
  { $0.elementType == .float32 && $0.scalars.contains { $0[keyPath: property] } }
}

/// A number, and NaN without the sign that it happens to have.
private func text(_ value: Float) -> String { value.isNaN ? "nan" : "\(value)" }

/// The element of an operand that stands beside one of the result; nil where none does.
private func value(of operand: Tensor, at position: Int, in shape: Shape) -> String? {
  if operand.shape != shape && operand.count != 1 { return nil }
  let place = operand.count == 1 ? 0 : position
  switch operand.elementType {
  case .float32: return text(operand.scalars[place])
  case .int32: return "\(operand.int32Scalars[place])"
  }
}
