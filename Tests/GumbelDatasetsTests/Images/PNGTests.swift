import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

/// A PNG file whose lines are filtered in turn by each of the filters.
struct PNGFile {
  var width, height: Int
  var bits = 8
  var colour: UInt8 = 0
  var interlace: UInt8 = 0
  var extra: [(String, [UInt8])] = []
  /// Chunks behind the pixels.
  var behind: [(String, [UInt8])] = []
  /// The lines' bytes without filters.
  var lines: [[UInt8]]
  /// The lines of an interlaced file, pass by pass, in place of the others.
  var passes: [[[UInt8]]] = []

  var bytes: [UInt8] {
    var data: [UInt8] = []
    for lines in passes.isEmpty ? [lines] : passes { data += filtered(lines) }
    return file(data)
  }

  private func filtered(_ lines: [[UInt8]]) -> [UInt8] {
    let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][Int(colour)] ?? 1
    let step = max(samples * bits / 8, 1)
    var data: [UInt8] = []
    for (row, line) in lines.enumerated() {
      let filter = row % 5
      data.append(UInt8(filter))
      for i in line.indices {
        let left = i >= step ? Int(line[i - step]) : 0
        let above = row > 0 ? Int(lines[row - 1][i]) : 0
        let corner = row > 0 && i >= step ? Int(lines[row - 1][i - step]) : 0
        let paeth = [left, above, corner].min {
          abs(left + above - corner - $0) < abs(left + above - corner - $1)
        }!
        let predicted = [0, left, above, (left + above) / 2, paeth][filter]
        data.append(line[i] &- UInt8(predicted))
      }
    }
    return data
  }

  private func file(_ data: [UInt8]) -> [UInt8] {
    let header =
      bigEndian(width) + bigEndian(height) + [UInt8(bits), colour, 0, 0, interlace]
    let packed = deflated(data, in: .zlib)
    // In two pieces, as encoders with a buffer write it.
    let middle = packed.count / 2
    var result = pngSignature
    result += pngChunk("IHDR", header)
    for (name, content) in extra { result += pngChunk(name, content) }
    result += pngChunk("IDAT", [])
    result += pngChunk("IDAT", Array(packed[..<middle]))
    result += pngChunk("IDAT", Array(packed[middle...]))
    result += pngChunk("IDAT", [])
    for (name, content) in behind { result += pngChunk(name, content) }
    return result + pngChunk("IEND", [])
  }
}

/// What a folder with one file of these bytes holds.
func readPNG(_ bytes: [UInt8]) throws -> ImageSet {
  try withDirectory { folder in
    try write(bytes, to: folder + "/a.png")
    return try ImageSet.load(folder)
  }
}

/// What is wrong with a folder with one file of these bytes, without the folder's name.
private func expectProblem(
  _ expected: String, _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
) {
  var found = ""
  do { _ = try readPNG(bytes) } catch { found = "\(error)" }
  let isExpected = found.hasSuffix("/a.png: " + expected)
  #expect(isExpected, "\(found)", sourceLocation: sourceLocation)
}

@Suite struct PNGTests {
  @Test func greyOfAllDepths() throws {
    for bits in [1, 2, 4, 8] {
      // Seven pixels a line, so that the last byte is not full.
      let largest = 1 << bits - 1
      let values = (0..<7).map { row in (0..<7).map { ($0 * 5 + row * 3) % (largest + 1) } }
      let lines = values.map { line in
        var packed = [UInt8](repeating: 0, count: (7 * bits + 7) / 8)
        for (i, value) in line.enumerated() {
          let bit = i * bits
          packed[bit / 8] |= UInt8(value << (8 - bits - bit % 8))
        }
        return packed
      }
      let set = try readPNG(PNGFile(width: 7, height: 7, bits: bits, lines: lines).bytes)
      #expect((set.height, set.width, set.channels) == (7, 7, 1))
      #expect(set[0] == values.joined().map { Float($0 * 255 / largest) / 255 })
    }
  }

  @Test func sixteenBitsAreRounded() throws {
    let lines: [[UInt8]] = [[0x00, 0x00, 0x80, 0x80, 0x00, 0x80, 0xFF, 0xFF]]
    let set = try readPNG(PNGFile(width: 4, height: 1, bits: 16, lines: lines).bytes)
    #expect(set[0] == [0, 128, 0, 255].map { Float($0) / 255 })
  }

  @Test func colours() throws {
    let line: [UInt8] = [255, 0, 51, 1, 2, 3]
    let lines = (0..<6).map { row in line.map { $0 &+ UInt8(7 * row) } }
    let set = try readPNG(PNGFile(width: 2, height: 6, colour: 2, lines: lines).bytes)
    #expect((set.height, set.width, set.channels) == (6, 2, 3))
    #expect(set[0] == lines.joined().map { Float($0) / 255 })
    // Colours that are all grey.
    let grey = try readPNG(
      PNGFile(width: 2, height: 1, colour: 2, lines: [[9, 9, 9, 200, 200, 200]]).bytes)
    #expect(grey.channels == 1)
    #expect(grey[0] == [9, 200].map { Float($0) / 255 })
    // 51 over white at opacity 1/5 is 214.2.
    let alpha = try readPNG(
      PNGFile(width: 2, height: 1, colour: 6, lines: [[51, 0, 255, 51, 1, 2, 3, 0]]).bytes)
    #expect(alpha[0] == [214, 204, 255, 255, 255, 255].map { Float($0) / 255 })
    let greyAlpha = try readPNG(
      PNGFile(width: 2, height: 1, colour: 4, lines: [[51, 51, 0, 255]]).bytes)
    #expect(greyAlpha[0] == [214, 0].map { Float($0) / 255 })
    let wide = try readPNG(
      PNGFile(
        width: 1, height: 1, bits: 16, colour: 2, lines: [[0xFF, 0xFF, 0, 0, 0x80, 0]]
      ).bytes)
    #expect(wide[0] == [255, 0, 128].map { Float($0) / 255 })
  }

