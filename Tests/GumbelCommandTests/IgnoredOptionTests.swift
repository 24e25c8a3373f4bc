import Foundation
import Testing

/// An option that would be accepted and not heeded is a mistake of usage.
@Suite struct IgnoredOptionTests {
  static let mistakes: [(arguments: String, message: String)] = [
    ("learn s.txt --discover 5", "--discover 5: \"s.txt\" is a file, which is read as a whole"),
    ("learn - --discover 5 --categories a,b", "--discover and --categories"),
    ("learn --discover 5", "--discover: describes a stream, and none was given"),
    ("learn --skip-missing", "--skip-missing: describes a stream, and none was given"),
    ("learn --save-every 5", "--save-every: expected --checkpoint"),
    ("learn --plot-range 3", "--plot-range: expected --plot or --report"),
    ("text train --grammar arithmetic --save-every 5", "--save-every: expected --checkpoint"),
    ("vae train images --save-every 5", "--save-every: expected --checkpoint"),
    ("text generate --checkpoint run --max-tries 5", "--max-tries 5: expected --only-new"),
    (
      "text generate --checkpoint run --only-valid --training-data s.txt",
      "--training-data s.txt: expected --only-new"
    ),
    ("text evaluate --checkpoint run --max-length 5", "Unknown option '--max-length'"),
    ("text evaluate --checkpoint run --running", "Unknown option '--running'"),
    ("text evaluate --checkpoint run --symbols bytes", "Unknown option '--symbols'"),
    ("text grammar arithmetic --check --count 5", "--check and --count"),
    ("text grammar arithmetic --check --balanced", "--check and --balanced"),
    ("fit s.txt --replicates 500", "--replicates 500: expected it with --interval bootstrap"),
    ("sample --lines s.txt --decimal ,", "--decimal: describes weights of lines"),
    ("sample --lines s.txt --missing NA", "--missing: describes weights of lines"),
    ("sample --logits 1,2 --skip-missing", "--skip-missing: describes weights of lines"),
    ("data --labels last", "--labels: describes images, and none were given"),
    ("data words --height 3", "--height: words holds texts, expected images"),
    (
      "vae interpolate images --checkpoint run --output a.png --from 1 --to 2 --pairs 3",
      "--pairs and --from"
    ),
    (
      "vae generate --checkpoint run --output a.npy --columns 3",
      "--columns 3: an array has no rows"
    ),
    ("estimators --estimator rloo --temperature 0.5", "--temperature: no temperature is in rloo"),
    (
      "text train --grammar arithmetic --objective gan --estimator rloo --temperature 2",
      "--temperature: --estimator rloo has no temperature"
    ),
    ("learn --epochs 1 --checkpoint -", "--checkpoint -: expected a path"),
    ("text train --grammar arithmetic --checkpoint -", "--checkpoint -: expected a path"),
    ("vae train images --checkpoint -", "--checkpoint -: expected a path"),
  ]

  @Test(arguments: mistakes) func mistake(_ arguments: String, _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("1\n2\n", to: "s.txt")
    let outcome = try Gumbel.run(
      arguments.split(separator: " ").map(String.init), in: folder.folder)
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(try folder.names() == ["s.txt"])
  }
}
