import CZlib
import Datasets
import Foundation
import Testing

/// An IDX file.
func idx(code: UInt8 = 0x08, _ extents: [Int], _ data: [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = [0, 0, code, UInt8(extents.count)]
  for extent in extents {
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: extent >> shift)) }
  }
  return bytes + data
}

/// A member of a gzip file.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let code = deflateInit2_(
    &stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  precondition(code == Z_OK)
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1000)
  let count = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<count])
}

/// What an IDX file of images holds.
func idxImages(
  _ bytes: [UInt8], labels: [UInt8]? = nil, classNames: [String]? = nil,
  options: ImageFileOptions = ImageFileOptions()
) throws -> ImageSet {
  try withSource(bytes) { images in
    guard let labels else { return try ImageSet.load(images, options: options) }
    return try withSource(labels) {
      try ImageSet.load(images, labels: $0, classNames: classNames, options: options)
    }
  }
}

/// Images with bytes that differ from pixel to pixel, labelled 0, 1, 2, 0, …
func exampleSet(
  count: Int, height: Int = 3, width: Int = 2, labels: Bool = true
) -> ImageSet {
  let bytes = (0..<(count * height * width)).map { UInt8($0 * 37 % 256) }
  return ImageSet(
    name: "example", bytes: bytes, height: height, width: width,
    labels: labels ? (0..<count).map { Int32($0 % 3) } : nil)
}

func write(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}