  @Test func palettesAndTransparency() throws {
    let palette: [UInt8] = [255, 0, 0, 0, 255, 0, 10, 20, 30]
    let file = PNGFile(
      width: 3, height: 2, bits: 2, colour: 3, extra: [("PLTE", palette), ("tEXt", [65])],
      lines: [[0b00_01_10_00], [0b10_00_01_00]])
    let expected: [UInt8] = [255, 0, 0, 0, 255, 0, 10, 20, 30, 10, 20, 30, 255, 0, 0, 0, 255, 0]
    #expect(try readPNG(file.bytes)[0] == expected.map { Float($0) / 255 })
    var clear = file
    clear.extra.append(("tRNS", [255, 0]))
    #expect(try readPNG(clear.bytes)[0][3..<6] == [1, 1, 1])
    let keyed = PNGFile(
      width: 2, height: 1, extra: [("tRNS", [0, 7])], lines: [[7, 8]])
    #expect(try readPNG(keyed.bytes)[0] == [1, 8 / 255])
    var short = file
    short.extra[0].1 = Array(palette[..<6])
    expectProblem(
      "byte \(short.bytes.count): the palette is not of 1 to 256 colours, or has not all those "
        + "of the pixels", short.bytes)
  }

  @Test func mistakes() {
    let good = PNGFile(width: 2, height: 2, lines: [[1, 2], [3, 4]])
    expectProblem("byte 0: is not a PNG file", Array("GIF89a".utf8))
    var changed = good
    changed.interlace = 2
    expectProblem("byte 28: unknown interlacing", changed.bytes)
    changed = good
    changed.width = 0
    expectProblem("byte 16: found extents 0x2, expected positive ones", changed.bytes)
    changed.width = 0x7FFF_FFFF
    changed.height = 0x7FFF_FFFF
    expectProblem(
      "byte 16: found extents 2147483647x2147483647, expected at most 67108864 pixels in all",
      changed.bytes)
    changed = good
    changed.bits = 3
    expectProblem(
      "byte 24: colour type 0 with 3 bits, expected one that PNG files have", changed.bytes)
    changed = good
    changed.width = 8000
    changed.height = 8000
    let size = changed.bytes.count
    expectProblem("byte \(size): the pixels take 6 bytes, expected \(8000 * 8001)", changed.bytes)
    changed = good
    changed.height = 1
    expectProblem(
      "byte \(changed.bytes.count): the pixels take 4 bytes, expected 3", changed.bytes)
    changed = good
    changed.extra = [("ABCD", [])]
    expectProblem("byte 37: unknown chunk \"ABCD\"", changed.bytes)
    var damaged = good.bytes
    damaged[20] ^= 1
    expectProblem("byte 29: the checksum of the chunk \"IHDR\" is wrong", damaged)
    let bytes = good.bytes
    expectProblem("byte \(bytes.count - 1): the PNG file ends too early", Array(bytes.dropLast()))
  }

  @Test func foldersAreClasses() throws {
    try withDirectory { folder in
      func image(_ value: UInt8, _ name: String, colour: UInt8 = 0) throws {
        let line: [UInt8] = colour == 0 ? [value, value] : [value, 0, 0, value, 0, 0]
        try write(
          PNGFile(width: 2, height: 1, colour: colour, lines: [line]).bytes,
          to: "\(folder)/\(name)")
      }
      for name in ["dog", "cat", "empty"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
      }
      try image(30, "dog/1.png")
      try image(10, "cat/2.PNG")
      try image(5, "cat/1.png")
      try write([1], to: "\(folder)/cat/notes.txt")
      let set = try ImageSet.load(folder + "/")
      #expect(set.classNames == ["cat", "dog"])
      #expect(set.labels == [0, 0, 1])
      #expect(set.pixels(of: 0..<3) == [5, 5, 10, 10, 30, 30].map { Float($0) / 255 })
      // One in colour makes all of them so.
      try image(20, "dog/0.png", colour: 2)
      let colours = try ImageSet.load(folder)
      #expect(colours.channels == 3)
      #expect(
        colours.pixels(of: 1..<4)
          == [10, 10, 10, 10, 10, 10, 20, 0, 0, 20, 0, 0, 30, 30, 30, 30, 30, 30].map {
            Float($0) / 255
          })
      try write(PNGFile(width: 1, height: 2, lines: [[1], [2]]).bytes, to: "\(folder)/dog/9.png")
      expectMessage("\(folder)/dog/9.png: found an image of 2x1, expected 1x2 as those before") {
        try ImageSet.load(folder)
      }
      try image(20, "top.png")
      expectMessage("\(folder): has both PNG files and folders of them, expected one or the other")
      {
        try ImageSet.load(folder)
      }
      expectMessage("\(folder)/empty: no images found, expected PNG files, or folders of them") {
        try ImageSet.load(folder + "/empty")
      }
    }
  }
}
