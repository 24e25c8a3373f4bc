/// What is wrong with a PNG file.
public enum PNGProblem: Equatable, Sendable {
  /// The file does not begin as PNG files do.
  case signature
  /// The file ends inside a chunk, or before its last.
  case truncated
  /// A chunk's checksum is not that of its bytes.
  case checksum(chunk: String)
  /// The chunk that has to come first, or one that is needed, is not there.
  case missingChunk(String)
  /// The header has extents of 0 or of 2³¹ and more.
  case extents(width: Int, height: Int)
  /// More pixels than the limit, which is asked before memory is taken.
  case tooManyPixels(width: Int, height: Int, limit: Int)
  /// No PNG files have this kind of colour in this many bits.
  case colourType(Int, bits: Int)
  /// A method of compression, filtering or interlacing, or a critical chunk, that is not known.
  case unknown(String)
  /// The compressed data are damaged, by zlib's words for it.
  case compression(String)
  /// The data inflate to more or fewer bytes than the header says.
  case dataCount(found: Int, expected: Int)
  /// A line's filter is not one of 0 to 4.
  case filter(Int, line: Int)
  /// A palette is not of 1 to 256 colours, or a pixel is none of them.
  case palette
}

extension PNGProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .signature: "is not a PNG file"
    case .truncated: "the PNG file ends too early"
    case .checksum(let chunk): "the checksum of the chunk \(quoted(chunk)) is wrong"
    case .missingChunk(let name): "found no chunk \(name) where there should be one"
    case .extents(let width, let height): "found extents \(width)x\(height), expected positive ones"
    case .tooManyPixels(let width, let height, let limit):
      "found extents \(width)x\(height), expected at most \(limit) pixels in all"
    case .colourType(let type, let bits):
      "colour type \(type) with \(bits) bits, expected one that PNG files have"
    case .unknown(let what): "unknown \(what)"
    case .compression(let reason): "the compressed pixels are damaged (\(reason))"
    case .dataCount(let found, let expected):
      "the pixels take \(counted(found, "byte")), expected \(expected)"
    case .filter(let filter, let line):
      "filter \(filter) in line \(line), expected one from 0 to 4"
    case .palette: "the palette is not of 1 to 256 colours, or has not all those of the pixels"
    }
  }
}
