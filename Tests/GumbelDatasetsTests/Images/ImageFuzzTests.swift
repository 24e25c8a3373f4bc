import GumbelDatasets
import Testing
import _GumbelTestBytes

/// Whatever the bytes: images of the promised number, or an error, and no crash.
@Suite struct ImageFuzzTests {
  private static func files() -> [[UInt8]] {
    let pixels: [UInt8] = [0, 51, 102, 153, 204, 255, 255, 0, 255, 0, 255, 0]
    let text = Array("label,a,b,c,d\n1,0,51,255,0\n2,255,0,0,51\n".utf8)
    let floats = NPYFile.bytes([0, 0.25, 0.5, 1] as [Float], shape: [1, 2, 2])
    let plain = [
      idx([3, 2, 2], pixels), idx(code: 0x0D, [1, 1, 1], [0x3F, 0, 0, 0]), text, floats,
    ]
    return plain + plain.map(gzipped)
  }

  private static func outcome(_ bytes: [UInt8]) throws -> Result<ImageSet, InputError> {
    try withSource(bytes) { source in
      do throws(InputError) { return .success(try ImageSet.load(source)) } catch {
        return .failure(error)
      }
    }
  }

  @Test(arguments: files().indices) func everyTruncation(index: Int) throws {
    let bytes = Self.files()[index]
    let whole = try Self.outcome(bytes).get()
    for length in bytes.indices {
      switch try Self.outcome(Array(bytes[..<length])) {
      case .success(let part):
        // Text may end anywhere.
        #expect(part.count <= whole.count)
        #expect(index % 4 == 2)
      case .failure(let error):
        #expect("\(error)".hasPrefix("data"))
      }
    }
  }

  @Test(arguments: files().indices) func changedBytes(index: Int) throws {
    var generator = SplitMix64(state: UInt64(index))
    let original = Self.files()[index]
    for _ in 0..<400 {
      var bytes = original
      for _ in 0...Int.random(in: 0...3, using: &generator) {
        bytes[Int.random(in: 0..<min(bytes.count, 90), using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      if case .success(let set) = try Self.outcome(bytes) {
        let values = set.pixels(of: 0..<set.count)
        let areInRange = values.allSatisfy { 0...1 ~= $0 }
        #expect(areInRange && values.count <= 2 * original.count)
      }
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>) func changedPNGFiles(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let original = PNGFile(
      width: 3, height: 2, bits: 2, colour: 3,
      extra: [("PLTE", [255, 0, 0, 0, 255, 0, 10, 20, 30])],
      lines: [[0b00_01_10_00], [0b10_00_01_00]]
    ).bytes
    try withDirectory { folder in
      let path = folder + "/a.png"
      for length in original.indices where seed == 0 {
        try write(Array(original[..<length]), to: path)
        let result = Result { try ImageSet.load(folder) }
        #expect(throws: InputError.self) { try result.get() }
      }
      for _ in 0..<200 {
        // Changed content with a checksum that is right, so that it is looked at.
        let count = Int.random(in: 0...20, using: &generator)
        let content = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let name = ["IHDR", "PLTE", "tRNS", "IDAT"].randomElement(using: &generator)!
        var bytes = original
        let place = [8, 33].randomElement(using: &generator)!
        bytes.insert(contentsOf: pngChunk(name, content), at: place)
        let width = UInt8.random(in: 0...6, using: &generator)
        if place == 8, name == "IHDR" {
          bytes = Array(bytes[..<8])
          bytes += pngChunk("IHDR", [0, 0, 0, width, 0, 0, 0, 2, 2, 3, 0, 0, 0])
          bytes += original[33...]
        }
        try write(bytes, to: path)
        if let set = try? ImageSet.load(folder) {
          let area = set.height * set.width
          #expect(area <= 12)
        }
      }
    }
  }
}
