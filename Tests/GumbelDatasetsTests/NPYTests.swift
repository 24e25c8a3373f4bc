import GumbelDatasets
import Testing
import _GumbelTestBytes

/// A file of version 1.0 unless told otherwise, with the dictionary as it is given.
private func npy(_ dictionary: String, data: [UInt8], major: UInt8 = 1) -> [UInt8] {
  let count = dictionary.utf8.count
  var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, major, 0]
  bytes += [UInt8(count & 255), UInt8(count >> 8)] + (major == 1 ? [] : [0, 0])
  return bytes + Array(dictionary.utf8) + data
}

private func dictionary(_ descr: String, _ shape: String, fortran: Bool = false) -> String {
  "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
}

@Suite struct NPYTests {
  // -2 and 3, or what comes nearest to them, as NumPy's tobytes() gives them.
  static let elements: [(descr: String, data: [UInt8], values: [Double])] = [
    ("|b1", [1, 0], [1, 0]),
    ("|i1", [0xFE, 3], [-2, 3]),
    ("|u1", [0xFE, 3], [254, 3]),
    ("<i2", [0xFE, 0xFF, 3, 0], [-2, 3]),
    (">i2", [0xFF, 0xFE, 0, 3], [-2, 3]),
    ("<u2", [0xFE, 0xFF, 3, 0], [65534, 3]),
    ("<i4", [0xFE, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0], [-2, 3]),
    (">u4", [0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 0, 3], [4_294_967_294, 3]),
    (
      "<i8", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0], [-2, 3]
    ),
    (">u8", [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 3], [256, 3]),
    ("<f2", [0x00, 0xC0, 0x00, 0x42], [-2, 3]),
    (">f2", [0x7C, 0x00, 0x00, 0x01], [.infinity, 0x1p-24]),
    ("<f4", [0, 0, 0, 0xC0, 0, 0, 0x40, 0x40], [-2, 3]),
    (">f4", [0xC0, 0, 0, 0, 0x40, 0x40, 0, 0], [-2, 3]),
    ("<f8", [0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 8, 0x40], [-2, 3]),
    ("=f8", [0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 8, 0x40], [-2, 3]),
    (">f8", [0xC0, 0, 0, 0, 0, 0, 0, 0, 0x40, 8, 0, 0, 0, 0, 0, 0], [-2, 3]),
  ]

  @Test(arguments: elements.indices, [1, 2, 3] as [UInt8])
  func everyElementType(index: Int, major: UInt8) throws {
    let (descr, data, values) = Self.elements[index]
    let bytes = npy(dictionary(descr, "(2,)"), data: data, major: major)
    for chunk in [1, 5, 1 << 16] {
      #expect(try array(bytes, chunk: chunk) == NumberArray(values, shape: [2]))
    }
  }

  @Test func shapesAndOrders() throws {
    let six = (1...6).map(UInt8.init)
    func read(_ shape: String, fortran: Bool = false, data: [UInt8]) throws -> NumberArray {
      try array(npy(dictionary("|u1", shape, fortran: fortran), data: data))
    }
    #expect(try read("()", data: [9]) == NumberArray([9], shape: []))
    #expect(try read("(0,)", data: []) == NumberArray([], shape: [0]))
    #expect(try read("(0, 9223372036854775807)", data: []).values == [])
    #expect(try read("(2, 3)", data: six) == NumberArray([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    #expect(
      try read("(2, 3)", fortran: true, data: six)
        == NumberArray([1, 3, 5, 2, 4, 6], shape: [2, 3]))
    #expect(
      try read("(1L, 3L, 2L)", fortran: true, data: six)
        == NumberArray([1, 4, 2, 5, 3, 6], shape: [1, 3, 2]))
    #expect(try read("(6,)", fortran: true, data: six).values == [1, 2, 3, 4, 5, 6])
    // Entries in another order, other quotes and spaces: still what NumPy would read.
    let other = "{ \"shape\" :( 2 ,3 ), 'descr':'|u1','fortran_order':False}"
    #expect(try array(npy(other, data: six)) == read("(2, 3)", data: six))
  }

  @Test func mistakes() {
    let good = dictionary("<f4", "(2,)")
    let data = [UInt8](repeating: 0, count: 8)
    let mistakes: [([UInt8], String)] = [
      (
        Array(npy(good, data: [])[..<8]),
        "byte 8: the file ends after 8 bytes of its header, expected 10"
      ),
      (
        Array(npy(good, data: [])[..<20]),
        "byte 20: the file ends after 20 bytes of its header, expected 68"
      ),
      (
        npy(good, data: Array(data[..<7])),
        "byte 75: the file ends after 7 bytes of data, expected 8"
      ),
      (
        npy(good, data: data + [0]),
        "byte 76: the file goes on after the last element, expected its end"
      ),
      (
        npy(good, data: data, major: 4),
        "byte 6: version 4.0 of the format, expected 1.0, 2.0 or 3.0"
      ),
      (
        [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 2, 0, 255, 255, 255, 255],
        "byte 8: a header of 4294967295 bytes, expected at most 65536"
      ),
      (
        npy(dictionary("<f4", "(4294967296, 4294967296)"), data: data),
        "byte 0: the shape [4294967296, 4294967296] has more elements than there can be"
      ),
      (
        npy(dictionary("<f4", "(99999999999999999999,)"), data: data),
        "byte 61: the header is not as NumPy writes it, expected a number below 2^63"
      ),
      (
        npy(dictionary("<f4", "(-1,)"), data: data),
        "byte 61: the header is not as NumPy writes it, "
          + "expected a whole number that is not negative"
      ),
      (
        npy(dictionary("<f4", "(2)"), data: data),
        "byte 62: the header is not as NumPy writes it, expected a comma"
      ),
      (
        npy(dictionary("<c8", "(1,)"), data: data),
        "byte 20: elements of type \"<c8\", expected integers or floats such as \"<f4\""
      ),
      (
        npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,)}", data: data),
        "byte 20: elements of type \"a structure\", expected integers or floats such as \"<f4\""
      ),
      (
        npy("{'descr': '<f4', 'shape': (2,)}", data: data),
        "byte 10: the header has no entry \"fortran_order\""
      ),
      (
        npy("{'descr': '<f4', 'descr': '<f4'}", data: data),
        "byte 27: the header's entry \"descr\" is not one of descr, fortran_order and shape "
          + "as expected"
      ),
      (
        npy("{'descr': __import__('os')}", data: data),
        "byte 20: the header is not as NumPy writes it, expected a string, True, False or a tuple"
      ),
      (npy("", data: data), "byte 10: the header is not as NumPy writes it, expected {"),
    ]
    for (bytes, message) in mistakes {
      for chunk in [1, 1 << 16] {
        expectMessage("data: " + message) { try array(bytes, chunk: chunk) }
      }
    }
    // The limit comes before memory is asked for.
    expectMessage("data: more than 1000 numbers, the limit for an array held in memory") {
      try array(npy(dictionary("<f4", "(1000000000000,)"), data: data))
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = NPYFile.bytes([1, 2, 3] as [Float], shape: [3])
    for length in 0..<bytes.count {
      let result = Result { try array(Array(bytes[..<length]), chunk: 7) }
      #expect(throws: InputError.self) { try result.get() }
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>) func changedBytes(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let original = NPYFile.bytes([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    let usual = Array("0123456789(),'{}: fi<>|TrueFalse".utf8)
    for _ in 0..<500 {
      var bytes = original
      for _ in 0...Int.random(in: 0...3, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] =
          Bool.random(using: &generator)
          ? usual.randomElement(using: &generator)! : UInt8.random(in: 0...255, using: &generator)
      }
      let outcomes = [1, 1 << 16].map { chunk in
        Result { try array(bytes, chunk: chunk).shape }.mapError { $0 as! InputError }
      }
      #expect(outcomes[0] == outcomes[1], "\(bytes)")
    }
  }

  @Test func writtenFilesAreThoseOfNumPy() throws {
    // The bytes of numpy.save of numpy.array([-2, 3], dtype="<i4").
    let text = "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }"
    let padding = String(repeating: " ", count: 117 - text.count) + "\n"
    let expected = npy(text + padding, data: [0xFE, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0])
    #expect(NPYFile.bytes([-2, 3] as [Int32], shape: [2]) == expected)
  }

  @Test func writtenFilesComeBack() throws {
    let values: [Double] = [0, -1.5, .infinity, 1e300, 5, 7]
    for shape in [[6], [2, 3], [1, 6], [3, 1, 2]] {
      #expect(try array(NPYFile.bytes(values, shape: shape)) == NumberArray(values, shape: shape))
      let floats = values.map(Float.init)
      #expect(try array(NPYFile.bytes(floats, shape: shape)).values == floats.map(Double.init))
    }
    #expect(try array(NPYFile.bytes([4] as [Float], shape: [])) == NumberArray([4], shape: []))
    #expect(try array(NPYFile.bytes([-9, 8] as [Int64], shape: [2])).values == [-9, 8])
    #expect(NPYFile.bytes([1] as [Float], shape: [1]).count == 132)
  }

  @Test func aHeaderIsAsLongAsAskedFor() throws {
    let long = NPYFile.header(isInteger: true, shape: [100_000_000_000])
    let short = NPYFile.header(isInteger: true, shape: [2], length: long.count)
    #expect(short.count == long.count)
    let bytes = short + [1, 0, 0, 0, 2, 0, 0, 0]
    #expect(try array(bytes) == NumberArray([1, 2], shape: [2]))
  }
}
