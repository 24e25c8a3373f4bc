import GumbelLayers
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct InitializerTests {
  static let cases: [(Initializer, variance: Double, bound: Double?)] = [
    (.uniform(bound: 0.5), 0.25 / 3, 0.5), (.normal(standardDeviation: 0.2), 0.04, nil),
    (.glorotUniform, 2.0 / 500, (6.0 / 500).squareRoot()), (.glorotNormal, 2.0 / 500, nil),
    (.heUniform, 2.0 / 300, (6.0 / 300).squareRoot()), (.heNormal, 2.0 / 300, nil),
    (.lecunNormal, 1.0 / 300, nil),
  ]

  @Test(arguments: cases)
  func moments(_ initializer: Initializer, variance: Double, bound: Double?) {
    let values = initializer([300, 200], key: RandomKey(1)).scalars.map(Double.init)
    let (mean, error) = meanAndError(values)
    #expect(Swift.abs(mean) < allowedDeviations * error)
    let (found, foundError) = meanAndError(values.map { $0 * $0 })
    #expect(Swift.abs(found - variance) < allowedDeviations * foundError)
    if let bound {
      let largest = values.map { Swift.abs($0) }.max()!
      #expect(largest <= bound * 1.000_001 && largest > bound * 0.999)
    }
  }

  @Test func constants() {
    #expect(Initializer.zeros([2, 2], key: RandomKey(1)).scalars == [0, 0, 0, 0])
    #expect(Initializer.constant(3)([2], key: RandomKey(1)).scalars == [3, 3])
  }

  /// Outer dimensions are a receptive field: they count on both sides.
  @Test func receptiveFields() {
    let values = Initializer.glorotNormal([3, 3, 20, 30], key: RandomKey(2)).scalars
    let (variance, error) = meanAndError(values.map { Double($0) * Double($0) })
    #expect(Swift.abs(variance - 2.0 / 450) < allowedDeviations * error)
  }

  /// The variance of a signal survives ten layers.
  @Test func signalsSurvive() {
    let key = RandomKey(3)
    var x = Tensor.normal([64, 256], key: key)
    for i in 0..<10 { x = Dense(256, 256, activation: .relu, key: key.folding(in: i))(x) }
    let size = square(x).mean().scalar
    #expect(size > 0.3 && size < 3)
  }
}
