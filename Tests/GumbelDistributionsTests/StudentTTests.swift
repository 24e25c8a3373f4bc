import GumbelDistributions
import Testing

/// Quantiles of Student's t, which intervals of means need.
@Suite struct StudentTTests {
  /// Against scipy.stats.t.interval, to twelve digits.
  @Test(arguments: [
    (0.95, 1, 12.706204736174694), (0.95, 2, 4.302652729749462), (0.95, 3, 3.1824463052837078),
    (0.95, 7, 2.364624251592785), (0.95, 30, 2.042272456301238),
    (0.95, 1000, 1.9623390808264083), (0.99, 4, 4.604094871349993), (0.5, 1, 1.0),
    (0.8, 2, 1.885618083164127),
  ])
  func bounds(_ level: Double, _ freedom: Int, _ expected: Double) {
    let found = StudentT.bound(level: level, freedom: freedom)
    #expect(abs(found / expected - 1) < 1e-11, "\(found)")
  }
}
