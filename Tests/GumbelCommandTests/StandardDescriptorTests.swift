import Foundation
import Testing

/// A parent may have closed the descriptors 0, 1 and 2: no file of a run gets one of these numbers.
@Suite struct StandardDescriptorTests {
  @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
  func noFileOfARunIsWrittenInto(_ closing: String) throws {
    let folder = try SmallImages.folder()
    let arguments = SmallImages.training.filter { $0 != "--quiet" }
    let script = #"exec "$@" "# + closing
    let outcome = try ChildProcess(
      ["-c", script, "sh", Gumbel.path.path] + arguments
        + ["--epochs", "2", "--checkpoint", "run", "--json", "a.json"], of: Shell.path,
      in: folder.folder
    ).wait()
    // What cannot be printed is an error, and no reason to lose the run.
    #expect(outcome.status == (closing.contains(" >&-") || closing == ">&-" ? 1 : 0))
    let lines = try folder.read("metrics.jsonl", of: "run").split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix("{\"step\":") && $0.hasSuffix("}") })
    let again = try Gumbel.run(
      ["vae", "train", "--checkpoint", "run", "--resume", "--quiet"], in: folder.folder)
    #expect(again.status == 0, "\(again.errors)")
  }
}
