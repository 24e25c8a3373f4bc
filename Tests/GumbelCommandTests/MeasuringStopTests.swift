import Foundation
import Testing

/// What is measured after an epoch takes long: a signal ends that too, the epoch stays open, and the
/// run goes on to the bits of one that nobody stopped.
@Suite struct MeasuringStopTests {
  struct Training: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// Of two steps an epoch, and much to measure.
    let arguments: [String]
  }

  static let trainings = [
    Training(
      testDescription: "vae train",
      arguments: [
        "vae", "train", "images", "--latent", "categorical:4x4", "--encoder", "mlp:8",
        "--decoder", "mlp:1024,1024", "--test-fraction", "0.99", "--batch-size", "80",
        "--test-samples", "1",
      ]),
    Training(
      testDescription: "text train",
      arguments: [
        "text", "train", "texts", "--hidden", "64", "--embedding", "4", "--batch-size", "100",
        "--test-fraction", "0.9", "--max-length", "400", "--samples", "4",
      ]),
    Training(
      testDescription: "text train, GAN",
      arguments: [
        "text", "train", "texts", "--objective", "gan", "--hidden", "64", "--embedding", "4",
        "--batch-size", "100", "--test-fraction", "0.9", "--max-length", "400", "--samples", "4",
      ]),
  ]

  @Test(arguments: trainings) func aSignalWhileTheEpochIsMeasured(_ training: Training) throws {
    let folder = try TemporaryFolder()
    try SmallImages.idx(16_000).write(to: folder.url("images"))
    let texts = (0..<2000).map { text in
      String(repeating: String("abcde".dropFirst(text % 3)), count: 40 + text % 40)
    }
    try folder.write(texts.joined(separator: "\n") + "\n", to: "texts")
    let arguments = training.arguments + ["--quiet", "--epochs", "2", "--checkpoint"]
    let whole = try Gumbel.run(arguments + ["whole", "--json", "whole.json"], in: folder.folder)
    #expect(whole.status == 0, "\(whole.errors)")

    let checkpoint = folder.url("broken/checkpoint.safetensors")
    var openEpochs = 0
    for (round, signal) in [SIGINT, SIGTERM, SIGHUP, SIGINT].enumerated() {
      let before = events(in: folder)
      // Saved after the first step of an epoch, too: the second is followed by measuring.
      let saving = ["broken", "--save-every", "0"] + (round == 0 ? [] : ["--resume"])
      let process = try ChildProcess(arguments + saving, in: folder.folder)
      // A resumed run measures as soon as its log is open.
      process.wait {
        round == 0
          ? FileManager.default.fileExists(atPath: checkpoint.path) : events(in: folder) > before
      }
      Thread.sleep(forTimeInterval: 0.05)
      let start = Date()
      process.send(signal)
      let outcome = try process.wait()
      #expect(!outcome.wasKilled, "\(outcome.errors)")
      #expect([0, 128 + signal].contains(outcome.status), "\(outcome.errors)")
      // Two seconds, and what a busy machine may take.
      #expect(Date().timeIntervalSince(start) < 10)
      if isOpen(checkpoint) { openEpochs += 1 }
      if outcome.status == 0 { break }
    }
    // A sanitizer's process may not come to measuring in time.
    #expect(openEpochs > 0 || Sanitizer.current != nil)
    let rest = try Gumbel.run(
      arguments + ["broken", "--resume", "--json", "broken.json"], in: folder.folder)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(!isOpen(checkpoint))
    let found = try ["whole", "broken"].map {
      try tensors(of: folder.url($0 + "/checkpoint.safetensors"))
    }
    #expect(found[0].names == found[1].names)
    #expect(found[0].bytes == found[1].bytes)
    let logs = try ["whole", "broken"].map {
      linesWithoutSeconds(try folder.read($0 + "/metrics.jsonl"))
    }
    #expect(logs[0].count == 2)
    #expect(logs[0] == logs[1])
  }

  private func events(in folder: TemporaryFolder) -> Int {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.url("broken").path)
    return names?.count { $0.hasPrefix("events.") } ?? 0
  }

  private func isOpen(_ checkpoint: URL) -> Bool {
    let start = (try? Data(contentsOf: checkpoint).prefix(1 << 16)) ?? Data()
    return String(decoding: start, as: UTF8.self).contains("\"epoch\":\"open\"")
  }
}
