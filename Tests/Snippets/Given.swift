import Foundation
import SwiftGumbel

// What script/snippets compiles with the documentation's snippets: names and files that pages take as
// given, and how what is printed is compared with what the pages say.

let key = RandomKey(42)
let logits = Tensor([0, 1, 2])
let annualMaxima = Gumbel(location: 3.87, scale: 0.195).sample(65, key: key)

/// 784 numbers between 0 and 1, as of an image, to the logits of 20 variables of 10 classes.
let encoder = Sequential(
  Dense(784, 200, key: key.folding(in: "encoder")), Reshape(from: [200], to: [20, 10]))
/// The variables' values to the logits of an image.
let decoder = Sequential(
  Reshape(from: [20, 10], to: [200]), Dense(200, 784, key: key.folding(in: "decoder")))
let x = Tensor.uniform([8, 784], key: key.folding(in: "images"))
let estimator = StraightThroughGumbelSoftmaxEstimator<OneHotCategorical<Tensor>>(temperature: 0.5)

/// Of each image, [batch, 784] to [batch].
func loss(_ logits: Tensor, _ images: Tensor) -> Tensor {
  sigmoidCrossEntropy(logits: logits, labels: images).sum(along: -1)
}

/// A model, and batches for it.
struct Model: LossModel {
  static let termNames = ["loss"]
  var weight = Tensor.zeros([3, 1])

  mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("weight", &weight) }

  func loss(_ x: Tensor) -> Tensor {
    square(matmul(x, weight) - x.sum(along: -1, keepingAxis: true)).mean()
  }
  func loss(_ x: Tensor, key: RandomKey) -> Tensor {
    loss(x + 0.01 * Tensor.normal(x.shape, key: key))
  }
  func loss(on x: Tensor, weight: Tensor, key: RandomKey) -> [Tensor] { [loss(x)] }
}
func batch(_ step: Int) -> Tensor { Tensor.normal([64, 3], key: key.folding(in: step)) }

/// Grey noise of 28 by 28 pixels and its classes.
func images(_ count: Int, key: RandomKey) -> ImageSet {
  let pixels = Tensor.uniform([count * 784], key: key).scalars.map { UInt8($0 * 255) }
  return ImageSet(
    name: "noise", bytes: pixels, height: 28, width: 28, labels: (0..<count).map { Int32($0 % 10) })
}
let train = images(200, key: key.folding(in: "train"))
let test = images(50, key: key.folding(in: "test"))

/// A classifier of such images, and what decides of its training.
struct Digits: LossModel {
  static let termNames = ["loss"]
  var layer: Dense

  init(_ settings: Settings) { layer = Dense(784, 10, key: RandomKey(settings.seed)) }

  mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("layer", &layer) }

  func loss(on batch: ImageBatch, weight: Tensor, key: RandomKey) -> [Tensor] {
    [softmaxCrossEntropy(logits: layer(batch.pixels), labels: batch.labels!).mean()]
  }

  func accuracy(on test: ImageSet) -> Float {
    let labels = Tensor(int32: test.labels!)
    return (layer(test.tensor(of: 0..<test.count)).argmax() .== labels).mean().scalar
  }
}
struct Settings: Codable, Equatable {
  var seed: UInt64 = 1
  var plan = DescentPlan(epochs: 3, stepsPerEpoch: 2)
}
let settings = Settings()

/// A name of which the compiler does not know that it is false, for what is compiled and not run.
let neverRun = CommandLine.arguments.count > 1_000_000

// MARK: - Files

