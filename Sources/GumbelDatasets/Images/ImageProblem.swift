/// Why what was read is not a set of images. Images and pixels count from 1.
public enum ImageProblem: Equatable, Sendable {
  /// The first bytes are those of no form of images that is known here.
  case unknownForm(start: [UInt8])
  /// An IDX file begins with two zeros, the code of its element type and its number of extents.
  case idxMagic(found: [UInt8])
  /// There is no such code of an element type in IDX files.
  case idxElementType(code: UInt8)
  /// Extents that are not those of images, or of labels: what was expected.
  case extents([Int], expected: String)
  /// The pixels take more bytes in memory than the limit.
  case tooManyPixels(extents: [Int], limit: Int)
  /// An array's extents do not say which of them are the channels.
  case channelsUnknown([Int])
  /// There is not one image.
  case noImages
  /// The file ends before the last byte that its header promises.
  case truncated(found: Int, expected: Int)
  /// The file goes on after what its header promises.
  case trailingBytes
  /// A pixel is neither in 0...1 nor a whole number in 0...255.
  case pixelOutOfRange(found: Double, image: Int, pixel: Int)
  /// A fraction is among whole numbers larger than 1, or the other way round.
  case mixedPixels(found: Double, image: Int, pixel: Int)
  /// A label is not a whole number in 0...65535, or none of so many classes.
  case labelOutOfRange(found: Double, image: Int, classes: Int?)
  /// There are more or fewer labels than images.
  case labelCount(found: Int, expected: Int)
  /// A line has one field more than there are pixels, and it is not said which one is the label.
  case labelColumnUnknown(fields: Int)
  /// There are too few images to set some apart for testing.
  case tooFewToSplit(count: Int)
  /// Two parts of a set have images of other extents, or other classes.
  case partsDiffer(String)
  /// An image has other extents than those before it.
  case sizeDiffers(found: [Int], expected: [Int])
  /// A folder has both images and folders of images.
  case mixedFolder
  /// A folder has no PNG files, but so many others, the first of which has this name.
  case noPNGFiles(others: Int, first: String?)
  /// A file of a folder has labels, and those before have none, or the other way round.
  case labelsDiffer(areThere: Bool)
  /// There is neither a file nor a set of the name; those are the sets.
  case noSuchSet([String])
  /// A named set is in none of the folders: how to get it.
  case notInstalled(installation: String, in: [String])
}

extension ImageProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownForm(let start):
      "starts with the bytes \(hexadecimal(start)), expected \(ImageProblem.imageFile)"
    case .idxMagic(let found):
      "starts with the bytes \(hexadecimal(found)), expected those of an IDX file such as "
        + "00 00 08 03"
    case .idxElementType(let code):
      "element type \(hexadecimal([code])), expected one of 08, 09, 0b, 0c, 0d and 0e"
    case .extents(let extents, let expected): "found extents \(extents), expected \(expected)"
    case .tooManyPixels(let extents, let limit):
      "found extents \(extents), which take more than \(limit) bytes, the limit"
    case .channelsUnknown(let extents):
      "found extents \(extents), of which neither the second nor the last alone is a usual number "
        + "of channels, 1, 3 or 4; expected to be told whether the channels are first or last"
    case .noImages: "no images found"
    case .truncated(let found, let expected):
      "the file ends after \(counted(found, "byte")), expected \(expected)"
    case .trailingBytes: "the file goes on after the last element, expected its end"
    case .pixelOutOfRange(let found, let image, let pixel):
      "found \(plain(found)) as pixel \(pixel) of image \(image), expected a number from 0 to 1 "
        + "or a whole number from 0 to 255"
    case .mixedPixels(let found, let image, let pixel) where found == found.rounded():
      "found \(plain(found)) as pixel \(pixel) of image \(image), expected a number from 0 to 1 as "
        + "those before"
    case .mixedPixels(let found, let image, let pixel):
      "found \(plain(found)) as pixel \(pixel) of image \(image), expected a whole number from 0 "
        + "to 255 as those before"
    case .labelOutOfRange(let found, let image, let classes):
      "found \(plain(found)) as label of image \(image), expected a whole number from 0 to "
        + "\((classes ?? 65536) - 1)"
    case .labelCount(let found, let expected):
      "found \(counted(found, "label")), expected \(expected), one for each image"
    case .labelColumnUnknown(let fields):
      "found \(fields) fields, one more than the pixels of an image; expected to be told which "
        + "column has the labels, the first or the last"
    case .tooFewToSplit(let count):
      "found \(counted(count, "image")), expected at least 2, to set some apart for testing"
    case .partsDiffer(let how): "differs from the training images: \(how)"
    case .sizeDiffers(let found, let expected):
      "found an image of \(product(found)), expected \(product(expected)) as those before"
    case .labelsDiffer(true): "has labels, expected none as in the files before"
    case .labelsDiffer(false): "has no labels, expected some as in the files before"
    case .mixedFolder: "has both PNG files and folders of them, expected one or the other"
    case .noPNGFiles(_, nil): "no images found, expected PNG files, or folders of them"
    case .noPNGFiles(let count, let first?):
      "no images found, only \(counted(count, "other entry", plural: "other entries")) such as "
        + "\(quoted(first)); expected PNG files, or folders of them"
    case .noSuchSet(let names):
      "no such file or folder, and no set of this name; the sets are \(listed(names))"
    case .notInstalled(let installation, let folders):
      "not found in \(listed(folders, width: 4096)); get it with: \(installation)"
    }
  }
}

extension ImageProblem {
  /// What is read as images.
  static let imageFile = "an IDX file, an .npy or .npz file, text, or a folder of PNG files"
  /// What is read as labels.
  static let labelFile = "an IDX, .npy or .npz file of labels"
}

private func product(_ extents: [Int]) -> String {
  extents.map(String.init).joined(separator: "x")
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
