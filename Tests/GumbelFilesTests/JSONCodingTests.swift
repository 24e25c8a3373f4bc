import Foundation
import GumbelFiles
import Testing

/// Any lists of lists.
private struct Nested: Decodable {
  var depth = 0

  init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer(), !list.isAtEnd {
      depth = try 1 + list.decode(Nested.self).depth
    }
  }
}

@Suite struct JSONCodingTests {
  private static func lists(_ depth: Int) -> [UInt8] {
    Array(
      (String(repeating: "[", count: depth) + "0" + String(repeating: "]", count: depth)).utf8)
  }

  @Test func depthsUpToTheLimitAreRead() throws {
    let limit = JSONCoding.depthLimit
    #expect(try JSONCoding.decode(Nested.self, from: Self.lists(limit)).depth == limit)
    #expect(throws: DecodingError.self) {
      try JSONCoding.decode(Nested.self, from: Self.lists(limit + 1))
    }
  }

  /// The depths around the limit of Foundation's own reader, which a whole number of brackets passes
  /// at the very end of its input.
  @Test func inputsThatEndDeepInsideAreRefused() {
    for depth in 508...516 {
      for start in ["", "{\"a\":", "[{\"\\\"\":"] {
        let bytes = Array((start + String(repeating: "[", count: depth)).utf8)
        #expect(throws: DecodingError.self) {
          try JSONCoding.decode([String: Nested].self, from: bytes)
        }
      }
    }
  }

  @Test func bracketsInStringsDoNotCount() throws {
    let text = String(repeating: "[{\\\"", count: 600)
    let read = try JSONCoding.decode([String].self, from: Array("[\"\(text)\"]".utf8))
    #expect(read == [String(repeating: "[{\"", count: 600)])
  }

  @Test func numbersThatJSONDoesNotHaveComeBack() throws {
    let values = [Double.infinity, -.infinity, 1.5]
    #expect(try JSONCoding.decode([Double].self, from: JSONCoding.encode(values)) == values)
    #expect(try JSONCoding.decode([Double].self, from: JSONCoding.encode([Double.nan]))[0].isNaN)
  }
}
