import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

/// All symbols, read one by one.
func symbols(
  in bytes: [UInt8], format: SymbolFormat = .lines, lineLimit: Int = 1 << 20,
  chunk: Int = 1 << 16
) throws -> [String] {
  try withSource(bytes) { source in
    let reader = try SymbolReader(source, format: format, lineLimit: lineLimit, chunk: chunk)
    var result: [String] = []
    while let symbol = try reader.next() { result.append(symbol) }
    return result
  }
}

func symbols(in text: String, format: SymbolFormat = .lines) throws -> [String] {
  try symbols(in: Array(text.utf8), format: format)
}

func load(
  _ text: String, format: SymbolFormat = .lines, categories: Vocabulary? = nil,
  limits: SymbolLimits = SymbolLimits()
) throws -> SymbolFile {
  try withSource(Array(text.utf8)) {
    try SymbolFile.load($0, format: format, categories: categories, limits: limits)
  }
}

/// Expects the message of what `body` throws, or nil if it throws nothing.
func expectMessage(
  _ expected: String?, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> some Any
) {
  let found = thrownMessage(body)
  #expect(found == expected, sourceLocation: sourceLocation)
}

/// Calls `body` with the reading end of a pipe, while `write` runs on another thread with the
/// writing end, which is closed when it returns.
func withPipe<Result>(
  writing write: @escaping @Sendable (Int32) -> Void, _ body: (Int32) throws -> Result
) throws -> Result {
  // A reader that has had enough must not end the process that still writes.
  signal(SIGPIPE, SIG_IGN)
  var ends: [Int32] = [0, 0]
  try #require(pipe(&ends) == 0)
  let (reading, writing) = (ends[0], ends[1])
  let done = DispatchSemaphore(value: 0)
  Thread.detachNewThread {
    write(writing)
    close(writing)
    done.signal()
  }
  defer { done.wait() }
  defer { close(reading) }
  return try body(reading)
}

/// Writes all bytes; false once nobody reads.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 { return false }
    rest.removeFirst(count)
  }
  return true
}
