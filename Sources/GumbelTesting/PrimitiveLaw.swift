import GumbelTensors

// Snippet not run, since it needs a runner of tests:
// import GumbelTesting
// import Testing
// fileprivate func cube(_ x: Tensor) -> Tensor { x * x * x }
/// What must hold of an operation: its value and its first two derivatives are those of a
/// reference in double precision, and compiled it gives the same bits.
///
/// ```swift
/// @Test func cubes() {
///   let law = PrimitiveLaw(
///     "cube", inputs: { [Tensor.normal([2, 3], key: $0)] }, apply: { cube($0[0]) },
///     reference: { x in x[0].map { $0 * $0 * $0 } })
///   #expect(law.failures(RandomKey(1)) == [])
/// }
/// ```
public struct PrimitiveLaw: Sendable, CustomStringConvertible {
  /// What the law is about.
  public let name: String
  /// Operands for a key. float32 ones lie away from points where the operation has no derivative.
  public let inputs: @Sendable (RandomKey) -> [Tensor]
  /// The operation.
  public let apply: @Sendable ([Tensor]) -> Tensor
  /// What its value is, from the operands.
  public let reference: @Sendable ([DoubleTensor]) -> DoubleTensor
  /// The function whose derivatives the operation has, where it is another than `reference`: a
  /// straight-through sample has those of the relaxed one.
  public let differentiable: (@Sendable ([DoubleTensor]) -> DoubleTensor)?
  /// How far results may be off, relative to the largest magnitude among them and 1.
  public let tolerance: Double
  /// Operands that a gradient is asked for; nil stands for all of float32.
  public let variables: [Int]?

  /// Creates a law; derivatives are those of `reference` by central differences, unless `differentiable`
  /// has others.
  public init(
    _ name: String, tolerance: Double = 2e-6, variables: [Int]? = nil,
    inputs: @escaping @Sendable (RandomKey) -> [Tensor],
    apply: @escaping @Sendable ([Tensor]) -> Tensor,
    differentiable: (@Sendable ([DoubleTensor]) -> DoubleTensor)? = nil,
    reference: @escaping @Sendable ([DoubleTensor]) -> DoubleTensor
  ) {
    self.name = name
    self.tolerance = tolerance
    self.variables = variables
    self.inputs = inputs
    self.apply = apply
    self.differentiable = differentiable
    self.reference = reference
  }

  public var description: String { name }

  /// What does not hold at the operands of a key: nothing, if all is well.
  public func failures(_ key: RandomKey) -> [String] {
    let operands = inputs(key.folding(in: 0))
    let result = apply(operands)
    let expected = reference(operands.map(DoubleTensor.init))
    var failures: [String] = []
    if result.shape.dimensions != expected.dimensions {
      return ["\(name): shape \(result.shape), expected \(expected.dimensions)"]
    }
    failures += compare(DoubleTensor(result), expected, "value", tolerance)
    let positions =
      variables ?? operands.indices.filter { operands[$0].elementType == .float32 }
    if result.elementType == .float32, !positions.isEmpty {
      failures += derivativeFailures(operands, positions, result.shape, key.folding(in: 1))
    }
    failures +=
      compositionFailures(at: operands, tolerance: 10 * tolerance) {
        all($0, positions, result.type, key.folding(in: 1))
      }.failures
    return failures + compiledFailures(operands, positions, result, key.folding(in: 1))
  }

  /// What does not hold on a device, at the operands of a key: the value and the first two derivatives
  /// are those of the host, but for rounding.
  ///
  /// - Throws: what ``/GumbelTensors/Compiled/prepare(for:_:)`` does.
  public func failures(_ key: RandomKey, on device: Device) throws -> [String] {
    let operands = inputs(key.folding(in: 0))
    let positions =
      variables ?? operands.indices.filter { operands[$0].elementType == .float32 }
    let type = apply(operands).type
    let host = all(operands, positions, type, key.folding(in: 1))
    let compiled = compile(on: device) { (operands: [Tensor]) in
      all(operands, positions, type, key.folding(in: 1))
    }
    try compiled.prepare(for: EmptyGroup(), operands)
    return zip(host, compiled(operands)).enumerated().flatMap { i, pair in
      compare(
        DoubleTensor(pair.1), DoubleTensor(pair.0), "result \(i) on \(device)",
        pair.0.elementType == .int32 ? 0 : (i == 0 ? 1 : i <= positions.count ? 10 : 50) * tolerance
      )
    }
  }

  /// The primitives that the law puts to the test, with their pullbacks.
  public func primitives(_ key: RandomKey) -> TracedPrimitives {
    TracedPrimitives(at: inputs(key.folding(in: 0)), of: apply)
  }

  /// The structs of those that are composed of simpler ones.
  public func composed(_ key: RandomKey) -> Set<String> {
    let operands = inputs(key.folding(in: 0))
    let positions = operands.indices.filter { operands[$0].elementType == .float32 }
    return compositionFailures(at: operands, tolerance: .infinity) {
      all($0, positions, apply($0).type, key.folding(in: 1))
    }.compared
  }

  // MARK: - Derivatives

