import GumbelTensors

/// The shape that a distribution's parameters take together; traps unless they broadcast.
package func batchShape(_ distribution: String, _ parameters: KeyValuePairs<String, Tensor>)
  -> Shape
{
  var shape = Shape()
  for (_, parameter) in parameters {
    guard let joint = shape.broadcast(with: parameter.shape) else {
      let shapes = parameters.map { "\($0) \($1.shape)" }.joined(separator: " and ")
      fatalError("\(distribution): the parameters \(shapes) do not broadcast")
    }
    shape = joint
  }
  return shape
}

/// Traps unless a parameter is a finite number.
package func requireFinite(_ distribution: String, _ name: String, _ value: Double) {
  require(value.isFinite, "\(distribution): \(name) \(value), expected a finite number")
}

/// Traps unless a parameter is a positive finite number.
package func requirePositive(_ distribution: String, _ name: String, _ value: Double) {
  require(
    value > 0 && value.isFinite,
    "\(distribution): \(name) \(value), expected a positive finite number")
}
