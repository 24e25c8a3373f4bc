import GumbelTensors
import Testing
import _GumbelTestDevice
import _GumbelTestSupport

@testable import GumbelDistributions

/// The laws of densities, and the primitives of this module, on a device.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized)
struct DeviceLawTests {
  let device: Device

  init() throws { device = try Device(plugin: XLAPlugin.path!) }

  @Test(arguments: densityLaws)
  func densities(_ law: PrimitiveLaw) throws {
    let failures = try law.failures(RandomKey(1), on: device)
    #expect(failures == [])
  }

  /// Differences of logarithms of factorials, in double precision, may miss 0.
  @Test(arguments: specialDensityLaws)
  func specialValues(_ law: SpecialValueLaw) throws {
    let failures = try law.failures(on: device, slack: 1e-15)
    #expect(failures == [])
  }

  @Test func orders() {
    let (inf, nan) = (Float.infinity, Float.nan)
    let scores = Tensor(
      [3, 1, 3, -inf, 0, -0.0, 0, 1, nan, 1, 2, 3, -inf, -inf, -inf, 1, inf, inf, 2, -1],
      shape: [5, 4])
    let indices = Tensor(
      int32: [3, 0, 2, 1, 1, 1, 0, 4, -1, 2], shape: [5, 2])
    let function = { (scores: Tensor, indices: Tensor) in
      let (order, isValid) = indices.completedOrder(4)
      return [
        scores.largestInOrder(0), scores.largestInOrder(2), scores.largestInOrder(4), order,
        isValid.converted(to: .int32), indices.sliced(along: 1, 0..<0).completedOrder(4).order,
      ]
    }
    let found = compile(on: device, precision: .float32, function)(scores, indices)
    for (a, b) in zip(found, function(scores, indices)) {
      #expect(a.type == b.type)
      #expect(a.int32Scalars == b.int32Scalars)
    }
  }

  @Test func gammaFunctions() {
    let x = Tensor([1e-6, 0.01, 0.3, 1, 1.5, 2, 7, 33, 1e4, 1e10])
    let function = { (x: Tensor) in (-1...3).map { polygamma($0, x) } }
    let found = compile(on: device, precision: .float32, function)(x)
    for (a, b) in zip(found, function(x)) {
      for (y, expected) in zip(a.scalars, b.scalars) {
        #expect(abs(y - expected) <= 1e-6 * max(abs(expected), 1e-30))
      }
    }
  }

  /// The list of what has no form may only become shorter.
  @Test func whatADeviceCannotDoIsRefusedByName() throws {
    let key = RandomKey(1)
    let step = compile(on: device) { (logits: Tensor) in
      [
        Binomial(trials: Tensor([9]), logits: logits).sample([], key: key),
        Multinomial(trials: 3, logits: logits).sample([], key: key),
      ]
    }
    do {
      try step.prepare(for: EmptyGroup(), Tensor([0.5]))
      Issue.record("nothing was thrown")
    } catch let error as UnsupportedPrimitives {
      #expect(error.names == ["random.binomial", "random.multinomial"])
    }
  }
}
