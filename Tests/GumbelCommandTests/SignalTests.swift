import Foundation
import Testing

/// Signals at random moments, hundreds of them: every training ends at once, keeps what it has, and
/// goes on to the bits of a run that nobody stopped. Layers are wide enough that products are in the
/// library's large buffers, where signals once corrupted the heap.
@Suite(.serialized) struct SignalTests {
  enum Kept { case directory, json }

  struct Training: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let arguments: [String]
    var kept = Kept.directory
  }

  static let trainings = [
    Training(
      testDescription: "vae train",
      arguments: [
        "vae", "train", "images", "--latent", "categorical:8x8", "--encoder", "mlp:128,128",
        "--batch-size", "99", "--epochs", "150", "--test-samples", "5",
      ]),
    Training(
      testDescription: "text train, LSTM",
      arguments: ["text", "train", "texts", "--hidden", "128", "--epochs", "15"]),
    Training(
      testDescription: "text train, Transformer",
      arguments: [
        "text", "train", "texts", "--model", "transformer", "--hidden", "128", "--epochs", "8",
      ]),
    Training(
      testDescription: "text train, GAN",
      arguments: [
        "text", "train", "texts", "--objective", "gan", "--hidden", "96", "--epochs", "8",
      ]),
    Training(
      testDescription: "vae compare",
      arguments: [
        "vae", "compare", "images", "--latent", "categorical:4x4", "--encoder", "mlp:128",
        "--estimator", "gumbel-softmax", "--estimator", "rloo", "--estimator", "reinmax",
        "--epochs",
        "20", "--batch-size", "90", "--samples", "2",
      ], kept: .json),
    Training(
      testDescription: "learn",
      arguments: [
        "learn", "--epochs", "40", "--rounds", "300", "--discriminator", "mlp", "--hidden", "128",
        "--save-every", "0",
      ]),
  ]

  @Test(arguments: trainings) func signalsAtRandomMomentsLoseNothing(_ training: Training) throws {
    let folder = try SmallImages.folder()
    let texts = (0..<300).map { text in
      String(decoding: (0..<(4 + text % 9)).map { letter(text, $0) }, as: UTF8.self)
    }
    try folder.write(texts.joined(separator: "\n") + "\n", to: "texts")
    let option = training.kept == .json ? "--json" : "--checkpoint"
    let start = Date()
    let whole = try Gumbel.run(
      training.arguments + ["--quiet", option, "whole"], in: folder.folder)
    let duration = Date().timeIntervalSince(start)
    #expect(whole.status == 0, "\(whole.errors)")

    var random = LinearCongruential()
    let signals = [SIGINT, SIGTERM, SIGHUP]
    let saved = folder.url(training.kept == .directory ? "broken/checkpoint.safetensors" : "broken")
    for round in 0..<40 {
      let begins = !FileManager.default.fileExists(atPath: saved.path)
      if begins { try? FileManager.default.removeItem(at: folder.url("broken")) }
      let process = try ChildProcess(
        training.arguments + ["--quiet", option, "broken"] + (begins ? [] : ["--resume"]),
        in: folder.folder)
      // Neither before the command has taken the signals over nor, mostly, after it is done.
      Thread.sleep(forTimeInterval: 0.03 + random.next() * min(duration, 1) * 0.6)
      process.send(signals[round % 3])
      let outcome = try process.wait()
      #expect(!outcome.wasKilled, "round \(round): \(outcome.errors)")
      #expect(
        [0, 128 + signals[round % 3]].contains(outcome.status),
        "round \(round): status \(outcome.status): \(outcome.errors)")
      if outcome.status == 0 {
        try expectSame(folder, training)
        try FileManager.default.removeItem(at: folder.url("broken"))
      } else {
        #expect(
          outcome.errorLines.count { $0.hasPrefix("gumbel: ") } == 1, "\(outcome.errors)")
      }
    }
    let resumes = FileManager.default.fileExists(atPath: saved.path) ? ["--resume"] : []
    if resumes.isEmpty { try? FileManager.default.removeItem(at: folder.url("broken")) }
    let rest = try Gumbel.run(
      training.arguments + ["--quiet", option, "broken"] + resumes, in: folder.folder)
    #expect(rest.status == 0, "\(rest.errors)")
    try expectSame(folder, training)
  }

  private func letter(_ text: Int, _ place: Int) -> UInt8 {
    UInt8(ascii: "a") + UInt8((text * 7 + place * place) % 8)
  }

  private func expectSame(_ folder: TemporaryFolder, _ training: Training) throws {
    switch training.kept {
    case .json:
      let results = try ["whole", "broken"].map { name in
        withoutSeconds(
          try JSONSerialization.jsonObject(with: Data(contentsOf: folder.url(name)))) as! NSObject
      }
      #expect(results[0] == results[1])
    case .directory:
      let found = try ["whole", "broken"].map {
        try tensors(of: folder.url($0 + "/checkpoint.safetensors"))
      }
      #expect(found[0].names == found[1].names)
      #expect(found[0].bytes == found[1].bytes)
    }
  }

  private func withoutSeconds(_ value: Any) -> Any {
    switch value {
    case let object as [String: Any]:
      object.filter { !$0.key.lowercased().contains("second") }.mapValues(withoutSeconds)
    case let list as [Any]: list.map(withoutSeconds)
    default: value
    }
  }
}

/// Numbers from 0 to 1, always the same ones.
private struct LinearCongruential {
  private var state: UInt64 = 1

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 40) / Double(1 << 24)
  }
}
