import Testing

/// A line for the command, and what it reads and writes: the tests of faults try each against each.
///
/// Words in capitals are files. `IMAGES`, `NUMBERS`, `GRAMMAR`, `WORDS` and `TABLE` are read, and so
/// are the directories `VAERUN` and `TEXTRUN`. What begins with `OUT` is written, and there may be a
/// file already; what begins with `NEW` is written where there is none.
struct FaultLine: CustomTestStringConvertible, Sendable {
  let text: String
  /// Whether something is printed on standard output.
  let prints: Bool
  /// The same work, so much of it that it does not end; nil where there is no such thing.
  var long: String?

  var testDescription: String { text }
  var words: [String] { Self.words(text) }

  static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  /// Files that are read, those of runs one by one.
  var reads: [String] {
    words.flatMap { word -> [String] in
      switch word {
      case "IMAGES", "NUMBERS", "GRAMMAR", "WORDS", "TABLE": [word]
      case "VAERUN", "TEXTRUN": [word + "/settings.json", word + "/checkpoint.safetensors"]
      default: []
      }
    }
  }

  /// Files and directories that are written.
  var writes: [String] { words.filter { $0.hasPrefix("OUT") || $0.hasPrefix("NEW") } }

  /// All commands: a new one is a line here, and is then tried against all faults. Lines end soon.
  static let all = [
    FaultLine(text: "--help", prints: true),
    FaultLine(text: "vae train --help", prints: true),
    FaultLine(text: "--version", prints: true),
    FaultLine(text: "info", prints: true),
    FaultLine(text: "info --json OUT.json", prints: true),
    FaultLine(text: "data", prints: true),
    FaultLine(text: "data IMAGES --json OUT.json --picture OUT.svg", prints: true),
    FaultLine(
      text: "learn WORDS --epochs 1 --rounds 2 --quiet --json OUT.json --plot OUT.svg "
        + "--report OUT.html --checkpoint NEWRUN", prints: true,
      long: "learn WORDS --epochs 100000 --quiet --json OUT.json --checkpoint NEWRUN"),
    FaultLine(
      text: "sample --probabilities 0.5,0.3,0.2 --count 9", prints: true,
      long: "sample --probabilities 0.5,0.3,0.2 --count 100000000000"),
    FaultLine(text: "sample --logits NUMBERS --count 9 --output OUT.npy", prints: false),
    FaultLine(text: "sample --lines TABLE --weights w --count 3", prints: true),
    FaultLine(text: "sample --lines NUMBERS --count 3 --output OUT.txt", prints: false),
    FaultLine(text: "sample --lines NUMBERS --count 3 --state OUT.state", prints: false),
    FaultLine(text: "sample --lines NUMBERS --fraction 0.5 --output OUT.txt", prints: false),
    FaultLine(text: "sample --lines TABLE --group-by w --count 1", prints: true),
    FaultLine(
      text: "fit NUMBERS --method moments --json OUT.json --plot OUT.svg --report OUT.html",
      prints: true, long: "fit NUMBERS --interval bootstrap --replicates 1000000 --json OUT.json"),
    FaultLine(text: "fit TABLE --column w --method l-moments --json -", prints: true),
    FaultLine(
      text: "explore --lesson maxima --json OUT.json --plot OUT.svg --output OUT.html",
      prints: true),
    FaultLine(
      text: "estimators --problem k3 --estimator rloo --draws 20 --quiet --json OUT.json "
        + "--report OUT.html",
      prints: true,
      long: "estimators --problem k3 --draws 1000000000 --quiet --json OUT.json"),
    FaultLine(
      text: "text grammar GRAMMAR --count 3", prints: true,
      long: "text grammar arithmetic --count 100000000"),
    FaultLine(text: "text grammar GRAMMAR --check --json OUT.json", prints: true),
    FaultLine(
      text: "text train --grammar GRAMMAR --count 40 --hidden 4 --embedding 4 --epochs 1 "
        + "--samples 10 --quiet --checkpoint NEW-RUN --json OUT.json --plot OUT.svg "
        + "--report OUT.html", prints: true,
      long: "text train --grammar GRAMMAR --count 40 --epochs 100000 --quiet --json OUT.json "
        + "--checkpoint NEW-RUN"),
    FaultLine(
      text: "text train WORDS --objective gan --hidden 4 --embedding 4 --epochs 1 --samples 10 "
        + "--quiet --json -", prints: true,
      long: "text train WORDS --objective gan --epochs 100000 --quiet --checkpoint NEW-RUN"),
    FaultLine(
      text: "text generate --checkpoint TEXTRUN --count 3 --json OUT.json", prints: true,
      long: "text generate --checkpoint TEXTRUN --count 100000000"),
    FaultLine(
      text: "text score WORDS --checkpoint TEXTRUN --json OUT.json --quiet", prints: true),
    FaultLine(
      text: "text evaluate --checkpoint TEXTRUN --grammar GRAMMAR --samples 10 --quiet "
        + "--json OUT.json", prints: true,
      long: "text evaluate --checkpoint TEXTRUN --samples 10000000 --quiet --json OUT.json"),
    FaultLine(
      text: "vae train IMAGES \(network) --epochs 1 --test-samples 1 --checkpoint NEW-RUN "
        + "--json OUT.json --plot OUT.svg --report OUT.html", prints: true,
      long: "vae train IMAGES \(network) --epochs 100000 --checkpoint NEW-RUN --report OUT.html"),
    FaultLine(
      text: "vae train IMAGES \(network) --epochs 1 --test-samples 1 --seeds 2 "
        + "--checkpoint NEW-RUN --json OUT.json --plot OUT.svg --report OUT.html", prints: true,
      long: "vae train IMAGES \(network) --epochs 100000 --seeds 2 --checkpoint NEW-RUN"),
    FaultLine(
      text: "vae compare IMAGES \(network) --epochs 1 --samples 1 --estimator rloo "
        + "--json NEW.json --plot OUT.svg --report OUT.html", prints: true,
      long: "vae compare IMAGES \(network) --epochs 100000 --estimator rloo --json NEW.json"),
    FaultLine(
      text: "vae evaluate IMAGES --checkpoint VAERUN --samples 1 --quiet --json OUT.json",
      prints: true,
      long: "vae evaluate IMAGES --checkpoint VAERUN --samples 1000000 --quiet --split all"),
    FaultLine(text: "vae encode IMAGES --checkpoint VAERUN --output OUT.npy", prints: false),
    FaultLine(
      text: "vae generate --checkpoint VAERUN --count 4 --output OUT.png", prints: false,
      long: "vae generate --checkpoint VAERUN --count 1000000 --output OUT.svg"),
    FaultLine(
      text: "vae reconstruct IMAGES --checkpoint VAERUN --count 4 --output OUT.svg", prints: false),
    FaultLine(
      text: "vae interpolate IMAGES --checkpoint VAERUN --pairs 2 --steps 3 --output OUT.npy",
      prints: false,
      long: "vae interpolate IMAGES --checkpoint VAERUN --split all --pairs 66 --steps 1000 "
        + "--output OUT.svg"),
  ]

  static let network =
    "--latent categorical:2x2 --encoder mlp:4 --batch-size 33 --quiet"
}
