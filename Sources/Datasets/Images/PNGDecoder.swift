import CZlib

/// Decodes PNG files: grey of 1 to 16 bits, colours of 8 and 16 bits and palettes, with
/// transparency or without, to bytes of grey or of red, green and blue.
///
/// 16 bits are rounded to 8; what is transparent shows white behind. Colours that are all grey are
/// given as grey. Interlaced files are refused. Source: the PNG Specification, third edition (W3C
/// 2025).
struct PNGDecoder {
  let bytes: [UInt8]
  /// The most pixels to accept.
  let limit: Int

  private var header: PNGHeader!
  private var palette: [UInt8] = []
  /// The colour, or the palette's opacities, of the chunk tRNS.
  private var transparency: [UInt8] = []

  struct Image: Equatable {
    var width, height, channels: Int
    var bytes: [UInt8]
  }

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  init(_ bytes: [UInt8], limit: Int) {
    self.bytes = bytes
    self.limit = limit
  }

  mutating func decode() throws(PNGFailure) -> Image {
    guard bytes.starts(with: Self.signature) else { throw PNGFailure(.signature, byte: 0) }
    let inflater = ZlibInflater()
    var position = Self.signature.count
    var isEnded = false
    var data: [UInt8] = []
    while !isEnded {
      let start = position
      let (name, content) = try chunk(at: &position)
      if header == nil, name != "IHDR" { throw PNGFailure(.missingChunk("IHDR"), byte: start) }
      switch name {
      case "IHDR":
        guard header == nil else { throw PNGFailure(.unknown("second chunk IHDR"), byte: start) }
        header = try PNGHeader(bytes[content], limit: limit, at: content.lowerBound)
      case "PLTE":
        palette = Array(bytes[content])
        guard palette.count % 3 == 0, 3...768 ~= palette.count else {
          throw PNGFailure(.palette, byte: start)
        }
      case "tRNS": transparency = Array(bytes[content])
      case "IDAT":
        do throws(PNGFailure) {
          try inflater.inflate(bytes[content], onto: &data, limit: header.dataCount)
        } catch {
          throw PNGFailure(error.problem, byte: content.lowerBound + error.byte)
        }
      case "IEND": isEnded = true
      default:
        // A lower-case first letter says that the chunk may be passed over.
        guard bytes[start + 4] & 0x20 != 0 else {
          throw PNGFailure(.unknown("chunk \(quoted(name))"), byte: start + 4)
        }
      }
    }
    guard data.count == header.dataCount else {
      throw PNGFailure(
        .dataCount(found: data.count, expected: header.dataCount), byte: bytes.count)
    }
    if header.colour == .palette, palette.isEmpty {
      throw PNGFailure(.missingChunk("PLTE"), byte: bytes.count)
    }
    try unfilter(&data)
    return try image(data)
  }

  /// The chunk at a position: its name, and where its content is.
  private func chunk(at position: inout Int) throws(PNGFailure) -> (String, Range<Int>) {
    guard position + 12 <= bytes.count else {
      throw PNGFailure(.truncated, byte: bytes.count)
    }
    let length = bigEndian(bytes, position)
    let content = (position + 8)..<(position + 8 + length)
    guard content.upperBound + 4 <= bytes.count else {
      throw PNGFailure(.truncated, byte: bytes.count)
    }
    let name = String(decoding: bytes[(position + 4)..<(position + 8)], as: UTF8.self)
    let checksum = bytes[(position + 4)..<content.upperBound].withUnsafeBufferPointer {
      crc32(0, $0.baseAddress, UInt32($0.count))
    }
    guard Int(checksum) == bigEndian(bytes, content.upperBound) else {
      throw PNGFailure(.checksum(chunk: name), byte: content.upperBound)
    }
    position = content.upperBound + 4
    return (name, content)
  }

  /// Undoes the filters of the lines in place.
  private func unfilter(_ data: inout [UInt8]) throws(PNGFailure) {
    let (step, lineCount) = (header.pixelStep, header.lineCount)
    for line in 0..<header.height {
      let start = line * (lineCount + 1)
      let filter = data[start]
      guard filter <= 4 else {
        throw PNGFailure(.filter(Int(filter), line: line + 1), byte: bytes.count)
      }
      if filter == 0 { continue }
      for i in (start + 1)...(start + lineCount) {
        let left = i - step > start ? Int(data[i - step]) : 0
        let above = line > 0 ? Int(data[i - lineCount - 1]) : 0
        let diagonal = line > 0 && i - step > start ? Int(data[i - step - lineCount - 1]) : 0
        let prediction: Int
        switch filter {
        case 1: prediction = left
        case 2: prediction = above
        case 3: prediction = (left + above) / 2
        default:
          // Paeth: the neighbour nearest to left + above - diagonal.
          let (a, b) = (abs(above - diagonal), abs(left - diagonal))
          let c = abs(left + above - 2 * diagonal)
          prediction = a <= b && a <= c ? left : b <= c ? above : diagonal
        }
        data[i] &+= UInt8(prediction)
      }
    }
  }

  /// The pixels as bytes of one or three channels.
  private func image(_ data: [UInt8]) throws(PNGFailure) -> Image {
    let samples = PNGSamples(
      header: header, palette: palette, transparency: transparency, data: data)
    var rgb: [UInt8] = []
    rgb.reserveCapacity(3 * header.width * header.height)
    for row in 0..<header.height {
      for column in 0..<header.width {
        guard let colour = samples.colour(row, column) else {
          throw PNGFailure(.palette, byte: bytes.count)
        }
        rgb.append(colour.0)
        rgb.append(colour.1)
        rgb.append(colour.2)
      }
    }
    let pixels = stride(from: 0, to: rgb.count, by: 3)
    if pixels.allSatisfy({ rgb[$0] == rgb[$0 + 1] && rgb[$0] == rgb[$0 + 2] }) {
      return Image(
        width: header.width, height: header.height, channels: 1, bytes: pixels.map { rgb[$0] })
    }
    return Image(width: header.width, height: header.height, channels: 3, bytes: rgb)
  }
}

/// A problem, and the byte of the file, from 0, where it is.
struct PNGFailure: Error {
  let problem: PNGProblem
  let byte: Int

  init(_ problem: PNGProblem, byte: Int) {
    self.problem = problem
    self.byte = byte
  }
}

func bigEndian(_ bytes: some RandomAccessCollection<UInt8>, _ position: Int) -> Int {
  bytes.dropFirst(position).prefix(4).reduce(0) { $0 << 8 | Int($1) }
}
