import GumbelTensors
import Testing
import _GumbelTestSupport

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

  /// So that a primitive cannot be added without a law: in one of them it runs, and so does its pullback.
  @Test func everyPrimitiveHasALaw() throws {
    let declared = try declaredPrimitives()
    let traced = allLaws.map { $0.primitives(RandomKey(1)) }.reduce(TracedPrimitives(), +)
    #expect(declared.count > 50)
    #expect(declared.subtracting(traced.evaluated) == [], "primitives without a law")
    #expect(
      declared.subtracting(traced.pulledBack) == Self.withoutGradient,
      "primitives whose pullback runs in no law")
  }

  /// Results or operands that are no floats, or draws that depend on a key alone.
  private static let withoutGradient: Set = [
    "Argmax", "FloatFromInt32", "FoldKey", "FoldKeyTensor", "GumbelMax", "GumbelTopK",
    "Int32FromFloat", "IntegerOperation", "OneHot", "RandomDraw", "RandomPermutation",
  ]

  /// What an operation is composed of was compared with it, wherever there is something to compare.
  @Test func compositionsAreCompared() {
    let compared = allLaws.reduce(into: Set<String>()) { $0.formUnion($1.composed(RandomKey(1))) }
    #expect(compared == Self.composed)
  }

  private static let composed: Set = [
    "ActivationPullback", "AdamStep", "CausalSoftmax", "Dense", "GELU", "GELUDerivative", "GRUStep",
    "GRUStepPullback", "GumbelSoftmax", "GumbelSoftmaxPullback", "LSTMStep", "LSTMStepPullback",
    "LogSoftmax", "LogSoftmaxPullback", "LogSumExp", "SigmoidCrossEntropy", "Softmax",
    "SoftmaxCrossEntropy", "SoftmaxCrossEntropyPullback", "SoftmaxPullback", "Standardisation",
    "StandardisationPullback",
  ]

  /// The checker itself notices a wrong value, a wrong gradient and a wrong second derivative.
  @Test func theCheckerFindsMistakes() {
    func law(
      _ apply: @escaping @Sendable (Tensor) -> Tensor
    ) -> PrimitiveLaw {
      PrimitiveLaw(
        "cube", inputs: { [values($0, 0, [3], in: 1...2)] }, apply: { apply($0[0]) },
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
