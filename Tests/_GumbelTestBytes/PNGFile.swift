/// A PNG file whose lines are filtered in turn by each of the filters.
package struct PNGFile {
  package var width, height: Int
  package var bits: Int
  package var colour: UInt8
  package var interlace: UInt8 = 0
  package var extra: [(String, [UInt8])]
  /// Chunks behind the pixels.
  package var behind: [(String, [UInt8])] = []
  /// The lines' bytes without filters.
  package var lines: [[UInt8]]
  /// The lines of an interlaced file, pass by pass, in place of the others.
  package var passes: [[[UInt8]]] = []

  package init(
    width: Int, height: Int, bits: Int = 8, colour: UInt8 = 0, extra: [(String, [UInt8])] = [],
    lines: [[UInt8]]
  ) {
    (self.width, self.height, self.bits, self.colour) = (width, height, bits, colour)
    (self.extra, self.lines) = (extra, lines)
  }

  package var bytes: [UInt8] {
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
