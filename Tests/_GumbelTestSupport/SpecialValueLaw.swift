import GumbelTensors

/// What an operation makes of zeros of both signs, subnormal, tiny and huge numbers, infinities and NaN:
/// its value and its first two derivatives, as the conventions of `SpecialValues.md` have it. Compiled it
/// gives the same bits.
public struct SpecialValueLaw: Sendable, CustomStringConvertible {
  /// Operands, and what comes of them. Nil stands for what is not said: a derivative that is not asked
  /// for.
  public struct Case: Sendable {
    public let operands: [Tensor]
    public let value: [Float]
    /// For each float32 operand, the gradient of the sum of the values.
    public let first: [[Float]]?
    /// For each float32 operand, the gradient of the sum of those gradients.
    public let second: [[Float]]?

    public init(
      _ operands: [Tensor], _ value: [Float], first: [[Float]]? = nil, second: [[Float]]? = nil
    ) {
      self.operands = operands
      self.value = value
      self.first = first
      self.second = second
    }
  }

  /// Of these it is not settled which zero they give: the larger of 0 and -0 may be either.
  private static let withoutSign: Set<String> = [
    "maximum", "minimum", "sum", "max", "min", "standardise",
  ]

  public let name: String
  /// How far finite numbers may be off, relative to themselves.
  public let tolerance: Float
  public let cases: [Case]
  public let apply: @Sendable ([Tensor]) -> Tensor

  public init(
    _ name: String, tolerance: Float = 4e-6, cases: [Case],
    apply: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.name = name
    self.tolerance = tolerance
    self.cases = cases
    self.apply = apply
  }

  public var description: String { name }

  /// The primitives that the law puts to the test, with their pullbacks.
  public var primitives: TracedPrimitives {
    cases.map { TracedPrimitives(at: $0.operands, of: apply) }.reduce(TracedPrimitives(), +)
  }

  /// What does not hold: nothing, if all is well.
  public func failures() -> [String] { cases.flatMap(failures) }

  private func failures(_ tested: Case) -> [String] {
    let results = results(tested.operands)
    var failures = compare(
      tested, "value", results[0], tested.value, signsOfZero: !Self.withoutSign.contains(name))
    let floats = tested.operands.indices.filter { tested.operands[$0].elementType == .float32 }
    for (what, offset, expected) in [
      ("first", 0, tested.first), ("second", floats.count, tested.second),
    ] {
      for (i, expected) in (expected ?? []).enumerated() {
        failures += compare(
          tested, "\(what) derivative in operand \(floats[i])", results[1 + offset + i], expected,
          signsOfZero: false)
      }
    }
    let compiled = compile { (_: inout EmptyGroup, operands: [Tensor]) in self.results(operands) }
    var empty = EmptyGroup()
    let replayed = compiled(&empty, tested.operands)
    for i in results.indices where !haveSameBits(results[i], replayed[i]) {
      failures.append("\(name): result \(i) of the compiled function differs at \(tested.operands)")
    }
    return failures
  }

  /// What does not hold on a device. Subnormal numbers may be zeros there: the least normal ones stand
  /// for them. Which zero it is does not matter.
  ///
  /// - Parameter slack: how far results may be off beside the tolerance.
  public func failures(
    on device: Device, slack: Float = 64 * .leastNormalMagnitude
  ) throws -> [String] {
    try cases.flatMap { tested in
      let operands = tested.operands.map(\.withoutSubnormals)
      let compiled = compile(on: device) { (operands: [Tensor]) in self.results(operands) }
      try compiled.prepare(for: EmptyGroup(), operands)
      let results = compiled(operands)
      return zip(results, self.results(operands)).enumerated().flatMap { i, pair in
        let (found, host) = (pair.0.numbers, pair.1.numbers)
        return zip(found, host).enumerated().compactMap { element, pair -> String? in
          let (x, y) = pair
          if x == y || x.isNaN && y.isNaN { return nil }
          let allowed = Swift.max(10 * tolerance * Swift.abs(y), slack)
          if x.isFinite && y.isFinite && Swift.abs(x - y) <= allowed { return nil }
          return "\(name), result \(i): element \(element) of \(operands) is \(x), not \(y)"
        }
      }
    }
  }

  /// The value, then all first derivatives, then all second ones.
  private func results(_ operands: [Tensor]) -> [Tensor] {
    let value = apply(operands)
    let floats = operands.indices.filter { operands[$0].elementType == .float32 }
    if value.elementType == .int32 || floats.isEmpty { return [value] }
    func sum(_ variables: [Tensor]) -> Tensor {
      var all = operands
      for (i, position) in floats.enumerated() { all[position] = variables[i] }
      return apply(all).sum()
    }
    let point = floats.map { operands[$0] }
    let first = gradient(at: point, of: sum)
    let second = gradient(at: point) { point in
      gradient(at: point, of: sum).reduce(Tensor(0)) { $0 + $1.sum() }
    }
    return [value] + first + second
  }

  private func compare(
    _ tested: Case, _ what: String, _ found: Tensor, _ expected: [Float], signsOfZero: Bool
  ) -> [String] {
    let numbers = found.numbers
    if numbers.count != expected.count {
      return ["\(name), \(what): \(numbers.count) numbers, expected \(expected.count)"]
    }
    return zip(numbers, expected).enumerated().compactMap { i, pair in
      let (x, y) = pair
      if x.isNaN && y.isNaN { return nil }
      if x == y, x != 0 || !signsOfZero || x.sign == y.sign { return nil }
      // Subnormal numbers have few digits.
      let allowed = Swift.max(tolerance * Swift.abs(y), 2 * .leastNonzeroMagnitude)
      if x.isFinite && y.isFinite && y != 0 && Swift.abs(x - y) <= allowed { return nil }
      let operands = tested.operands.map {
        $0.elementType == .float32 && i < $0.count && $0.count > 1 ? "\($0.scalars[i])" : "\($0)"
      }
      return
        "\(name), \(what): element \(i) of \(operands.joined(separator: ", ")) is \(x), expected \(y)"
    }
  }
}

extension Tensor {
  fileprivate var withoutSubnormals: Tensor {
    if elementType == .int32 { return self }
    let normal = scalars.map { x in
      x.isSubnormal ? Float(signOf: x, magnitudeOf: .leastNormalMagnitude) : x
    }
    return Tensor(normal, shape: shape)
  }

  fileprivate var numbers: [Float] {
    elementType == .float32 ? scalars : int32Scalars.map(Float.init)
  }
}
