import Foundation
import Testing

/// A run may end at any moment, and goes on to the bits of one that did not.
@Suite struct VAEResumeTests {
  private static let arguments = SmallImages.training + ["--epochs", "50"]

  @Test func killedRunsGoOnToTheSameBits() throws {
    let folder = try SmallImages.folder()
    let whole = try Gumbel.run(
      Self.arguments + ["--checkpoint", "whole"], in: folder.folder)
    #expect(whole.status == 0, "\(whole.errors)")
    // Saved after every step, and killed in whatever comes after that.
    let saving = Self.arguments + ["--checkpoint", "broken", "--save-every", "0"]
    let checkpoint = folder.url("broken/checkpoint.safetensors")
    for (number, (saves, delay)) in [(1, 0), (4, 0.001), (9, 0.002), (13, 0.004)].enumerated() {
      let versions = FileVersions(of: checkpoint)
      let process = try ChildProcess(
        saving + (number == 0 ? [] : ["--resume"]), in: folder.folder)
      process.wait { versions.haveReached(saves) }
      Thread.sleep(forTimeInterval: delay)
      process.send(SIGKILL)
      let outcome = try process.wait()
      // Where this process had to wait for long, there was nothing left to kill.
      #expect(outcome.wasKilled || outcome.status == 0, "process \(number)")
    }
    let rest = try Gumbel.run(
      Self.arguments + ["--checkpoint", "broken", "--resume"], in: folder.folder)
    #expect(rest.status == 0, "\(rest.errors)")
    let expected = try tensors(of: folder.url("whole/checkpoint.safetensors"))
    let found = try tensors(of: checkpoint)
    #expect(expected.names.count > 10)
    #expect(found.names == expected.names)
    #expect(found.bytes == expected.bytes)
    let logs = try ["whole", "broken"].map {
      linesWithoutSeconds(try folder.read("metrics.jsonl", of: $0))
    }
    #expect(logs[0].count == 50)
    #expect(logs[0] == logs[1])
  }

  @Test func anInterruptedRunWritesWhatWasAskedForAndSaysHowToGoOn() throws {
    let folder = try SmallImages.folder()
    let arguments =
      SmallImages.training + [
        "--epochs", "100000", "--checkpoint", "run", "--json", "out.json", "--report", "out.html",
      ]
    let process = try ChildProcess(arguments, in: folder.folder)
    process.wait { (try? folder.read("metrics.jsonl", of: "run"))?.isEmpty == false }
    process.send(SIGINT)
    let stopped = try process.wait()
    #expect(stopped.status == 130)
    #expect(stopped.errors.contains("of 600000 steps; go on with"))
    #expect(stopped.errors.contains("--resume"))
    #expect(try decoded(VAETrainOutput.self, folder.read("out.json")).test == nil)
    #expect(try folder.read("out.html").contains("The run was stopped after"))
    // What was saved can be used.
    let generated = try Gumbel.run(
      ["vae", "generate", "--checkpoint", "run", "--output", "a.png"], in: folder.folder)
    #expect(generated.status == 0)
  }

  @Test func aRunIsNeitherLostNorMixedWithAnother() throws {
    let folder = try SmallImages.folder()
    let arguments = SmallImages.training + ["--checkpoint", "run", "--epochs", "1"]
    #expect(try Gumbel.run(arguments, in: folder.folder).status == 0)
    let before = try Data(contentsOf: folder.url("run/checkpoint.safetensors"))
    try SmallImages.idx(221).write(to: folder.url("others"))
    let refused: [([String], String)] = [
      ([], "run: holds a run already"),
      (["--resume", "--latent", "bernoulli:4"], "--latent categorical:4x4, found bernoulli:4"),
      (["--resume", "--epochs", "0"], "--epochs 1, found 0"),
      (["--resume", "--seed", "7"], "--seed 42, found 7"),
      (["--resume", "--learning-rate", "0.01"], "learning rate"),
      (["--resume", "--binarise", "fixed"], "--binarise dynamic, found fixed"),
    ]
    for (extra, message) in refused {
      let outcome = try Gumbel.run(arguments + extra, in: folder.folder)
      #expect(outcome.status == 1)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    var other = arguments
    other[2] = "others"
    let outcome = try Gumbel.run(other + ["--resume"], in: folder.folder)
    #expect(outcome.errors.contains("run: the run has training images"), "\(outcome.errors)")
    #expect(try Data(contentsOf: folder.url("run/checkpoint.safetensors")) == before)
    // What is finished can be asked for again, and what is lost on purpose is lost.
    #expect(try Gumbel.run(arguments + ["--resume"], in: folder.folder).status == 0)
    let anew = try Gumbel.run(
      arguments + ["--overwrite", "--latent", "gaussian:2"], in: folder.folder)
    #expect(anew.status == 0, "\(anew.errors)")
  }
}
