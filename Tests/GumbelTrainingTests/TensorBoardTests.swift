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

/// A message of Protocol Buffers, read field by field: what the writer writes, by another way.
private struct Message {
  enum Value: Equatable {
    case integer(UInt64)
    case fixed(UInt64)
    case bytes([UInt8])
  }

  var fields: [(number: Int, value: Value)] = []

  init?(_ bytes: [UInt8]) {
    var place = 0
    func varint() -> UInt64? {
      var (value, shift) = (UInt64(0), UInt64(0))
      while place < bytes.count {
        let byte = bytes[place]
        place += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      return nil
    }
    func little(_ count: Int) -> UInt64? {
      guard place + count <= bytes.count else { return nil }
      defer { place += count }
      return (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }
    while place < bytes.count {
      guard let tag = varint() else { return nil }
      let number = Int(tag >> 3)
      switch tag & 7 {
      case 0:
        guard let value = varint() else { return nil }
        fields.append((number, .integer(value)))
      case 1, 5:
        guard let value = little(tag & 7 == 1 ? 8 : 4) else { return nil }
        fields.append((number, .fixed(value)))
      case 2:
        guard let count = varint(), place + Int(count) <= bytes.count else { return nil }
        fields.append((number, .bytes(Array(bytes[place..<(place + Int(count))]))))
        place += Int(count)
      default: return nil
      }
    }
  }

  /// The message of a record: behind its length and checksum, and before another one.
  static func ofRecord(_ event: TensorBoardEvent) -> Message? {
    Message(Array(event.record.dropFirst(12).dropLast(4)))
  }

  func all(_ number: Int) -> [Value] { fields.filter { $0.number == number }.map(\.value) }
  func bytes(_ number: Int) -> [UInt8]? {
    if case .bytes(let bytes)? = all(number).first { bytes } else { nil }
  }
  func text(_ number: Int) -> String? {
    bytes(number).map { String(decoding: $0, as: UTF8.self) }
  }
  func message(_ number: Int) -> Message? { bytes(number).flatMap(Message.init) }
  func double(_ number: Int) -> Double? {
    if case .fixed(let bits)? = all(number).first { Double(bitPattern: bits) } else { nil }
  }
  func doubles(_ number: Int) -> [Double] {
    let bytes = bytes(number) ?? []
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      Double(
        bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) })
    }
  }
}

@Suite struct TensorBoardTabTests {
  @Test func aHistogramCountsAllFiniteValues() throws {
    let values: [Float] = [-1, 0, 0.5, 2, 2, .nan, .infinity]
    let event = try #require(
      TensorBoardEvent.histogram(time: 5, step: 9, name: "model/weight", values))
    let message = try #require(Message.ofRecord(event))
    #expect(message.double(1) == 5 && message.all(2) == [.integer(9)])
    let value = try #require(message.message(5)?.message(1))
    #expect(value.text(1) == "model/weight")
    let histogram = try #require(value.message(5))
    #expect((1...5).map { histogram.double($0) } == [-1, 2, 5, 3.5, 9.25])
    let (limits, counts) = (histogram.doubles(6), histogram.doubles(7))
    #expect(limits.count == 30 && counts.count == 30 && limits.last == 2)
    #expect(zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 })
    #expect(counts.reduce(0, +) == 5 && counts[0] == 1 && counts[10] == 1 && counts[15] == 1)
    #expect(counts[29] == 2)
    #expect(TensorBoardEvent.histogram(time: 0, step: 0, name: "x", [.nan]) == nil)
    let same = try #require(TensorBoardEvent.histogram(time: 0, step: 0, name: "x", [3, 3]))
    let one = try #require(Message.ofRecord(same)?.message(5)?.message(1)?.message(5))
    #expect(one.doubles(6) == [3] && one.doubles(7) == [2])
  }

  /// Byte for byte what script/tensorboard_fixtures.py prints, with TensorBoard 2.21.0.
  @Test func recordsOfTabsAreTensorBoardsOwn() throws {
    let start = TensorBoardEvent.sessionStart(
      time: 7, group: "rate=0.5",
      [("name", .text("β")), ("rate", .number(0.5)), ("tied", .truth(true))])
    #expect(
      TensorBoardTests.hex(start.record)
        == "8400000000000000411d8aef090000000000001c402a790a770a1c5f68706172616d735f2f7365737369"
        + "6f6e5f73746172745f696e666f42060801120212004a4f0a4d0a0768706172616d7312421a400a0c0a046e"
        + "616d6512041a02ceb20a110a0472617465120911000000000000e03f0a0a0a047469656412022001220872"
        + "6174653d302e35290000000000001c40957b0ac3")
    let end = TensorBoardEvent.sessionEnd(time: 8)
    #expect(
      TensorBoardTests.hex(end.record)
        == "4d000000000000003d63d4a60900000000000020402a420a400a1a5f68706172616d735f2f7365737369"
        + "6f6e5f656e645f696e666f42060801120212004a1a0a180a0768706172616d73120d220b08011100000000"
        + "000020406b4706c7")
    let histogram = try #require(
      TensorBoardEvent.histogram(time: 5, step: 9, name: "w", [3, 3]))
    #expect(
      TensorBoardTests.hex(histogram.record)
        == "5500000000000000d7df0fc109000000000000144010092a480a460a01772a4109000000000000084011"
        + "0000000000000840190000000000000040210000000000001840290000000000003240320800000000000008"
        + "403a0800000000000000401fdbe40d")
  }

  @Test func aSessionSaysItsSettings() throws {
    let event = TensorBoardEvent.sessionStart(
      time: 7, group: "rate=0.5",
      [("rate", .number(0.5)), ("name", .text("β")), ("tied", .truth(true))])
    let value = try #require(Message.ofRecord(event)?.message(5)?.message(1))
    #expect(value.text(1) == "_hparams_/session_start_info")
    let plugin = try #require(value.message(9)?.message(1))
    #expect(plugin.text(1) == "hparams")
    let start = try #require(plugin.message(2)?.message(3))
    #expect(start.text(4) == "rate=0.5" && start.double(5) == 7)
    let entries = try start.all(1).map { entry in
      guard case .bytes(let bytes) = entry else { throw FieldError() }
      return try #require(Message(bytes))
    }
    #expect(entries.map { $0.text(1) } == ["rate", "name", "tied"])
    #expect(entries[0].message(2)?.double(2) == 0.5)
    #expect(entries[1].message(2)?.text(3) == "β")
    #expect(entries[2].message(2)?.all(4) == [.integer(1)])
    let end = try #require(
      Message.ofRecord(TensorBoardEvent.sessionEnd(time: 8))?.message(5)?.message(1))
    let found = end.message(9)?.message(1)?.message(2)?.message(4)
    #expect(end.text(1) == "_hparams_/session_end_info")
    #expect(found?.all(1) == [.integer(1)] && found?.double(2) == 8)
  }

  private struct FieldError: Error {}
  private struct Settings: Codable {
    struct Network: Codable { var width = 3 }
    var network = Network()
    var name = "small"
    var isTied = false
    var sizes = [1, 2]
  }

  @Test func hyperparametersAreWhatSettingsEncode() throws {
    let found = try Hyperparameters(of: Settings()).settings.sorted { $0.name < $1.name }
    #expect(found.map(\.name) == ["isTied", "name", "network/width"])
    #expect(found.map(\.value) == [.truth(false), .text("small"), .number(3)])
  }
}
