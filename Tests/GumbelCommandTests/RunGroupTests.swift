import Foundation
import Testing

/// Several trainings by `--seeds` and `--sweep`: each is what it is alone, whatever happens to the group.
@Suite struct RunGroupTests {
  /// Images that are all different, so that some are on each side of what is held out.
  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var bytes = [UInt8](SmallImages.idx(300))
    var state: UInt32 = 1
    for place in 16..<bytes.count {
      state = state &* 1_664_525 &+ 1_013_904_223
      if state >> 28 == 0 { bytes[place] = UInt8(state >> 16 & 255) }
    }
    try Data(bytes).write(to: folder.url("images"))
    return folder
  }

  private static func names(_ folder: TemporaryFolder, _ directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url(directory).path)
  }

  private static let text = [
    "text", "train", "--grammar", "arithmetic", "--count", "200", "--hidden", "8", "--embedding",
    "4", "--samples", "20", "--quiet",
  ]

  /// What two runs are compared by: tensors, and lines without the seconds.
  private func bits(_ run: String, _ folder: TemporaryFolder) throws -> [String] {
    let files = try ["checkpoint", "best"].map {
      try tensors(of: folder.url("\(run)/\($0).safetensors"))
    }
    return files.map { "\($0.names) \($0.bytes.base64EncodedString())" }
      + linesWithoutSeconds(try folder.read("\(run)/metrics.jsonl"))
  }

  /// What a group found, without the time that it took.
  private func found(_ json: String) -> String {
    json.split(separator: ",").filter { !$0.contains("trainingSeconds") }.joined(separator: ",")
  }

  struct Group: Sendable {
    let command: [String]
    let sweep: (option: String, values: [String])
  }

  static let groups = [
    Group(command: SmallImages.training, sweep: ("learning-rate", ["1e-3", "1e-2"])),
    Group(command: text, sweep: ("layers", ["1", "2"])),
  ]

  @Test(arguments: groups) func everyRunIsWhatItIsAlone(_ group: Group) throws {
    let folder = try Self.folder()
    let command = group.command + ["--epochs", "2"]
    let values = group.sweep.values
    let outcome = try Gumbel.run(
      command + [
        "--seeds", "7,3", "--sweep", group.sweep.option + "=" + values.joined(separator: ","),
        "--checkpoint", "runs", "--json", "runs.json", "--report", "runs.html", "--plot",
        "runs.svg", "--jobs", "4",
      ], in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for value in values {
      for seed in ["7", "3"] {
        let name = "\(group.sweep.option)=\(value)_seed=\(seed)"
        let alone = try Gumbel.run(
          command + [
            "--seed", seed, "--" + group.sweep.option, value, "--validation", "0.1",
            "--checkpoint", name,
          ], in: folder.folder)
        #expect(alone.status == 0, "\(alone.errors)")
        #expect(try bits(name, folder) == bits("runs/" + name, folder))
        // It goes on like any other.
        let again = try Gumbel.run(
          Array(command.prefix(2)) + ["--checkpoint", "runs/" + name, "--resume", "--quiet"],
          in: folder.folder)
        #expect(again.status == 0, "\(again.errors)")
      }
    }
    let result = try JSONDecoder().decode(Result.self, from: Data(folder.read("runs.json").utf8))
    #expect(result.runs.count == 4 && result.settings.count == 2)
    // The mean, the deviation and the interval of two values a and b: t is 12.706, so that the half
    // width is 6.353 |a - b|.
    for (index, setting) in result.settings.enumerated() {
      let values = result.runs[(2 * index)..<(2 * index + 2)].map { $0.measures[0].value }
      let summary = setting.measures[0].summary
      let difference = abs(values[0] - values[1])
      #expect(summary.n == 2 && abs(summary.mean - (values[0] + values[1]) / 2) < 1e-9)
      #expect(abs(summary.standardDeviation - difference / 2.0.squareRoot()) < 1e-9)
      #expect(abs(summary.upper - summary.mean - 6.353102368 * difference) < 1e-6)
      #expect(abs(summary.lower + summary.upper - 2 * summary.mean) < 1e-9)
      #expect(setting.curve.count == 2)
    }
    let sign = result.moreIsBetter ? -1.0 : 1
    let best = result.settings.indices.min {
      sign * result.settings[$0].measures[0].summary.mean
        < sign * result.settings[$1].measures[0].summary.mean
    }!
    let expected = result.runs[(2 * best)..<(2 * best + 2)].min {
      sign * $0.measures[0].value < sign * $1.measures[0].value
    }
    #expect(result.best == expected?.name)
    #expect(try bits("runs/best", folder) == bits("runs/" + result.best, folder))
    #expect(try folder.read("runs.html").contains("95 %"))
    let evaluated = try Gumbel.run(
      [command[0], "evaluate"] + (command[0] == "vae" ? ["images"] : [])
        + ["--checkpoint", "runs/best", "--samples", "5", "--quiet"], in: folder.folder)
    #expect(evaluated.status == 0, "\(evaluated.errors)")
  }

  /// What `--json` has.
  private struct Result: Decodable {
    struct Measure: Decodable { let value: Double }
    struct Run: Decodable {
      let name: String
      let measures: [Measure]
    }
    struct Summary: Decodable { let n: Int, mean, standardDeviation, lower, upper: Double }
    struct Named: Decodable { let summary: Summary }
    struct Setting: Decodable {
      let measures: [Named]
      let curve: [Summary]
    }
    let runs: [Run]
    let settings: [Setting]
    let best: String
    let moreIsBetter: Bool
  }

  @Test func killedGroupsGoOnToTheSameBytes() throws {
    let folder = try Self.folder()
    let command = SmallImages.training + ["--epochs", "30", "--seeds", "3", "--jobs", "2"]
    let whole = try Gumbel.run(
      command + ["--checkpoint", "whole", "--json", "whole.json"], in: folder.folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let broken = command + ["--checkpoint", "broken", "--save-every", "0"]
    for (number, (saves, signal)) in [(1, SIGKILL), (7, SIGINT), (20, SIGKILL)].enumerated() {
      let versions = FileVersions(
        of: folder.url("broken/seed=4\(number + 2)/checkpoint.safetensors"))
      let process = try ChildProcess(
        broken + (number == 0 ? [] : ["--resume"]), in: folder.folder)
      process.wait { versions.haveReached(saves) }
      process.send(signal)
      let outcome = try process.wait()
      // Where this process had to wait for long, there was nothing left to kill.
      #expect(outcome.wasKilled || [0, 130].contains(outcome.status), "\(outcome.errors)")
    }
    let rest = try Gumbel.run(
      ["vae", "train", "--checkpoint", "broken", "--resume", "--quiet", "--json", "broken.json"],
      in: folder.folder)
    #expect(rest.status == 0, "\(rest.errors)")
    for name in ["seed=42", "seed=43", "seed=44", "best"] {
      #expect(try bits("whole/" + name, folder) == bits("broken/" + name, folder))
    }
    #expect(try found(folder.read("whole.json")) == found(folder.read("broken.json")))
    #expect(rest.output == whole.output)
  }

  @Test func aGroupGetsMoreRunsAndEpochs() throws {
    let folder = try Self.folder()
    let begun = SmallImages.training + ["--seeds", "2", "--checkpoint", "runs", "--epochs", "1"]
    #expect(try Gumbel.run(begun, in: folder.folder).status == 0)
    let more = [
      "vae", "train", "--checkpoint", "runs", "--resume", "--quiet", "--seeds", "3", "--epochs",
      "2",
    ]
    let outcome = try Gumbel.run(more, in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("seed=44"))
    for seed in 42...44 {
      #expect(
        try folder.read("metrics.jsonl", of: "runs/seed=\(seed)").split(separator: "\n").count == 2)
    }
    let fewer = try Gumbel.run(
      ["vae", "train", "--checkpoint", "runs", "--resume", "--seeds", "1"], in: folder.folder)
    #expect(fewer.status == 64 && fewer.errors.contains("runs: has the run seed=43"))
  }

  @Test(arguments: [
    ("--sweep learning-rate=1e-3,foo", "learning-rate=foo: The value 'foo' is invalid"),
    ("--sweep nothing=1,2", "--sweep nothing=…: expected one of latent, estimator"),
    ("--sweep seed=1,2", "--sweep seed=…: expected one of"),
    ("--sweep test-fraction=0.1,0.2", "--sweep test-fraction=…: expected one of"),
    ("--sweep estimator=rloo,reinmax --temperature 2", "estimator=rloo: --temperature"),
    ("--sweep learning-rate", "--sweep learning-rate: expected an option's name and different"),
    ("--sweep clip=1,1", "--sweep clip=1,1: expected an option's name and different"),
    ("--sweep clip=1,", "--sweep clip=1,: expected an option's name and different"),
    ("--sweep clip=1 --sweep clip=2", "clip is swept already"),
    ("--sweep clip=1,2 --clip 3", "--sweep clip=… and --clip: expected one of them"),
    ("--sweep prior=fixed,none", "prior=none: --prior none: expected fixed or learned"),
    ("--seeds 0", "--seeds 0: expected a number of trainings from 1 to 1000"),
    ("--seeds 5,5", "--seeds 5,5: expected a number of trainings"),
    ("--seeds 1,2 --seed 3", "--seed and a list of --seeds: expected one of them"),
    ("--jobs 2", "--jobs 2: expected --seeds or --sweep"),
    ("--min-delta 0.1", "--min-delta 0.1: expected --patience"),
    ("--patience 0", "--patience 0: expected a whole number from 1"),
    ("--validation 1", "--validation 1.0: expected a number between 0 and 1"),
    ("--minutes 0", "--minutes 0: expected a number above 0"),
  ])
  func mistakesAreFoundFirst(_ options: String, _ message: String) throws {
    let folder = try Self.folder()
    let outcome = try Gumbel.run(
      SmallImages.training + options.split(separator: " ").map(String.init)
        + ["--checkpoint", "runs"], in: folder.folder)
    #expect(outcome.status == 64 && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(try folder.names() == ["images"])
  }

  @Test func whatDataShowToBeWrongIsSaidOfTheRun() throws {
    let folder = try Self.folder()
    let few = try Gumbel.run(
      [
        "vae", "train", "images", "--sweep", "batch-size=20,5000", "--checkpoint", "runs",
        "--quiet",
      ],
      in: folder.folder)
    #expect(few.status == 1 && few.errorLines.count == 1)
    #expect(few.errors.contains("batch-size=5000: --batch-size 5000: there are"), "\(few.errors)")
    #expect(try folder.names() == ["images"])
    let nowhere = try Gumbel.run(SmallImages.training + ["--seeds", "2"], in: folder.folder)
    #expect(nowhere.status == 64 && nowhere.errors.contains("--seeds: expected --checkpoint"))
  }

  /// A training that fails leaves the others as they are.
  @Test func oneFailureIsNotThatOfAll() throws {
    let folder = try Self.folder()
    let outcome = try Gumbel.run(
      SmallImages.training + [
        "--latent", "gaussian:4", "--epochs", "3", "--sweep", "learning-rate=1e-3,100",
        "--checkpoint", "runs", "--json", "runs.json",
      ], in: folder.folder)
    #expect(outcome.status == 1 && outcome.errorLines.count == 1)
    #expect(
      outcome.errors.contains(
        "1 of 2 runs failed, of which the others are kept: learning-rate=100"),
      "\(outcome.errors)")
    #expect(try folder.read("runs.json").contains("\"problem\""))
    #expect(try Self.names(folder, "runs").contains("best"))
  }

  @Test func aDirectoryHoldsOneRunOrAGroup() throws {
    let folder = try Self.folder()
    let command = SmallImages.training + ["--epochs", "0"]
    let group = command + ["--seeds", "2", "--checkpoint", "runs"]
    let single = command + ["--checkpoint", "run"]
    #expect(try Gumbel.run(group, in: folder.folder).status == 1)
    #expect(try Gumbel.run(group + ["--epochs", "1", "--resume"], in: folder.folder).status == 0)
    #expect(try Gumbel.run(single, in: folder.folder).status == 0)
    let refused = [
      (command + ["--checkpoint", "runs"], "runs: holds the runs of --seeds or --sweep"),
      (group, "runs: holds runs already"),
      (command + ["--checkpoint", "run", "--seeds", "2"], "run: holds a single run"),
      (["vae", "evaluate", "images", "--checkpoint", "runs"], "such as runs/best"),
      (["text", "train", "words", "--checkpoint", "runs", "--resume"], "runs of gumbel vae train"),
    ]
    for (arguments, message) in refused {
      let outcome = try Gumbel.run(arguments, in: folder.folder)
      #expect(outcome.status == 1 && outcome.errorLines.count == 1)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    let anew = try Gumbel.run(
      command + ["--seeds", "5,6", "--epochs", "1", "--checkpoint", "runs", "--overwrite"],
      in: folder.folder)
    #expect(anew.status == 0, "\(anew.errors)")
    let names = try Self.names(folder, "runs").filter { $0.hasPrefix("seed=") }.sorted()
    #expect(names == ["seed=5", "seed=5.json", "seed=6", "seed=6.json"])
  }

  // MARK: - Choosing, and time

  @Test func aRunThatStopsImprovingEnds() throws {
    let folder = try Self.folder()
    let command =
      SmallImages.training + ["--epochs", "100", "--learning-rate", "0.1", "--patience", "2"]
    let outcome = try Gumbel.run(command + ["--checkpoint", "whole"], in: folder.folder)
    #expect(outcome.status == 0 && outcome.output.contains("ended early: the best of"))
    let epochs = try folder.read("metrics.jsonl", of: "whole").split(separator: "\n").count
    #expect(epochs < 100)
    let versions = FileVersions(of: folder.url("broken/checkpoint.safetensors"))
    let process = try ChildProcess(
      command + ["--checkpoint", "broken", "--save-every", "0"], in: folder.folder)
    process.wait { versions.haveReached(3) }
    process.send(SIGKILL)
    _ = try process.wait()
    let resume = ["vae", "train", "--checkpoint", "broken", "--resume", "--quiet"]
    for _ in 0..<2 { #expect(try Gumbel.run(resume, in: folder.folder).status == 0) }
    #expect(try bits("whole", folder) == bits("broken", folder))
    let other = try Gumbel.run(resume + ["--patience", "3"], in: folder.folder)
    #expect(other.status == 1 && other.errors.contains("--patience 2"), "\(other.errors)")
    // The weights that other commands read are those of the best epoch.
    let evaluate = [
      "vae", "evaluate", "images", "--checkpoint", "whole", "--samples", "5", "--quiet", "--json",
      "-",
    ]
    let best = try Gumbel.run(evaluate, in: folder.folder).output
    try FileManager.default.removeItem(at: folder.url("whole/best.safetensors"))
    let last = try Gumbel.run(evaluate, in: folder.folder).output
    #expect(best != last && !best.isEmpty)
  }

  @Test func timeThatIsOverEndsWithStatus0() throws {
    let folder = try Self.folder()
    let endless = [
      (SmallImages.training, "steps"), (Self.text, "steps"),
      (["learn", "--quiet"], "rounds"),
    ]
    for (number, (command, unit)) in endless.enumerated() {
      let outcome = try Gumbel.run(
        command + ["--epochs", "10000", "--minutes", "0.01", "--checkpoint", "\(number)"],
        in: folder.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("gumbel: the time of --minutes is over after "))
      #expect(outcome.errors.contains(" \(unit); go on with the same command and --resume"))
      let evidence = try RunFiles.step(folder.url("\(number)/checkpoint.safetensors"))
      #expect(evidence > 0)
    }
    let group = try Gumbel.run(
      SmallImages.training + [
        "--epochs", "100000", "--minutes", "0.01", "--seeds", "3", "--checkpoint", "runs",
      ], in: folder.folder)
    #expect(group.status == 0)
    #expect(group.errors.contains("the time of --minutes is over after 0 of 3 runs"))
  }
}

private enum RunFiles {
  /// The step that a checkpoint is of.
  static func step(_ checkpoint: URL) throws -> Int {
    let data = try Data(contentsOf: checkpoint)
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: data[8..<(8 + length)]) as? [String: Any]
    let metadata = header?["__metadata__"] as? [String: String]
    return metadata?["step"].flatMap(Int.init) ?? 0
  }
}
