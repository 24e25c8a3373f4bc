import Foundation
import Testing

@testable import GumbelFiles

// In the suite that goes one after the other: one of its tests limits the size of files.
extension AtomicFileTests {
  private func copyInPlace(_ new: [UInt8], into target: String) throws {
    let source = target + ".new"
    FileManager.default.createFile(atPath: source, contents: Data(new))
    let descriptor = open(source, O_RDONLY)
    defer {
      close(descriptor)
      unlink(source)
    }
    try InPlaceWriting.copy(descriptor, into: target, for: "given")
  }

  @Test(arguments: [0, 1, 99_999, 200_000], [0, 1, 99_999, 200_001])
  func writesInPlace(old: Int, new: Int) throws {
    let path = NSTemporaryDirectory() + "gumbel-in-place-\(UUID().uuidString)"
    defer { unlink(path) }
    FileManager.default.createFile(
      atPath: path, contents: Data(repeating: 7, count: old), attributes: [.posixPermissions: 0o640]
    )
    let bytes = (0..<new).map { UInt8(truncatingIfNeeded: $0) }
    try copyInPlace(bytes, into: path)
    #expect(FileManager.default.contents(atPath: path) == Data(bytes))
  }

  /// A limit of a file's size stands for a full disk.
  @Test func whereThereIsNoSpaceTheOldBytesStay() throws {
    let path = NSTemporaryDirectory() + "gumbel-in-place-\(UUID().uuidString)"
    let source = path + ".new"
    let old = Data(repeating: 7, count: 5000)
    FileManager.default.createFile(atPath: path, contents: old)
    FileManager.default.createFile(atPath: source, contents: Data(repeating: 8, count: 300_000))
    let descriptor = open(source, O_RDONLY)
    defer {
      close(descriptor)
      unlink(source)
      unlink(path)
    }
    try withLargestFile(100_000) {
      #expect(throws: OutputError(path: "given", problem: .system(code: EFBIG))) {
        try InPlaceWriting.copy(descriptor, into: path, for: "given")
      }
    }
    #expect(FileManager.default.contents(atPath: path) == old)
  }
}
