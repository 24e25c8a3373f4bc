/// A reader that is tried with any bytes: it may throw, and must not trap, hang, or take more memory
/// than its limits say. Where there are two ways to a result they must agree.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Valid files, from which mutations begin. ``read`` does not throw on them.
  package let seeds: [[UInt8]]
  /// Words of the format, of which mutations are made.
  package let words: [String]
  package let read: @Sendable ([UInt8]) throws -> Void

  init(
    _ name: String, seeds: [[UInt8]], words: [String] = [],
    read: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.seeds = seeds
    self.words = words
    self.read = read
  }

  /// All of them: a new reader is a line here.
  package static let all: [FuzzTarget] = [
    .png, .idx, .npy, .npz, .pixels, .gzip,
    .table, .symbols, .lines, .lineStates, .numbers, .number, .dates,
    .text, .grammar, .gbnf, .masks,
    .checkpoint, .settings, .results, .metrics, .run, .arguments,
  ]

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Ends the process where a result is not what another way of reading gives.
func expectSame<T: Equatable>(_ a: T, _ b: T, _ what: String) {
  if a != b { fatalError("\(what): \(a) is not \(b)") }
}

/// What a reader gives, or the error in words.
func outcome<T>(_ read: () throws -> T) -> Result<T, FuzzError> {
  do { return .success(try read()) } catch { return .failure(FuzzError(text: "\(error)")) }
}

struct FuzzError: Error, Equatable { let text: String }