  /// The weights of the scalar function `sum w f(x)`, and the direction of its second derivative.
  private func probes(
    _ operands: [Tensor], _ positions: [Int], _ shape: Shape, _ key: RandomKey
  ) -> (weights: Tensor, direction: [Tensor]) {
    let weights = Tensor.uniform(shape, key: key.folding(in: 0)) * 2 - 1
    let direction = positions.enumerated().map { i, position in
      Tensor.uniform(operands[position].shape, key: key.folding(in: i + 1)) * 2 - 1
    }
    return (weights, direction)
  }

  private func weighted(
    _ operands: [Tensor], _ positions: [Int], _ weights: Tensor, _ variables: [Tensor]
  ) -> Tensor {
    var all = operands
    for (i, position) in positions.enumerated() { all[position] = variables[i] }
    return (apply(all) * weights).sum()
  }

  private func firstAndSecond(
    _ operands: [Tensor], _ positions: [Int], _ weights: Tensor, _ direction: [Tensor]
  ) -> (first: [Tensor], second: [Tensor]) {
    let point = positions.map { operands[$0] }
    let first = gradient(at: point) { weighted(operands, positions, weights, $0) }
    let second = gradient(at: point) { point in
      let inner = gradient(at: point) { weighted(operands, positions, weights, $0) }
      return zip(inner, direction).reduce(Tensor(0)) { $0 + ($1.0 * $1.1).sum() }
    }
    return (first, second)
  }

  private func derivativeFailures(
    _ operands: [Tensor], _ positions: [Int], _ shape: Shape, _ key: RandomKey
  ) -> [String] {
    let (weights, direction) = probes(operands, positions, shape, key)
    let (first, second) = firstAndSecond(operands, positions, weights, direction)
    let w = DoubleTensor(weights)
    let point = operands.map(DoubleTensor.init)
    let directions = direction.map(DoubleTensor.init)
    let function = differentiable ?? reference
    /// The weighted sum at the point moved by `along` in the probe's direction and by `step` in
    /// one element of one operand.
    func value(along: Double, operand: Int, element: Int, step: Double) -> Double {
      var moved = point
      for (i, position) in positions.enumerated() {
        for e in moved[position].values.indices {
          moved[position].values[e] += along * directions[i].values[e]
        }
      }
      moved[operand].values[element] += step
      return zip(function(moved).values, w.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var failures: [String] = []
    for (i, position) in positions.enumerated() {
      let elements = point[position].values.indices
      let expectedFirst = elements.map { e in
        let h = 1e-5
        return
          (value(along: 0, operand: position, element: e, step: h)
          - value(along: 0, operand: position, element: e, step: -h)) / (2 * h)
      }
      let expectedSecond = elements.map { e in
        let h = 1e-4
        return
          (value(along: h, operand: position, element: e, step: h)
          - value(along: h, operand: position, element: e, step: -h)
          - value(along: -h, operand: position, element: e, step: h)
          + value(along: -h, operand: position, element: e, step: -h)) / (4 * h * h)
      }
      let dimensions = point[position].dimensions
      failures += compare(
        DoubleTensor(first[i]), DoubleTensor(dimensions, expectedFirst),
        "gradient of operand \(position)", 10 * tolerance)
      failures += compare(
        DoubleTensor(second[i]), DoubleTensor(dimensions, expectedSecond),
        "second derivative in operand \(position)", 50 * tolerance)
    }
    return failures
  }

  private func compare(
    _ found: DoubleTensor, _ expected: DoubleTensor, _ what: String, _ tolerance: Double
  ) -> [String] {
    if found.dimensions != expected.dimensions {
      return ["\(name), \(what): shape \(found.dimensions), expected \(expected.dimensions)"]
    }
    let scale = expected.values.reduce(1) { $1.isFinite ? Swift.max($0, Swift.abs($1)) : $0 }
    for (i, (x, y)) in zip(found.values, expected.values).enumerated()
    where !(x == y || x.isNaN && y.isNaN || Swift.abs(x - y) <= tolerance * scale) {
      return ["\(name), \(what): element \(i) is \(x), expected \(y)"]
    }
    return []
  }

  // MARK: - Compiled

  /// The value and, where there are such, the first and second derivatives.
  private func all(
    _ operands: [Tensor], _ positions: [Int], _ type: TensorType, _ key: RandomKey
  ) -> [Tensor] {
    var results = [apply(operands)]
    if type.elementType == .float32, !positions.isEmpty {
      let (weights, direction) = probes(operands, positions, type.shape, key)
      let (first, second) = firstAndSecond(operands, positions, weights, direction)
      results += first + second
    }
    return results
  }

  private func compiledFailures(
    _ operands: [Tensor], _ positions: [Int], _ result: Tensor, _ key: RandomKey
  ) -> [String] {
    let eager = all(operands, positions, result.type, key)
    let compiled = compile { (operands: [Tensor]) in
      all(operands, positions, result.type, key)
    }
    var failures: [String] = []
    for call in 1...2 {
      let replayed = compiled(operands)
      for i in eager.indices where !haveSameBits(eager[i], replayed[i]) {
        failures.append("\(name): result \(i) of compiled call \(call) differs from eager")
      }
    }
    return failures
  }
}
