import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

/// An IDX file.
func idx(code: UInt8 = 0x08, _ extents: [Int], _ data: [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = [0, 0, code, UInt8(extents.count)]
  for extent in extents {
    bytes += bigEndian(extent)
  }
  return bytes + data
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

/// What a folder with one file of these bytes holds.
func readPNG(_ bytes: [UInt8]) throws -> ImageSet {
  try withDirectory { folder in
    try write(bytes, to: folder + "/a.png")
    return try ImageSet.load(folder)
  }
}
