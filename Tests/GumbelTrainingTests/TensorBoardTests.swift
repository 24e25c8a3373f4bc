import GumbelTraining
import Testing

@Suite struct TensorBoardTests {
  /// The check value of the catalogues, and the test patterns of RFC 3720, appendix B.4.
  @Test func checksums() {
    let cases: [([UInt8], UInt32)] = [
      ([], 0), (Array("123456789".utf8), 0xE306_9283),
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      (Array(0..<32), 0x46DD_794E), ((0..<32).reversed(), 0x113F_DB5C),
    ]
    for (bytes, expected) in cases {
      let found = CRC32C.checksum(bytes)
      #expect(found == expected)
    }
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  static let png: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
    + [0, 0, 1, 0x2C, 0, 0, 0, 28, 8, 0, 0, 0, 0] + [0, 0, 0, 0]

  /// Byte for byte what script/tensorboard_fixtures.py prints.
  @Test func recordsAreTensorBoardsOwn() {
    let version = Self.hex(TensorBoardEvent.fileVersion(time: 1.5).record)
    #expect(
      version == "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c")
    let scalars = Self.hex(
      TensorBoardEvent.scalars(
        time: 1_700_000_000.25, step: 600, [("train/bound", -101.25), ("β", 0.5)]
      ).record)
    #expect(
      scalars == "2d000000000000003c418afb0900001040fc54d94110d8042a1f0a120a0b747261696e2f626f75"
        + "6e64150080cac20a090a02ceb2150000003f481580aa")
    let restart = Self.hex(TensorBoardEvent.restart(time: 2, step: 301).record)
    #expect(
      restart == "100000000000000095fbfe1809000000000000004010ad023a0208013264e72b")
    let image = Self.hex(
      TensorBoardEvent.image(time: 3, step: 7, name: "samples", png: Self.png).record)
    #expect(
      image == "440000000000000043592e9a09000000000000084010072a370a350a0773616d706c6573222a081c"
        + "10ac021801222189504e470d0a1a0a0000000d494844520000012c0000001c080000000000000000"
        + "792828cb")
    let text = Self.hex(
      TensorBoardEvent.text(time: 4, step: 0, name: "settings", "**hello**").record)
    #expect(
      text == "3200000000000000241956ec0900000000000010402a270a250a0873657474696e6773420f08071200"
        + "42092a2a68656c6c6f2a2a4a080a060a047465787473d821c9")
  }

  /// A resumed run's file is read after the older one's, also within one second or where the clock
  /// was set back, and says where it begins.
  @Test func aResumedRunBeginsALaterFile() throws {
    let folder = try Folder()
    defer { folder.remove() }
    func name(_ step: Int?) throws -> String {
      let before = Set(try folder.names())
      let log = try TensorBoardLog(directory: folder.path, resumingAt: step)
      try log.write(MetricsRecord(step: (step ?? 0) + 1, seconds: 0, values: [("a", 1)]))
      try log.flush()
      return try #require(Set(try folder.names()).subtracting(before).first)
    }
    let first = try name(nil)
    let second = try name(20)
    let third = try name(nil)
    #expect(first < second && second < third)
    let parts = first.split(separator: ".")
    #expect(first.hasPrefix("events.out.tfevents.") && parts.count >= 6)
    try folder.rename(third, to: "events.out.tfevents.4000000000.host.1")
    let fourth = try name(20)
    #expect(fourth.hasPrefix("events.out.tfevents.4000000001."))

    // After the version's record of 40 bytes, a restart: none in the first file, at the step after
    // the checkpoint's, and at 0 where all begins anew.
    func hasRestart(_ name: String, at step: Int) throws -> Bool {
      let bytes = try folder.bytes(name)
      let restart = TensorBoardEvent.restart(time: 0, step: step).record
      // Behind the frame's length and checksum and the time with its tag.
      return Array(bytes.dropFirst(40).prefix(restart.count)).dropFirst(21).dropLast(4)
        == restart.dropFirst(21).dropLast(4)
    }
    let found = try [
      hasRestart(first, at: 0), hasRestart(second, at: 21),
      hasRestart("events.out.tfevents.4000000000.host.1", at: 0), hasRestart(fourth, at: 21),
    ]
    #expect(found == [false, true, true, true])
  }

  @Test func whatIsNoPNGTraps() async {
    await #expect(processExitsWith: .failure) {
      _ = TensorBoardEvent.image(time: 0, step: 0, name: "x", png: [1, 2, 3])
    }
  }
}
