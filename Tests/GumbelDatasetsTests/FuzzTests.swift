import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct FuzzTests {
  /// What reading gives: the symbols before the end or the error, and the error.
  struct Outcome: Equatable {
    var symbols: [[UInt8]] = []
    var error: InputError?
  }

  static func read(_ bytes: [UInt8], _ format: SymbolFormat, chunk: Int) throws -> Outcome {
    try withSource(bytes) { source in
      var outcome = Outcome()
      do throws(InputError) {
        let reader = try SymbolReader(source, format: format, lineLimit: 50, chunk: chunk)
        while let symbol = try reader.next() { outcome.symbols.append(Array(symbol.utf8)) }
      } catch {
        outcome.error = error
      }
      return outcome
    }
  }

  static let formats: [SymbolFormat] = [
    .lines, .table(), .table(column: .number(2)), .table(column: .name("a"), delimiter: .tab),
    .table(column: .number(1), header: .absent),
  ]

  @Test(arguments: formats, 0..<8)
  func anyBytes(format: SymbolFormat, seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    // Mostly those that mean something, so that errors come late.
    let usual = Array("aab12,,\t\n\n\r\"\"é".utf8)
    for _ in 0..<200 {
      let count = Int.random(in: 0...80, using: &generator)
      let rare = Int.random(in: 0...40, using: &generator)
      let bytes = (0..<count).map { _ in
        Int.random(in: 0...40, using: &generator) < rare / 10
          ? UInt8.random(in: 0...255, using: &generator) : usual.randomElement(using: &generator)!
      }
      // How the bytes come must not matter.
      let whole = try Self.read(bytes, format, chunk: 1 << 16)
      for chunk in [1, 2, 7] {
        #expect(try Self.read(bytes, format, chunk: chunk) == whole, "\(bytes)")
      }
      let found = whole.symbols.joined()
      #expect(whole.symbols.allSatisfy { !$0.isEmpty } && !found.contains(0))
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func tablesComeBack(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let alphabet = ["a", "b", "\"", ",", "\n", "\r\n", "\r", "é", " "]
    for _ in 0..<50 {
      let width = Int.random(in: 1...4, using: &generator)
      let column = Int.random(in: 0..<width, using: &generator)
      let lineEnd = ["\n", "\r\n"].randomElement(using: &generator)!
      var text = ""
      var expected: [[UInt8]] = []
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        let fields = (0..<width).map { _ in
          (0...Int.random(in: 0...4, using: &generator))
            .map { _ in alphabet.randomElement(using: &generator)! }.joined()
        }
        expected.append(Array(fields[column].utf8))
        text += fields.map { encoded($0, using: &generator) }.joined(separator: ",") + lineEnd
      }
      let format = SymbolFormat.table(column: .number(column + 1), header: .absent)
      let found = try symbols(in: text, format: format).map { Array($0.utf8) }
      #expect(found == expected, "\(text.debugDescription)")
    }
  }

  @Test func everyTruncationIsReadOrRefused() throws {
    let bytes = Array("x,\"na\"\"me\"\r\n1,\"a\nb\"\r\n2,\"c,é\"\r\n3,d\r\n".utf8)
    let format = SymbolFormat.table(column: .name("na\"me"))
    let all = try Self.read(bytes, format, chunk: 1 << 16)
    #expect(all == Outcome(symbols: ["a\nb", "c,é", "d"].map { Array($0.utf8) }))
    for length in bytes.indices {
      let part = try Self.read(Array(bytes[..<length]), format, chunk: 3)
      #expect(part.symbols.count <= 3)
      for (found, expected) in zip(part.symbols, all.symbols) { #expect(found == expected) }
    }
  }

  @Test func validityOfUTF8() {
    var generator = SplitMix64(state: 1)
    let leads: [UInt8] = [
      0x41, 0x7F, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
    ]
    let trails: [UInt8] = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
    for _ in 0..<100_000 {
      let bytes = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        (Bool.random(using: &generator) ? leads : trails).randomElement(using: &generator)!
      }
      let invalid = bytes.withUnsafeBytes { firstInvalidUTF8(in: $0) }
      // The standard library repairs what is not valid, and leaves alone what is.
      let valid = invalid ?? bytes.count
      #expect(String(decoding: bytes[..<valid], as: UTF8.self).utf8.elementsEqual(bytes[..<valid]))
      if let invalid {
        let repaired = String(decoding: bytes, as: UTF8.self).unicodeScalars
        let before = String(decoding: bytes[..<invalid], as: UTF8.self).unicodeScalars.count
        #expect(repaired.dropFirst(before).first == "\u{FFFD}")
      }
    }
  }
}

/// A field as RFC 4180 writes it: in quotes where it must be, and sometimes where it need not.
private func encoded(_ field: String, using generator: inout SplitMix64) -> String {
  let special: [UInt8] = Array("\",\r\n".utf8)
  if !field.utf8.contains(where: special.contains), Bool.random(using: &generator) {
    return field
  }
  let doubled = field.split(separator: "\"", omittingEmptySubsequences: false)
  return "\"\(doubled.joined(separator: "\"\""))\""
}
