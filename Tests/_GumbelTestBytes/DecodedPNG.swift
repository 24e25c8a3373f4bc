import GumbelFiles

/// A PNG file taken apart by the book, to check what the encoder writes.
package struct DecodedPNG {
  package enum Failure: Error, Equatable {
    case signature, truncated, checksum(String), inflate, filter(UInt8), header
  }

  package var width = 0
  package var height = 0
  package var channels = 0
  package var chunkNames: [String] = []
  package var pixels: [UInt8] = []
  /// Pixels a metre, if the file says so.
  package var density: Int?

  package init(_ file: [UInt8]) throws {
    guard file.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Failure.signature }
    var position = 8
    var compressed: [UInt8] = []
    func integer(_ at: Int) throws -> Int {
      guard at + 4 <= file.count else { throw Failure.truncated }
      return file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    while position < file.count {
      let length = try integer(position)
      let end = position + 8 + length
      guard end + 4 <= file.count else { throw Failure.truncated }
      let name = String(decoding: file[position + 4..<position + 8], as: UTF8.self)
      guard try integer(end) == crc(of: file[position + 4..<end]) else {
        throw Failure.checksum(name)
      }
      chunkNames.append(name)
      let data = Array(file[position + 8..<end])
      switch name {
      case "IHDR":
        width = try integer(position + 8)
        height = try integer(position + 12)
        guard length == 13, data[8] == 8, let count = [0: 1, 2: 3, 6: 4][data[9]],
          data[10...] == [0, 0, 0]
        else { throw Failure.header }
        channels = count
      case "pHYs": density = try integer(position + 8)
      case "IDAT": compressed += data
      default: break
      }
      position = end + 4
    }
    pixels = try Self.unfiltered(
      Self.inflated(compressed, count: height * (width * channels + 1)), height: height,
      length: width * channels, pixel: channels)
  }

  /// The bytes of the pixel at a place.
  package func pixel(x: Int, y: Int) -> [UInt8] {
    let start = (y * width + x) * channels
    return Array(pixels[start..<start + channels])
  }

  private static func inflated(_ bytes: [UInt8], count: Int) throws -> [UInt8] {
    let inflater = Inflater(.zlib)
    return try bytes.withUnsafeBufferPointer { bytes in
      inflater.supply(bytes)
      var (result, isEnded): ([UInt8], Bool) = ([], false)
      var room = [UInt8](repeating: 0, count: 1 << 16)
      while !isEnded {
        switch inflater.inflate(into: &room, limit: 1 << 16) {
        case .bytes(let count): result += room[..<count]
        case .end: isEnded = true
        case .needsInput, .corrupt: throw Failure.inflate
        }
      }
      guard result.count == count else { throw Failure.inflate }
      return result
    }
  }

  private static func unfiltered(
    _ bytes: [UInt8], height: Int, length: Int, pixel: Int
  ) throws -> [UInt8] {
    var result: [UInt8] = []
    for row in 0..<height {
      let start = row * (length + 1)
      for column in 0..<length {
        let left = column < pixel ? 0 : Int(result[row * length + column - pixel])
        let up = row == 0 ? 0 : Int(result[(row - 1) * length + column])
        let corner =
          row == 0 || column < pixel ? 0 : Int(result[(row - 1) * length + column - pixel])
        let prediction: Int
        switch bytes[start] {
        case 0: prediction = 0
        case 1: prediction = left
        case 2: prediction = up
        case 3: prediction = (left + up) / 2
        case 4:
          // Of the three neighbours the nearest to left + up - corner, ties in this order.
          let estimate = left + up - corner
          prediction =
            [left, up, corner].enumerated().min {
              (abs($0.element - estimate), $0.offset) < (abs($1.element - estimate), $1.offset)
            }!.element
        default: throw Failure.filter(bytes[start])
        }
        result.append(bytes[start + 1 + column] &+ UInt8(prediction))
      }
    }
    return result
  }
}
