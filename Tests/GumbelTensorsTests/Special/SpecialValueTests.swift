import GumbelTensors
import Testing
import _GumbelTestSupport

let allSpecialLaws = specialUnaryLaws + specialBinaryLaws + specialArrayLaws

@Suite struct SpecialValueTests {
  @Test(arguments: allSpecialLaws)
  func law(_ law: SpecialValueLaw) {
    let failures = law.failures()
    #expect(failures == [])
  }

  /// So that a primitive cannot be added without a word about its special values.
  @Test func everyPrimitiveHasALaw() throws {
    let declared = try declaredPrimitives()
    let traced = allSpecialLaws.map(\.primitives).reduce(TracedPrimitives(), +)
    #expect(
      declared.subtracting(traced.evaluated) == [], "primitives without a law of special values")
  }

  /// The checker itself notices a zero of the other sign, a NaN, and wrong derivatives.
  @Test func theCheckerFindsMistakes() {
    func failures(
      _ value: [Float], _ first: [Float], _ second: [Float],
      _ apply: @escaping @Sendable (Tensor) -> Tensor
    ) -> [String] {
      SpecialValueLaw(
        "square",
        cases: [.init([Tensor([-0.0, .infinity, 1])], value, first: [first], second: [second])],
        apply: { apply($0[0]) }
      ).failures()
    }
    let (value, first, second): ([Float], [Float], [Float]) = (
      [0, .infinity, 1], [0, .infinity, 2], [2, 2, 2]
    )
    #expect(failures(value, first, second) { square($0) } == [])
    #expect(failures([-0.0, .infinity, 1], first, second) { square($0) }.count == 1)
    #expect(failures([0, .nan, 1], first, second) { square($0) }.count == 1)
    #expect(failures(value, first, second) { abs($0) * $0.stoppingGradient() }.count > 3)
    #expect(failures(value, [0, .infinity, 2.001], second) { square($0) }.count == 1)
    #expect(failures(value, first, [2, 2, .nan]) { square($0) }.count == 1)
  }
}
