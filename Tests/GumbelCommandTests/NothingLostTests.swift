import Foundation
import Testing

/// What was there is not lost without asking, and what is nothing is said to be.
@Suite struct NothingLostTests {
  @Test func `a comparison is not replaced without asking`() throws {
    let folder = try SmallImages.folder()
    let options = [
      "vae", "compare", "images", "--latent", "bernoulli:4", "--estimator", "reinmax", "--epochs",
      "1",
      "--batch-size", "33", "--samples", "2", "--quiet", "--json", "found.json",
    ]
    try folder.write("precious", to: "found.json")
    let refused = try Gumbel.run(options, in: folder.folder)
    #expect(refused.status == 1 && refused.errorLines.count == 1)
    #expect(refused.errors.contains("found.json: exists already; expected another file, --resume"))
    #expect(try folder.read("found.json") == "precious")
    let replaced = try Gumbel.run(options + ["--overwrite"], in: folder.folder)
    #expect(replaced.status == 0, "\(replaced.errors)")
    #expect(try folder.read("found.json").contains("reinmax"))
    let both = try Gumbel.run(options + ["--overwrite", "--resume"], in: folder.folder)
    #expect(both.status == 64)
  }

  @Test func `a temperature at which nothing is learned is said`() throws {
    let options = ["learn", "--epochs", "1", "--rounds", "50", "--quiet", "--temperature"]
    for temperature in ["1e-45", "1e-10"] {
      let outcome = try Gumbel.run(options + [temperature])
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("nothing was learned: at the temperature \(temperature)"))
    }
    #expect(try Gumbel.run(options + ["0.5"]).errors.isEmpty)
  }

  @Test(arguments: [["text", "grammar", "arithmetic"], ["sample", "--probabilities", "1,2"]])
  func `no strings are no lines`(_ command: [String]) throws {
    let outcome = try Gumbel.run(command + ["--count", "0"])
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
  }

  @Test func `codes for missing numbers are all said`() throws {
    let outcome = try Gumbel.run(["fit", "-"], input: "41\n39\n-9999\n33\n9999\n29\n")
    #expect(
      outcome.errors
        == "gumbel: standard input: found -9999 in 1 row and 9999 in 1 row of the column, "
        + "far from the rest; if they stand for missing values, --missing -9999,9999 leaves them "
        + "out\n")
  }
}
