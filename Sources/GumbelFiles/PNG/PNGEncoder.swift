/// Encodes pixels as PNG files, without loss.
package enum PNGEncoder {
  /// The file of a picture of 8 bits a sample, its lines from the top down.
  ///
  /// - Parameters:
  ///   - bytes: The samples, as many as the extents and the kind of colour say.
  ///   - pixelsPerMetre: How large the picture should appear, recorded where it is given.
  package static func encode(
    _ bytes: [UInt8], width: Int, height: Int, colour: PNGHeader.Colour, pixelsPerMetre: Int? = nil
  ) -> [UInt8] {
    let header = PNGHeader(width: width, height: height, colour: colour)
    var file = PNGHeader.signature
    appendChunk("IHDR", header.content, to: &file)
    if let pixelsPerMetre {
      let density = bigEndian(pixelsPerMetre)
      appendChunk("pHYs", density + density + [1], to: &file)
    }
    // Flat drawings compress best unfiltered and photographs filtered: the shorter one is kept.
    let plain = Deflater.deflate(plainLines(bytes, header), in: .zlib)
    let filtered = Deflater.deflate(filteredLines(bytes, header), in: .zlib)
    appendChunk("IDAT", plain.count <= filtered.count ? plain : filtered, to: &file)
    appendChunk("IEND", [], to: &file)
    return file
  }

  /// The lines, each behind the number of its filter: none.
  private static func plainLines(_ bytes: [UInt8], _ header: PNGHeader) -> [UInt8] {
    let length = header.lineCount(header.width)
    var result: [UInt8] = []
    result.reserveCapacity(header.dataCount)
    for start in stride(from: 0, to: bytes.count, by: length) {
      result.append(PNGFilter.none.rawValue)
      result += bytes[start..<start + length]
    }
    return result
  }

  /// The same, each with the filter whose output is nearest to zero, the standard's own advice.
  private static func filteredLines(_ bytes: [UInt8], _ header: PNGHeader) -> [UInt8] {
    let length = header.lineCount(header.width)
    var result: [UInt8] = []
    result.reserveCapacity(header.dataCount)
    var above = [UInt8](repeating: 0, count: length)
    var (candidate, best) = (above, above)
    for start in stride(from: 0, to: bytes.count, by: length) {
      let line = Array(bytes[start..<start + length])
      var (bestCost, bestFilter) = (Int.max, PNGFilter.none)
      for filter in PNGFilter.allCases {
        let cost = filter.apply(to: line, above: above, step: header.pixelStep, into: &candidate)
        if cost < bestCost {
          (bestCost, bestFilter) = (cost, filter)
          swap(&best, &candidate)
        }
      }
      result.append(bestFilter.rawValue)
      result += best
      above = line
    }
    return result
  }

  private static func appendChunk(_ name: String, _ content: [UInt8], to file: inout [UInt8]) {
    let body = Array(name.utf8) + content
    file += bigEndian(content.count) + body + bigEndian(Int(CRC32(of: body).value))
  }
}
