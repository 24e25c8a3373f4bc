import Foundation
import Testing

@Suite struct KillTests {
  /// Five processes are killed at whatever they are doing, shortly after they have saved; what they
  /// leave goes on to the bits of a run that nobody killed.
  @Test func killedRunsGoOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    let options = ["learn", "--quiet", "--epochs", "60", "--rounds", "1000"]
    let whole = try Gumbel.run(options + ["--json", "whole.json"], in: folder.folder)
    #expect(whole.status == 0)
    let saving = options + ["--checkpoint", "run", "--save-every", "0"]
    for (number, delay) in [0, 0.004, 0.011, 0.019, 0.03].enumerated() {
      let versions = FileVersions(of: folder.url("run/checkpoint.safetensors"))
      let process = try ChildProcess(
        saving + (number == 0 ? [] : ["--resume"]), in: folder.folder)
      process.wait { versions.haveReached(1) }
      Thread.sleep(forTimeInterval: delay)
      process.send(SIGKILL)
      let outcome = try process.wait()
      // Where this process had to wait for long, there was nothing left to kill.
      let isKilled = outcome.wasKilled && outcome.status == 128 + SIGKILL
      #expect(isKilled || outcome.status == 0, "process \(number)")
    }
    // As if one had been killed in the middle of writing.
    try folder.write("half a checkpoint", to: "run/.gumbel-torn.tmp")
    let rest = try Gumbel.run(saving + ["--resume", "--json", "rest.json"], in: folder.folder)
    #expect(rest.status == 0)
    let histories = try ["whole.json", "rest.json"].map { try LearnOutput(folder.read($0)).history }
    #expect(histories[0].count == 60)
    #expect(histories[0] == histories[1])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url("run").path)
      .filter { !$0.hasPrefix("events.out.tfevents.") }.sorted()
    #expect(names == [".lock", "checkpoint.safetensors", "metrics.jsonl", "settings.json"])
  }
}
