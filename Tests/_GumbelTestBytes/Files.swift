/// How PNG files begin.
public let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

/// A chunk of a PNG file.
public func pngChunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
  let named = Array(name.utf8) + content
  return bigEndian(content.count) + named + bigEndian(crc(of: named))
}

/// An `.npy` file, whose header is not filled up to a multiple of 64 bytes.
public func npyFile(
  _ type: String, _ shape: String, _ data: [UInt8], isFortran: Bool = false
) -> [UInt8] {
  let order = isFortran ? "True" : "False"
  let header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
  return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(header.utf8.count, 2)
    + Array(header.utf8) + data
}

/// A ZIP archive as NumPy writes it, with the sizes of local headers in the field of large files,
/// its members stored or deflated.
public func zipArchive(
  _ members: [(name: String, bytes: [UInt8])], deflating: Bool = false
) -> [UInt8] {
  var (file, directory): ([UInt8], [UInt8]) = ([], [])
  for (name, bytes) in members {
    let data = deflating ? deflated(bytes, in: .none) : bytes
    let start = file.count
    let method = littleEndian(deflating ? 8 : 0, 2)
    let sum = littleEndian(crc(of: bytes), 4)
    let (size, packed) = (bytes.count, data.count)
    let length = littleEndian(name.utf8.count, 2)
    file += Array("PK\u{3}\u{4}".utf8) + littleEndian(45, 2) + littleEndian(0, 2) + method
    file += littleEndian(0, 4) + sum + littleEndian(-1, 4) + littleEndian(-1, 4) + length
    file += littleEndian(20, 2) + Array(name.utf8) + littleEndian(1, 2) + littleEndian(16, 2)
    file += littleEndian(size, 8) + littleEndian(packed, 8) + data
    directory += Array("PK\u{1}\u{2}".utf8) + littleEndian(45, 2) + littleEndian(45, 2)
    directory += littleEndian(0, 2) + method + littleEndian(0, 4) + sum + littleEndian(packed, 4)
    directory += littleEndian(size, 4) + length + littleEndian(0, 12) + littleEndian(start, 4)
    directory += Array(name.utf8)
  }
  let count = littleEndian(members.count, 2)
  return file + directory + Array("PK\u{5}\u{6}".utf8) + littleEndian(0, 4) + count + count
    + littleEndian(directory.count, 4) + littleEndian(file.count, 4) + littleEndian(0, 2)
}
