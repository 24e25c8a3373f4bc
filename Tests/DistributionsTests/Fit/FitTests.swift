import Distributions
import Tensors
import Testing

@Suite struct FitTests {
  @Test func portPirie() throws {
    let fit = try Gumbel.fit(to: DistributionsTests.portPirie)
    print(fit.location, fit.scale, fit.standardErrors, fit.logLikelihood)
    for q in [GumbelFit.Quantity.location, .scale, .returnLevel(period: 10), .returnLevel(period: 100)] {
      print(q, fit.estimate(of: q), fit.interval(for: q), fit.interval(for: q, by: .profileLikelihood))
    }
    print(fit.goodnessOfFit())
    #expect(abs(fit.location - 3.86944) < 5e-6)
    #expect(abs(fit.scale - 0.19489) < 5e-6)
  }
}
