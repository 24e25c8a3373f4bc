import GumbelTensors

/// The primitives that a function was really made of, from its trace.
public struct TracedPrimitives {
  /// Those that ran: of the function, and of its first two derivatives.
  public private(set) var evaluated = Set<String>()
  /// Those whose pullback ran.
  public private(set) var pulledBack = Set<String>()

  public static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.evaluated.formUnion(b.evaluated)
    sum.pulledBack.formUnion(b.pulledBack)
    return sum
  }

  public init() {}

  /// - Parameters:
  ///   - point: the operands.
  ///   - function: what is taken apart.
  public init(at point: [Tensor], of function: @escaping ([Tensor]) -> Tensor) {
    let variables = point.indices.filter { point[$0].elementType == .float32 }
    func loss(_ operands: [Tensor], _ asked: [Tensor]) -> Tensor {
      var all = operands
      for (position, variable) in zip(variables, asked) { all[position] = variable }
      let result = function(all)
      // Squares, so that what is pulled back depends on the operands and is on the trace too.
      return result.elementType == .float32 ? square(result).sum() : Tensor(0)
    }
    /// A first derivative as a number, so that it has a derivative in turn.
    func slope(_ operands: [Tensor], _ asked: [Tensor]) -> Tensor {
      gradient(at: asked) { loss(operands, $0) }.reduce(Tensor(0)) { $0 + square($1).sum() }
    }
    for take in [loss, slope] {
      let found = Trace.operations(at: point) { operands in
        take(operands, variables.map { operands[$0] })
      }
      let all = found.operations
      evaluated.formUnion(all.map { "\(type(of: $0.primitive))" })
      // What a pullback goes through: what depends on the variables, and has an influence.
      guard found.result.elementType == .float32 else { continue }
      let id = found.point.first?.traceID ?? 0
      var active = Set(variables.map { found.point[$0].variable })
      func isActive(_ tensor: Tensor) -> Bool {
        tensor.traceID == id && active.contains(tensor.variable)
      }
      for operation in all where operation.operands.contains(where: isActive) {
        for result in operation.results where result.elementType == .float32 {
          active.insert(result.variable)
        }
      }
      var needed: Set = [found.result.variable]
      for operation in all.reversed()
      where operation.operands.contains(where: isActive)
        && operation.results.contains(where: { needed.contains($0.variable) })
      {
        pulledBack.insert("\(type(of: operation.primitive))")
        needed.formUnion(operation.operands.filter(isActive).map(\.variable))
      }
    }
  }
}

/// What differs between operations and what they are composed of, among those that a function is made of.
public func compositionFailures(
  at point: [Tensor], tolerance: Double, of function: ([Tensor]) -> some Any
) -> (failures: [String], compared: Set<String>) {
  var failures: [String] = []
  var compared = Set<String>()
  for operation in Trace.operations(at: point, of: function).operations {
    let primitive = operation.primitive
    guard let composed = primitive.composed(operation.operands.map(\.untraced)) else { continue }
    compared.insert("\(type(of: primitive))")
    let results = operation.results.map(\.untraced)
    if composed.map(\.type) != results.map(\.type) {
      failures.append(
        "\(primitive.name): composed \(composed.map(\.type)), not \(results.map(\.type))")
      continue
    }
    for (i, (found, expected)) in zip(composed, results).enumerated() {
      let (a, b) = (DoubleTensor(found).values, DoubleTensor(expected).values)
      let scale = b.reduce(1) { $1.isFinite ? Swift.max($0, Swift.abs($1)) : $0 }
      for (x, y) in zip(a, b)
      where !(x == y || x.isNaN && y.isNaN || Swift.abs(x - y) <= tolerance * scale) {
        failures.append("\(primitive.name), result \(i): composed \(x), not \(y)")
        break
      }
    }
  }
  return (failures, compared)
}
