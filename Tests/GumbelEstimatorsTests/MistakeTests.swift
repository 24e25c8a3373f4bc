import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing

@Suite struct MistakeTests {
  static let choice = OneHot(logits: Tensor.zeros([2, 3]))

  @Test func costsOfAnotherShapeTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = ScoreFunctionEstimator(baseline: NoBaseline()).expectation(
        of: { _ in Tensor.zeros([3]) }, under: MistakeTests.choice, key: RandomKey(1))
    }
  }

  @Test func costsThatAreNaNTrapWithTheName() async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = RLOOEstimator().expectation(
        of: { _ in Tensor([0, .nan]) }, under: MistakeTests.choice, key: RandomKey(1))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("rloo: f returned NaN as cost 1 of 2"))
  }

  @Test func temperaturesOfZeroTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GumbelSoftmaxEstimator<OneHot>(temperature: Tensor(0))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("gumbel-softmax: temperature 0.0, expected a positive finite number"))
  }

  @Test func fewerThanTwoDrawsTrap() async {
    await #expect(processExitsWith: .failure) { _ = RLOOEstimator<OneHot>(draws: 1) }
    await #expect(processExitsWith: .failure) { _ = UnorderedSetEstimator<OneHot>(size: 1) }
    await #expect(processExitsWith: .failure) { _ = VIMCOEstimator<OneHot>(draws: 1) }
  }

  @Test func tooManyJointStatesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = ExactEstimator().expectation(
        of: { $0.sum() }, under: OneHot(logits: Tensor.zeros([11, 3])), key: RandomKey(1))
    }
  }

  @Test func checksTellWhatIsWrong() {
    func error(
      _ estimator: some GradientEstimator<OneHot>, _ f: (Tensor) -> Tensor
    ) -> EstimatorError? {
      do throws(EstimatorError) {
        try estimator.check(f, under: Self.choice, key: RandomKey(1))
        return nil
      } catch { return error }
    }
    let hard = { (z: Tensor) in z.argmax().converted(to: .float32) }
    let read = { (z: Tensor) in Tensor(z[0..<2].sum(along: -1).scalars) }
    let soft = { (z: Tensor) in square(z).sum(along: -1) }
    for builtIn in OneHot.builtInEstimators {
      let estimator = builtIn.make(EstimatorOptions(featureCount: 3))
      let expected =
        estimator.needsDifferentiableCost
        ? EstimatorError.costIsNotDifferentiable(estimator: builtIn.name) : nil
      let errors = [error(estimator, hard), error(estimator, read)]
      #expect(errors == [expected, expected], "\(builtIn.name)")
      let none = error(estimator, soft)
      #expect(none == nil)
      let infinite = error(estimator) { log(soft($0) - 1) }
      #expect(
        infinite
          == .costIsNotFinite(
            estimator: builtIn.name, cost: -.infinity, position: 0, count: 2))
    }
    let text = EstimatorError.costIsNotFinite(
      estimator: "rloo", cost: .nan, position: 1, count: 2
    ).description
    #expect(text == "rloo: f returned nan as cost 1 of 2, expected finite numbers")
  }
}
