import CGumbelZlib

extension Bitmap {
  /// The picture as a PNG file (ISO/IEC 15948), without loss.
  ///
  /// `pixelsPerPoint`, where there is one, records how large the picture should appear, for
  /// points of 1/96 inch. Traps when memory runs out, as any allocation does.
  public func png(pixelsPerPoint: Double? = nil) -> [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let colorType: UInt8 =
      switch channels {
      case .gray: 0
      case .rgb: 2
      case .rgba: 6
      }
    let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, colorType, 0, 0, 0]
    appendChunk("IHDR", header, to: &file)
    if let pixelsPerPoint {
      let density = bigEndian(UInt32(min(max(pixelsPerPoint * 96 / 0.0254, 1), 0x1p31).rounded()))
      appendChunk("pHYs", density + density + [1], to: &file)
    }
    // Flat drawings compress best unfiltered and photographs filtered: the shorter one is kept.
    let plain = compressed(scanlines(filtered: false))
    let filtered = compressed(scanlines(filtered: true))
    appendChunk("IDAT", plain.count <= filtered.count ? plain : filtered, to: &file)
    appendChunk("IEND", [], to: &file)
    return file
  }

  /// The rows, each after the number of its filter: none, or the one of the five whose output is
  /// nearest to zero, the standard's own advice.
  private func scanlines(filtered: Bool) -> [UInt8] {
    let pixel = channels.rawValue
    let length = width * pixel
    var result: [UInt8] = []
    result.reserveCapacity(height * (length + 1))
    if !filtered {
      for row in 0..<height {
        result.append(PNGFilter.none.rawValue)
        result += bytes[row * length..<(row + 1) * length]
      }
      return result
    }
    var above = [UInt8](repeating: 0, count: length)
    var candidate = above
    var best = above
    for row in 0..<height {
      let current = Array(bytes[row * length..<(row + 1) * length])
      var bestCost = Int.max
      var bestFilter = PNGFilter.none
      for filter in PNGFilter.allCases {
        let cost = filter.apply(to: current, above: above, pixel: pixel, into: &candidate)
        if cost < bestCost {
          bestCost = cost
          bestFilter = filter
          swap(&best, &candidate)
        }
      }
      result.append(bestFilter.rawValue)
      result += best
      above = current
    }
    return result
  }
}

/// How a PNG predicts a byte from its neighbours to the left, above, and above left.
private enum PNGFilter: UInt8, CaseIterable {
  case none, sub, up, average, paeth

  /// Writes a row's differences from their predictions and returns the sum of their magnitudes.
  func apply(
    to row: [UInt8], above: [UInt8], pixel: Int, into output: inout [UInt8]
  ) -> Int {
    var cost = 0
    for index in row.indices {
      let left = index < pixel ? 0 : row[index - pixel]
      let corner = index < pixel ? 0 : above[index - pixel]
      let difference = row[index] &- prediction(left: left, up: above[index], corner: corner)
      output[index] = difference
      cost += Int(Int8(bitPattern: difference).magnitude)
    }
    return cost
  }

  private func prediction(left: UInt8, up: UInt8, corner: UInt8) -> UInt8 {
    switch self {
    case .none: return 0
    case .sub: return left
    case .up: return up
    case .average: return UInt8((Int(left) + Int(up)) / 2)
    case .paeth:
      let estimate = Int(left) + Int(up) - Int(corner)
      let a = abs(estimate - Int(left))
      let b = abs(estimate - Int(up))
      let c = abs(estimate - Int(corner))
      return a <= b && a <= c ? left : b <= c ? up : corner
    }
  }
}

private func bigEndian(_ value: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

private func appendChunk(_ name: String, _ data: [UInt8], to file: inout [UInt8]) {
  let body = Array(name.utf8) + data
  file += bigEndian(UInt32(data.count))
  file += body
  file += bigEndian(UInt32(truncatingIfNeeded: crc32(0, body, UInt32(body.count))))
}

private func compressed(_ bytes: [UInt8]) -> [UInt8] {
  var length = compressBound(UInt(bytes.count))
  var result = [UInt8](repeating: 0, count: Int(length))
  let code = compress2(&result, &length, bytes, UInt(bytes.count), Z_DEFAULT_COMPRESSION)
  // With a buffer of the stated bound, zlib fails only for lack of memory.
  require(code == Z_OK, "zlib could not compress \(bytes.count) bytes (code \(code))")
  return Array(result.prefix(Int(length)))
}
