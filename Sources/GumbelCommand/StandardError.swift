#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

enum StandardError {
  static func print(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
