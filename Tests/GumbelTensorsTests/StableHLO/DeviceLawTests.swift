import GumbelTensors
import Testing
import _GumbelTestDevice
import _GumbelTestSupport

/// What the host does, a device does as well: the laws of all primitives, which is also a test that none
/// is without a lowering.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized)
struct DeviceLawTests {
  @Test(arguments: allLaws)
  func law(_ law: PrimitiveLaw) throws {
    let failures = try law.failures(RandomKey(1), on: Device(plugin: XLAPlugin.path!))
    #expect(failures == [])
  }

  @Test(arguments: allSpecialLaws)
  func specialValues(_ law: SpecialValueLaw) throws {
    let failures = try law.failures(on: Device(plugin: XLAPlugin.path!))
    #expect(failures == [])
  }
}