/// Writes the files that pages read into the folder in which they are run, and the data sets that they
/// name into the folder in `GUMBEL_DATA`.
func writeGivenFiles() throws {
  let texts = [
    "pets.csv": "name,species\nRex,dog\nTom,cat\nKit,cat\nJoe,cat\n",
    "sums.grammar": """
    Sum    -> Term [3] | Sum '+' Term
    Term   -> Number | '(' Sum ')' [0.5]
    Number -> Digit | Digit Number
    Digit  -> '0' | '1' | '2' | '3' | '4'
      | '5' | '6' | '7' | '8' | '9'

    """,
    "a": (0..<5000).map { "\($0)\n" }.joined(),
    "b": (5000..<8000).map { "\($0)\n" }.joined(),
  ]
  for (name, text) in texts { try Data(text.utf8).write(to: URL(fileURLWithPath: name)) }
  guard let data = ProcessInfo.processInfo.environment["GUMBEL_DATA"] else { return }
  let clothes = data + "/fashion-mnist"
  try FileManager.default.createDirectory(atPath: clothes, withIntermediateDirectories: true)
  for (name, count) in [("train", 200), ("t10k", 50)] {
    let pixels = Tensor.uniform([count * 784], key: key.folding(in: name)).scalars
    let files = [
      "images-idx3": idx([count, 28, 28], pixels.map { UInt8($0 * 255) }),
      "labels-idx1": idx([count], (0..<count).map { UInt8($0 % 10) }),
    ]
    for (kind, bytes) in files {
      try bytes.write(to: URL(fileURLWithPath: "\(clothes)/\(name)-\(kind)-ubyte.gz"))
    }
  }
  let grammar = try Grammar(reading: "W -> S | S W\nS -> 'ba' | 'de' | 'gum' | 'bel' | 'no'")
  let words = grammar.strings(count: 300, maximumLength: 15, key: key)
  try Data(words.joined(separator: "\n").utf8)
    .write(to: URL(fileURLWithPath: data + "/american-english"))
}

private func idx(_ extents: [Int], _ bytes: [UInt8]) -> Data {
  var result: [UInt8] = [0, 0, 8, UInt8(extents.count)]
  for extent in extents { result += [0, 0, UInt8(extent >> 8), UInt8(extent & 255)] }
  return Data(result + bytes)
}

// MARK: - What is printed

nonisolated(unsafe) private var printed: [String] = []

/// In the place of Swift's own, for all snippets.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  printed.append(items.map { "\($0)" }.joined(separator: separator))
}

/// Ends the process unless the last `print` had this text or, where it begins with "near", numbers
/// that are within 0.03 or 5 % of those.
func expectPrinted(_ expected: String, file: String = #filePath, line: Int = #line) {
  let found = printed.popLast() ?? ""
  printed = []
  let isFound =
    expected.hasPrefix("near ")
    ? areNear(numbers(found), numbers(String(expected.dropFirst(5)))) : found == expected
  if !isFound { stop("\(file):\(line): error: it prints \"\(found)\", not \"\(expected)\"") }
}

/// Ends the process unless these are the lines that were printed since the last such check.
func expectAllPrinted(_ expected: [String], file: String = #filePath, line: Int = #line) {
  let found = printed.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    .map(String.init)
  printed = []
  if found != expected {
    stop("\(file):\(line): error: it prints\n\(found.joined(separator: "\n"))")
  }
}

/// The numbers in a text, without the type that a tensor's begins with.
private func numbers(_ text: String) -> [Double] {
  text.replacing(/(float32|int32)\[[0-9, ]*\]/, with: "")
    .matches(of: /[-−]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/)
    .compactMap { Double(String($0.output.0).replacing("−", with: "-")) }
}

private func areNear(_ a: [Double], _ b: [Double]) -> Bool {
  a.count == b.count && !a.isEmpty
    && zip(a, b).allSatisfy { abs($0 - $1) <= max(0.03, 0.05 * abs($1)) }
}

private func stop(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(1)
}

/// Runs the page whose number is the program's argument, or writes the files that pages read.
func runUnit(of units: [(page: String, run: () throws -> Void)]) {
  do {
    guard let number = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
      return try writeGivenFiles()
    }
    let unit = units[number - 1]
    do { try unit.run() } catch { stop("\(unit.page): error: it throws \(error)") }
  } catch {
    stop("files for snippets: \(error)")
  }
}
