import GumbelTensors
import Testing
import _GumbelTestDevice
import _GumbelTestSupport

/// Programs made by chance do on a device what they do on the host.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized)
struct DeviceProgramTests {
  /// All values of a program, and two derivatives: of a weighted sum of the values, and of the first one
  /// along a direction.
  private func results(_ program: RandomProgram, _ arguments: [Tensor]) -> [Tensor] {
    let key = RandomKey(program.seed).folding(in: "weights")
    func weighted(_ tensors: [Tensor], _ name: String) -> Tensor {
      tensors.enumerated().reduce(Tensor(0)) { sum, next in
        let (i, tensor) = next
        guard tensor.elementType == .float32 else { return sum }
        let weights = Tensor.normal(tensor.shape, key: key.folding(in: name).folding(in: i))
        return sum + (tensor * weights).mean()
      }
    }
    func loss(_ arguments: [Tensor]) -> Tensor { weighted(program.values(arguments), "values") }
    let first = gradient(at: arguments, of: loss)
    let second = gradient(at: arguments) { weighted(gradient(at: $0, of: loss), "direction") }
    return program.values(arguments) + first + second
  }

  /// Integers are the same: of the draws, no two are as close as rounding. Numbers are so but for 1e-5 of
  /// the largest of their tensor, or of 1.
  private func failures(_ program: RandomProgram, on device: Device) throws -> [String] {
    let key = RandomKey(program.seed).folding(in: "arguments")
    let arguments = (0..<4).map {
      RandomProgram.argument(key.folding(in: $0), large: program.seed % 3 == 0)
    }
    let compiled = compile(on: device, precision: .float32) { (x: [Tensor]) in
      results(program, x.sharded())
    }
    try compiled.prepare(for: EmptyGroup(), arguments)
    let expected = results(program, arguments)
    return zip(compiled(arguments), expected).enumerated().compactMap { i, pair in
      let (found, expected) = pair
      if expected.elementType == .int32 {
        return haveSameBits(found, expected) ? nil : "seed \(program.seed): integers of result \(i)"
      }
      let scale = expected.scalars.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
      let difference = largestDifference(found, DoubleTensor(expected).values) / Double(scale)
      return difference <= 1e-5
        ? nil : "seed \(program.seed): result \(i) of \(expected.type) by \(difference)"
    }
  }

  @Test(arguments: 20..<40)
  func program(seed: UInt64) throws {
    let found = try failures(RandomProgram(seed: seed), on: Device(plugin: XLAPlugin.path!))
    #expect(found == [])
  }

  /// The arguments are split, mostly into shares that are not alike.
  @Test(arguments: 40..<50)
  func programOfThreeDevices(seed: UInt64) throws {
    let devices = try Device(plugin: XLAPlugin.path!, indices: 0..<3)
    let found = try failures(RandomProgram(seed: seed), on: devices)
    #expect(found == [])
  }
}
