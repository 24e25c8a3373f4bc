import Foundation
import GumbelCommand
import GumbelDatasets
import GumbelTensors
import GumbelTraining

extension FuzzTarget {
  /// Checkpoints, which are safetensors files.
  static let checkpoint = FuzzTarget(
    "checkpoint", seeds: [checkpointSeed],
    words: ["__metadata__", "data_offsets", "dtype", "F32", "I32", "shape"]
  ) { bytes in
    var tensor = Tensor([0, 0])
    let metadata = try Checkpoint.read(&tensor, bytes: bytes, path: "checkpoint")
    if tensor.shape.dimensions != [2] || metadata.count > bytes.count {
      fatalError("not the tensor")
    }
  }

  /// The settings of runs.
  static let settings = FuzzTarget(
    "settings", seeds: files(in: "Seeds/settings"),
    words: [
      "null", "1e308", "-1", "9223372036854775807", "\"conv:4,4\"", "\"gaussian:3\"",
      "\"bernoulli:5\"", "{}", "[]",
    ]
  ) { bytes in
    try Program.checkSettings(String(decoding: bytes, as: UTF8.self), sizeLimit: 1e5)
  }

  /// What commands write down of their runs beside them.
  static let results = FuzzTarget(
    "results", seeds: files(in: "Seeds/results"),
    words: ["null", "1e308", "\"nan\"", "-1", "9223372036854775807", "[]"]
  ) { bytes in
    Program.checkResults(String(decoding: bytes, as: UTF8.self))
  }

  /// Measurements as JSON lines, also cut back to a step.
  static let metrics = FuzzTarget(
    "metrics", seeds: files(in: "Seeds/metrics"),
    words: ["\"step\":", "\"epoch\":", "\"nan\"", "1e308", "\n"]
  ) { bytes in
    try withFolder([("metrics.jsonl", bytes)]) { folder in
      let path = folder + "/metrics.jsonl"
      let records = try JSONLinesLog.read(path)
      let step = records.first?.step ?? 0
      _ = try JSONLinesLog(path, resumingAt: step)
      if try JSONLinesLog.read(path).contains(where: { $0.step > step }) {
        fatalError("steps are left")
      }
    }
  }

  /// A run's directory with any files: settings, a checkpoint and measurements between zeros.
  static let run = FuzzTarget(
    "run",
    seeds: [
      Array("{}".utf8) + [0, 0] + checkpointSeed.map { $0 == 0 ? 1 : $0 } + [0, 0]
        + (files(in: "Seeds/metrics").first ?? [])
    ]
  ) { bytes in
    let names = [
      "settings.json", "checkpoint.safetensors", "metrics.jsonl", "events.out.tfevents.1",
    ]
    // Zeros stand for themselves where there is one, so that headers of lengths can be.
    var parts: [[UInt8]] = [[]]
    var index = 0
    while index < bytes.count {
      if parts.count < names.count, index + 1 < bytes.count, bytes[index] == 0,
        bytes[index + 1] == 0
      {
        parts.append([])
        index += 2
      } else {
        parts[parts.count - 1].append(bytes[index])
        index += 1
      }
    }
    try withFolder(Array(zip(names, parts)).map { ($0, $1) }) { folder in
      let run = try RunDirectory(folder, .resume)
      var tensor = Tensor([0, 0])
      _ = try run.settings()
      let position = outcome { try run.restore(&tensor) }
      _ = try run.openLogs(at: (try? position.get()) ?? nil)
    }
  }

  /// Arguments of the command, one a line.
  static let arguments = FuzzTarget(
    "arguments", seeds: argumentSeeds.map { Array($0.utf8) },
    words: Array(Set(argumentSeeds.flatMap { $0.split(separator: "\n").map(String.init) })).sorted()
  ) { bytes in
    try Program.check(
      String(decoding: bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false
      )
      .map(String.init))
  }
}

private let checkpointSeed: [UInt8] = {
  (try? Checkpoint.bytes(of: Tensor([1, 2]), metadata: ["step": "1", "seconds": "0.5"])) ?? []
}()

private let argumentSeeds = [
  "sample\n--probabilities\n0.5,0.5\n--count\n3\n--seed\n1\n--format\njson",
  "sample\n--logits\nfile\n--top-k\n3\n--top-p\n0.9\n--min-p\n0.1\n--temperature\n0.5",
  "sample\n--logits\nfile\n--typical-p\n0.9\n--top-n-sigma\n1.5",
  "sample\n--lines\nfile\n--weights\nw\n--header\n--skip-rows\n2\n--max-line\n1000",
  "fit\nfile\n--column\nx\n--method\nmle\n--block-by\nyear\n--missing\n-9999\n--decimal\n,",
  "fit\nfile\n--block-maxima\n30\n--return-periods\n2,100\n--confidence\n0.9\n--fix-scale\n1",
  "vae\ntrain\nmnist\n--encoder\nconv:4,4\n--latent\ncategorical:2x3\n--epochs\n3",
  "vae\ntrain\nmnist\n--latent\nbernoulli:9\n--temperature\n1\n--final-temperature\n0.5\n--anneal\nlinear",
  "vae\nencode\nmnist\n--checkpoint\nrun\n--output\n-",
  "text\ntrain\n--grammar\narithmetic\n--hidden\n8\n--objective\ngan\n--max-length\n10",
  "text\ngenerate\n--checkpoint\nrun\n--count\n5\n--top-k\n3",
  "learn\nfile\n--preset\narticle\n--temperature\n0.5\n--json\n-",
  "estimators\n--problem\nk3\n--estimator\nreinmax\n--draws\n10",
  "explore\n--lesson\nmaxima\n--output\nx.html",
]
