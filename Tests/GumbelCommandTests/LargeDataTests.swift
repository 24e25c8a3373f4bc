import Foundation
import Testing

#if os(Linux)
  /// Images that are larger than what a process may have of memory.
  @Suite struct LargeDataTests {
    private static let images = 2000
    private static let side = 1024

    /// A file of 2 GB that takes a few blocks of the disk.
    private static func writeImages(to url: URL) throws {
      func bigEndian(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
      }
      let header: [UInt8] = [0, 0, 8, 3] + bigEndian(images) + bigEndian(side) + bigEndian(side)
      try Data(header + (0...255)).write(to: url)
      let file = try FileHandle(forWritingTo: url)
      try file.truncate(atOffset: UInt64(header.count + images * side * side))
      try file.close()
    }

    private static func peakMegabytes(of process: Int32) throws -> Int {
      let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return Int(line?.split(separator: " ").dropFirst().first ?? "")! / 1024
    }

    // The process has 900 MB for all that is not a file, of which a step takes some 200, and has 2 GB
    // of images, most of which it has looked at by the first step, since a run knows them by a hash.
    @Test func imagesMayBeLargerThanMemoryAndMustNotBecomeFewer() throws {
      let folder = try TemporaryFolder()
      let data = folder.url("images.idx")
      try Self.writeImages(to: data)
      let line =
        "ulimit -d 900000; exec \"$0\" vae train images.idx --encoder mlp:1 --latent bernoulli:1 "
        + "--batch-size 8 --test-fraction 0.005 --test-samples 1 --quiet --checkpoint run --save-every 0"
      let process = try ChildProcess(
        ["-c", line, Gumbel.path.path], of: URL(fileURLWithPath: "/bin/sh"), in: folder.folder)
      let versions = FileVersions(of: folder.url("run/checkpoint.safetensors"))
      process.wait { versions.haveReached(2) }
      #expect(process.isRunning, "\(process.errors)")
      guard process.isRunning else { return }
      let peak = try Self.peakMegabytes(of: process.identifier)
      #expect(peak < 700, "of \(Self.images) MiB")

      let file = try FileHandle(forWritingTo: data)
      try file.truncate(atOffset: 1 << 20)
      try file.close()
      let outcome = try process.wait()
      #expect(outcome.status == 1 && !outcome.wasKilled)
      #expect(outcome.errorLines.count == 1)
      // By whoever saw it first: the look at its size, or the processor in the midst of a batch.
      #expect(outcome.errors.contains(" has become shorter"))
    }
  }
#endif
