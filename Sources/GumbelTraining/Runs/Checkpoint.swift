import GumbelFiles
import GumbelTensors

/// Tensors and text in a file of the safetensors format.
///
/// A file is an 8-byte little-endian length, a JSON header of that length, and the tensors' bytes
/// one after another. Files are written beside, synced and renamed, so a reader meets the old
/// checkpoint or the new one, never a part.
public enum Checkpoint {
  /// Writes the tensors of a group under their names.
  ///
  /// - Parameters:
  ///   - group: the tensors, whose names have to differ.
  ///   - metadata: kept as the format's `__metadata__`.
  ///   - path: of the file.
  /// - Throws: what `AtomicFile` throws; an existing file is then unchanged.
  public static func write(
    _ group: some TensorGroup, metadata: [String: String] = [:], to path: String
  ) throws {
    try AtomicFile.write(bytes(of: group, metadata: metadata), to: path)
  }

  /// The same in a directory of ours, where a symbolic link is not written through.
  static func replace(
    _ path: String, with group: some TensorGroup, metadata: [String: String]
  ) throws {
    try AtomicFile.replace(path, with: bytes(of: group, metadata: metadata))
  }

  /// The bytes of a checkpoint.
  public static func bytes(
    of group: some TensorGroup, metadata: [String: String] = [:]
  ) throws -> [UInt8] {
    let named = group.namedTensors
    var header: [String: Entry] = [:]
    var offset = 0
    for (name, tensor) in named {
      require(header[name] == nil, "Checkpoint: two tensors are named \(name)")
      let end = offset + tensor.type.byteCount
      header[name] = .tensor(
        TensorEntry(
          dtype: tensor.elementType == .float32 ? "F32" : "I32", shape: tensor.shape.dimensions,
          data_offsets: [offset, end]))
      offset = end
    }
    if !metadata.isEmpty { header[metadataName] = .metadata(metadata) }
    var json = [UInt8](try JSONCoding.encode(header))
    // Padded so that the tensors are aligned where the file is mapped.
    while (8 + json.count) % 64 != 0 { json.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + json.count + offset)
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: json.count >> (8 * shift))) }
    bytes.append(contentsOf: json)
    for (_, tensor) in named { tensor.withLittleEndianBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// Reads a checkpoint into a group of the same structure.
  ///
  /// - Returns: the metadata.
  /// - Throws: ``CheckpointError`` for a file that is missing, damaged, or of another structure:
  ///   a name too many is as much of an error as one missing. The group is then unchanged.
  public static func read(_ group: inout some TensorGroup, from path: String) throws -> [String:
    String]
  {
    let tensors = group.namedTensors.reduce(0) { $0 + $1.tensor.type.byteCount }
    let bytes = try RunFile.bytes(
      of: path, limit: 8 + RunFile.Limit.header + tensors, expected: "a checkpoint file")
    return try read(&group, bytes: bytes, path: path)
  }

  /// The metadata of a checkpoint of any tensors, which are not read.
  package static func metadata(at path: String) throws -> [String: String] {
    func first(_ count: Int) throws -> [UInt8] {
      try RunFile.bytes(of: path, limit: .max, expected: "a checkpoint file", first: count)
    }
    func notOne(_ found: String) -> CheckpointError {
      CheckpointError(path: path, problem: "is not a whole safetensors file: \(found)")
    }
    let start = try first(8)
    guard start.count == 8 else { throw notOne("it has \(start.count) bytes") }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(start[$1]) << (8 * UInt64($1)) }
    guard length <= UInt64(RunFile.Limit.header) else {
      throw notOne(
        "its header should have \(length) bytes, expected at most \(RunFile.Limit.header)")
    }
    let bytes = try first(8 + Int(length))
    guard bytes.count == 8 + Int(length),
      let header = try? JSONCoding.decode([String: Entry].self, from: bytes[8...])
    else { throw notOne("the header is not the JSON that the format prescribes") }
    guard case .metadata(let text)? = header[metadataName] else { return [:] }
    return text
  }

  package static func read(
    _ group: inout some TensorGroup, bytes: [UInt8], path: String
  ) throws -> [String: String] {
    func damaged(_ what: String) -> CheckpointError {
      CheckpointError(path: path, problem: "is not a whole safetensors file: \(what)")
    }
    guard bytes.count >= 8 else {
      throw damaged("it has \(bytes.count) bytes, expected a header length of 8")
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    guard length <= UInt64(bytes.count - 8) else {
      throw damaged("the header should have \(length) bytes, \(bytes.count - 8) follow")
    }
    let start = 8 + Int(length)
    let header: [String: Entry]
    do {
      header = try JSONCoding.decode([String: Entry].self, from: bytes[8..<start])
    } catch {
      throw damaged("the header is not the JSON that the format prescribes")
    }

    var remaining = header
    var metadata: [String: String] = [:]
    if case .metadata(let text)? = remaining.removeValue(forKey: metadataName) { metadata = text }
    var tensors: [Tensor] = []
    var taken: [Range<Int>] = []
    for (name, expected) in group.namedTensors {
      guard case .tensor(let entry)? = remaining.removeValue(forKey: name) else {
        throw CheckpointError(path: path, problem: "has no tensor \(name)")
      }
      let dtype = expected.elementType == .float32 ? "F32" : "I32"
      guard entry.dtype == dtype, entry.shape == expected.shape.dimensions else {
        throw CheckpointError(
          path: path,
          problem: "has tensor \(name) as \(entry.dtype)\(entry.shape), "
            + "expected \(dtype)\(expected.shape.dimensions)")
      }
      guard entry.data_offsets.count == 2, entry.data_offsets[0] >= 0,
        entry.data_offsets[1] >= entry.data_offsets[0],
        entry.data_offsets[1] <= bytes.count - start,
        entry.data_offsets[1] - entry.data_offsets[0] == expected.type.byteCount
      else {
        throw damaged(
          "tensor \(name) lies at \(entry.data_offsets) of \(bytes.count - start) bytes")
      }
      let range = (start + entry.data_offsets[0])..<(start + entry.data_offsets[1])
      tensors.append(Tensor(littleEndianBytes: bytes[range], type: expected.type))
      taken.append(range)
    }
    if let name = remaining.keys.min() {
      throw CheckpointError(path: path, problem: "has a tensor \(name) that is not expected here")
    }
    // The format allows neither gaps nor overlaps, nor anything after the last tensor.
    let end = taken.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
      .reduce(start) { $0 == $1.lowerBound ? $1.upperBound : -1 }
    guard end == bytes.count else {
      throw damaged("its tensors do not fill the \(bytes.count - start) bytes after the header")
    }
    var next = 0
    group.updateEach {
      $0 = tensors[next]
      next += 1
    }
    return metadata
  }

  private static let metadataName = "__metadata__"

  private struct TensorEntry: Codable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  private enum Entry: Codable {
    case tensor(TensorEntry)
    case metadata([String: String])

    init(from decoder: any Decoder) throws {
      if let entry = try? TensorEntry(from: decoder) {
        self = .tensor(entry)
      } else {
        self = .metadata(try [String: String](from: decoder))
      }
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .tensor(let entry): try entry.encode(to: encoder)
      case .metadata(let text): try text.encode(to: encoder)
      }
    }
  }
}

/// Why a checkpoint was not read: the file, what was found in it, and what was expected.
public typealias CheckpointError = RunError
