/// Each way in which a file can be wrong, whatever is looked for in it.
public enum FileProblem: InputProblem {
  /// There is no file at the path.
  case missing
  /// The path leads to a directory.
  case directory
  /// The system refuses to open the file, with this error number.
  case notOpened(code: Int32)
  /// The system fails to read on, with this error number.
  case readFailed(code: Int32)
  /// A file from which bytes are read as they are wanted has become shorter than it was.
  case shortened(found: Int, expected: Int)
  /// The reading was asked to stop before it was complete.
  case interrupted
  /// The text is in UTF-16, by its byte-order mark.
  case utf16
  /// A gzip file ends too early: how many bytes it has.
  case gzipTruncated(byte: Int)
  /// A gzip file is damaged at a byte, counted from 0, by zlib's words for it.
  case gzipCorrupt(byte: Int, reason: String)
  /// A gzip file holds more than both so many bytes and so many times its own size.
  case inflatesTooMuch(limit: Int, growth: Int)
  /// The file is compressed in a form that is not read, but unpacked by this program.
  case compressed(program: String)
  /// The file is a zip archive, as `.npz` and `.xlsx` files are.
  case archive
  /// The file is something else by its first bytes: what it is, and what was expected.
  case otherKind(String, expected: String)
  /// A ZIP archive is damaged, or has not what is wanted of it.
  case zip(ZIPProblem)
  /// A PNG file is damaged, or of a kind that is not read, at a byte counted from 0.
  case png(PNGProblem, byte: Int)
}

extension FileProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing: "no such file"
    case .directory: "is a directory, expected a file"
    case .notOpened(let code): "cannot be opened: \(systemReason(code))"
    case .readFailed(let code): "reading failed: \(systemReason(code))"
    case .shortened(let found, let expected):
      "has become shorter while it was read: \(counted(found, "byte")), expected \(expected)"
    case .interrupted: "interrupted before the end"
    case .utf16: "starts with a UTF-16 byte-order mark, expected UTF-8"
    case .gzipTruncated(let byte):
      "the gzip file ends after \(counted(byte, "byte")), inside its data"
    case .gzipCorrupt(let byte, let reason):
      "byte \(byte): the gzip file is damaged (\(reason))"
    case .inflatesTooMuch(let limit, let growth):
      "the gzip file holds more than \(limit) bytes and \(growth) times its size, the limit"
    case .compressed(let program):
      "is compressed by \(program), expected plain or gzip; unpack it first with \(program) -d"
    case .archive: "is a zip archive, expected text; unpack it first"
    case .otherKind(let kind, let expected): "is \(kind), expected \(expected)"
    case .zip(let problem): "\(problem)"
    case .png(let problem, let byte): "byte \(byte): \(problem)"
    }
  }
}
