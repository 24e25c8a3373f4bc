import Foundation
import Testing
import _GumbelTestDevice

/// What is computed on a device is what the host computes: draws, classes and symbols the same, and
/// numbers up to rounding.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized) struct DeviceTests {
  private static let device = ["--device", XLAPlugin.path ?? ""]
  /// What is compiled is kept here, for all tests.
  private static let programs = Result { try TemporaryFolder() }

  /// Runs the command.
  private func run(
    _ arguments: [String], on device: [String] = [], in folder: TemporaryFolder
  ) throws -> String {
    var environment = ProcessInfo.processInfo.environment
    environment["GUMBEL_XLA_CACHE"] = try Self.programs.get().folder.path
    let outcome = try ChildProcess(
      arguments + device, in: folder.folder, environment: environment
    ).wait()
    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome.output
  }

  /// Runs the command on the host and on the device.
  private func both<Result>(
    _ arguments: [String], in folder: TemporaryFolder, _ result: (String) throws -> Result
  ) throws -> (host: Result, device: Result) {
    try (
      host: result(run(arguments, in: folder)),
      device: result(run(arguments, on: Self.device, in: folder))
    )
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    #expect(a.count == b.count && !a.isEmpty)
    return zip(a, b).map { abs($0 - $1) / max(1, abs($0)) }.max() ?? .nan
  }

  // MARK: - gumbel learn

  private static let learn = ["learn", "--preset", "robust", "--rounds", "10", "--quiet"]

  /// At the article's temperature of 0.001 slopes are rounding alone, and Adam makes steps of them; at
  /// that of the other preset they are not.
  @Test func learned() throws {
    let folder = try TemporaryFolder()
    let found = try both(Self.learn + ["--epochs", "2", "--json", "-"], in: folder) {
      try LearnOutput($0).history.flatMap(\.self)
    }
    #expect(distance(found.host, found.device) < 1e-5)
  }

  @Test(arguments: [true, false])
  func aRunGoesOnElsewhere(isBegunOnHost: Bool) throws {
    let folder = try TemporaryFolder()
    let (first, second) =
      isBegunOnHost ? (["--device", "host"], Self.device) : (Self.device, ["--device", "host"])
    func learn(_ name: String, _ first: [String], _ second: [String]) throws -> [Double] {
      let kept = ["--checkpoint", name, "--quiet"]
      _ = try run(Self.learn + kept + ["--epochs", "2"], on: first, in: folder)
      let resumed = ["learn", "--resume", "--epochs", "4", "--json", "-"] + kept
      return try LearnOutput(run(resumed, on: second, in: folder)).history.flatMap(\.self)
    }
    let expected = try learn("host", [], [])
    #expect(distance(expected, try learn("run", first, second)) < 1e-5)
  }

  /// Where nothing else is said, it goes on where it was begun, or not at all.
  @Test func aRunGoesOnWhereItWasBegun() throws {
    let folder = try TemporaryFolder()
    let plugin = folder.url("plugin.so")
    try FileManager.default.createSymbolicLink(
      at: plugin, withDestinationURL: URL(fileURLWithPath: #require(XLAPlugin.path)))
    let kept = ["--checkpoint", "run", "--quiet"]
    _ = try run(
      ["learn", "--rounds", "1", "--epochs", "1"] + kept, on: ["--device", plugin.path], in: folder)
    try FileManager.default.removeItem(at: plugin)
    let resumed = ["learn", "--resume", "--epochs", "2"] + kept
    let outcome = try Gumbel.run(resumed, in: folder.folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("gumbel: \(plugin.path): cannot be loaded: "))
    #expect(outcome.errorLines.count == 1)
    _ = try run(resumed, on: ["--device", "host"], in: folder)
    #expect(try linesWithoutSeconds(folder.read("run/metrics.jsonl")).count == 2)
  }

  // MARK: - gumbel vae

  @Test func anAutoencoder() throws {
    let folder = try SmallImages.folder()
    let train = SmallImages.training + ["--epochs", "2", "--json", "-", "--checkpoint"]
    let results = try (
      host: decoded(VAETrainOutput.self, run(train + ["run"], in: folder)),
      device: decoded(
        VAETrainOutput.self, run(train + ["other"], on: Self.device, in: folder))
    )
    func numbers(_ output: VAETrainOutput) -> [Double] {
      output.history.flatMap { [$0.train.bound, $0.train.kl, $0.test.bound, $0.test.kl] }
        + [output.test?.importanceWeightedBound ?? .nan]
    }
    #expect(distance(numbers(results.host), numbers(results.device)) < 1e-3)

    let data = ["images", "--checkpoint", "run"]
    let bounds = try both(
      ["vae", "evaluate"] + data + ["--samples", "20", "--json", "-", "--quiet"], in: folder
    ) { try decoded(VAEEvaluationOutput.self, $0) }
    #expect(
      distance(
        [bounds.host.bound, bounds.host.importanceWeightedBound, bounds.host.kl],
        [bounds.device.bound, bounds.device.importanceWeightedBound, bounds.device.kl]) < 1e-4)

    func arrays<Numbers>(
      _ arguments: [String], _ numbers: (URL) throws -> Numbers
    ) throws -> (host: Numbers, device: Numbers) {
      let programs = try Self.programs.get().names().count
      defer {
        let isCompiled = (try? Self.programs.get().names().count > programs) ?? false
        #expect(isCompiled, "\(arguments)")
      }
      return try both(["vae"] + arguments + ["--output", "array.npy"], in: folder) { _ in
        try numbers(folder.url("array.npy"))
      }
    }
    let codes = try arrays(["encode"] + data + ["--hard"]) { try Data(contentsOf: $0) }
    #expect(codes.host == codes.device)
    for arguments in [
      ["generate", "--checkpoint", "run", "--count", "20"], ["reconstruct"] + data,
      ["reconstruct", "--sample"] + data, ["interpolate"] + data,
      ["encode", "--probabilities"] + data,
    ] {
      let found = try arrays(arguments) { try VAEEncodeTests.array($0).map(Double.init) }
      #expect(distance(found.host, found.device) < 1e-5, "\(arguments)")
    }
  }

  @Test func aComparison() throws {
    struct Output: Decodable {
      struct Run: Decodable { let bound, sampledBound: Double }
      let runs: [Run]
    }
    let folder = try SmallImages.folder()
    let found = try both(
      [
        "vae", "compare", "images", "--estimator", "gumbel-softmax", "--latent", "categorical:4x4",
        "--epochs", "1", "--samples", "5", "--json", "-", "--quiet",
      ], in: folder
    ) { try decoded(Output.self, $0).runs.flatMap { [$0.bound, $0.sampledBound] } }
    #expect(distance(found.host, found.device) < 1e-3)
  }

  /// Coarser products are others, and not much.
  @Test func precision() throws {
    let folder = try SmallImages.folder()
    func bound(_ precision: String) throws -> Double {
      let output = try run(
        SmallImages.training + ["--epochs", "1", "--json", "-", "--precision", precision],
        on: Self.device, in: folder)
      return try decoded(VAETrainOutput.self, output).history[0].test.bound
    }
    let (fine, coarse) = try (bound("float32"), bound("bfloat16"))
    #expect(fine != coarse)
    #expect(abs(fine - coarse) < 0.02 * abs(fine))
  }

  // MARK: - gumbel text

  @Test(arguments: ["likelihood", "gan"]) func text(objective: String) throws {
    struct Output: Decodable {
      struct Epoch: Decodable { let loss, negativeLogLikelihood: Double }
      let history: [Epoch]
    }
    let folder = try TemporaryFolder()
    let train = [
      "text", "train", "--grammar", "arithmetic", "--count", "200", "--max-length", "5", "--hidden",
      "16", "--embedding", "8", "--batch-size", "20", "--samples", "100", "--epochs", "1",
      "--objective", objective, "--quiet", "--json", "-", "--checkpoint",
    ]
    let results = try [("run", []), ("other", Self.device)].map { name, device in
      try decoded(Output.self, run(train + [name], on: device, in: folder)).history
        .flatMap { [$0.loss, $0.negativeLogLikelihood] }
    }
    #expect(distance(results[0], results[1]) < 1e-3)

    let strings = try both(
      ["text", "generate", "--checkpoint", "run", "--count", "200"], in: folder, \.self)
    #expect(strings.host == strings.device)
    let measures = try both(
      ["text", "evaluate", "--checkpoint", "run", "--samples", "100", "--json", "-", "--quiet"],
      in: folder
    ) {
      let numbers = try decoded([String: FailableNumber].self, $0).compactMapValues(\.value)
      return numbers.sorted { $0.key < $1.key }.map(\.value)
    }
    #expect(distance(measures.host, measures.device) < 1e-4)
  }

  /// A number among values of other kinds.
  private struct FailableNumber: Decodable {
    let value: Double?
    init(from decoder: any Decoder) throws {
      value = try? decoder.singleValueContainer().decode(Double.self)
    }
  }

  // MARK: - gumbel estimators

  @Test func estimators() throws {
    struct Output: Decodable {
      struct Problem: Decodable { let estimators: [Estimator] }
      struct Estimator: Decodable {
        let mean: [Double]
        let variance: Double
      }
      let problems: [Problem]
    }
    let folder = try TemporaryFolder()
    let found = try both(
      [
        "estimators", "--problem", "k3", "--draws", "2000", "--estimator", "gumbel-softmax",
        "--estimator", "rloo", "--quiet", "--json", "-",
      ], in: folder
    ) {
      try decoded(Output.self, $0).problems.flatMap(\.estimators)
        .flatMap { $0.mean + [$0.variance] }
    }
    #expect(distance(found.host, found.device) < 1e-5)
  }
}
