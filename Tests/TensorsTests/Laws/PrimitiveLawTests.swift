import Tensors
import Testing
import _TestSupport

let allLaws =
  unaryLaws + binaryLaws + shapingLaws + reductionLaws + rowLaws + networkLaws
  + convolutionLaws + randomLaws + scanLaws + recurrentLaws

@Suite struct PrimitiveLawTests {
  @Test(arguments: allLaws)
  func law(_ law: PrimitiveLaw) {
    var failures: [String] = []
    for seed in 0..<3 { failures += law.failures(RandomKey(UInt64(seed))) }
    #expect(failures == [])
  }

  /// So that a primitive cannot be added without a law.
  @Test func everyPrimitiveHasALaw() throws {
    let declared = try declaredPrimitives()
    let covered = Set(allLaws.flatMap(\.covers))
    #expect(declared.count > 50)
    #expect(declared.subtracting(covered) == [], "primitives without a law")
    #expect(covered.subtracting(declared) == [], "laws of primitives that do not exist")
  }

  /// The checker itself notices a wrong value, a wrong gradient and a wrong second derivative.
  @Test func theCheckerFindsMistakes() {
    func law(
      _ apply: @escaping @Sendable (Tensor) -> Tensor
    ) -> PrimitiveLaw {
      PrimitiveLaw(
        "cube", covers: [], inputs: { [values($0, 0, [3], in: 1...2)] }, apply: { apply($0[0]) },
        reference: { $0[0].map { $0 * $0 * $0 } })
    }
    let right = law { $0 * $0 * $0 }.failures(RandomKey(1))
    let wrongValue = law { $0 * $0 * $0 + 1e-4 }.failures(RandomKey(1))
    let wrongGradient = law { $0 * ($0 * $0).stoppingGradient() }.failures(RandomKey(1))
    // The first derivative is right, and what it is made of is hidden from the second.
    let wrongSecond = law { x in
      let slope = (3 * square(x)).stoppingGradient()
      let value = (x * x * x).stoppingGradient()
      return value + slope * (x - x.stoppingGradient())
    }.failures(RandomKey(1))
    #expect(right == [])
    #expect(wrongValue.contains { $0.contains("value") })
    #expect(wrongGradient.contains { $0.contains("gradient of operand") })
    #expect(!wrongSecond.contains { $0.contains("gradient of operand") })
    #expect(wrongSecond.contains { $0.contains("second derivative") })
  }
}
