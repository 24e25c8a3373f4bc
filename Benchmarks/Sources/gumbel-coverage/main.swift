// How often intervals for a return level hold the truth, in samples simulated from a generalized
// extreme value distribution. `script/coverage --help` says how it is run.

import GumbelCLibrary
import GumbelDistributions
import GumbelTensors

/// What came of one kind of interval over all samples.
struct Tally {
  var held = 0
  /// The truth lay below the interval, or above it.
  var below = 0
  var above = 0
  var endless = 0
  var widths: [Double] = []

  mutating func add(_ interval: ClosedRange<Double>, truth: Double) {
    if truth < interval.lowerBound {
      below += 1
    } else if truth > interval.upperBound {
      above += 1
    } else {
      held += 1
    }
    let width = interval.upperBound - interval.lowerBound
    if !width.isFinite { endless += 1 }
    widths.append(width)
  }

  var count: Int { held + below + above }
}

struct Settings {
  var size = 40
  var period = 100.0
  var replications = 4000
  var bootstrap = 1000
  var confidence = 0.95
  var shapes = [-0.2, 0, 0.2]
  var seed: UInt64 = 2026

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      guard let text = rest.popFirst() else { Self.stop("\(option): expected a value") }
      func whole(from least: Int) -> Int {
        guard let value = Int(text), value >= least, value <= 10_000_000 else {
          Self.stop("\(option) \(text): expected a whole number from \(least) on")
        }
        return value
      }
      func number(_ range: ClosedRange<Double>) -> Double {
        guard let value = Double(text), range.contains(value) else {
          Self.stop(
            "\(option) \(text): expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
      }
      switch option {
      case "--size": size = whole(from: 5)
      case "--replications": replications = whole(from: 1)
      case "--bootstrap":
        bootstrap = whole(from: 0)
        if 1..<20 ~= bootstrap { Self.stop("--bootstrap \(text): expected 0, or 20 or more") }
      case "--seed": seed = UInt64(whole(from: 0))
      case "--period": period = number(1.000_001...1e9)
      case "--confidence": confidence = number(0.5...0.9999)
      case "--shapes":
        shapes = text.split(separator: ",").map {
          guard let value = Double($0), (-0.9...0.9).contains(value) else {
            Self.stop("--shapes \(text): expected numbers from -0.9 to 0.9, separated by commas")
          }
          return value
        }
      default: Self.stop("\(option): no such option; script/coverage --help lists them")
      }
    }
  }

  private static func stop(_ message: String) -> Never {
    note("gumbel-coverage: \(message)")
    exit(64)
  }
}

/// The results for one shape, a row a kind of interval.
func measure(shape: Double, _ settings: Settings) -> [String] {
  let truth = GeneralizedExtremeValue(location: 0, scale: 1, shape: shape)
  let level = truth.inverseSurvival(at: 1 / settings.period)
  let kinds = ["profile likelihood", "bootstrap (percentile)", "standard errors"]
  var tallies = [Tally](repeating: Tally(), count: kinds.count)
  var (unfitted, withoutError, lostSamples) = (0, 0, 0)
  let key = RandomKey(settings.seed)
  for i in 0..<settings.replications {
    // Keys of the sample and of its bootstrap, which is to be independent of it.
    let keys = key.folding(in: i)
    let values = truth.sample(settings.size, key: keys.folding(in: "sample"))
    guard let fit = try? GeneralizedExtremeValue.fit(to: values) else {
      unfitted += 1
      continue
    }
    func interval(_ method: ExtremeValueFit.IntervalMethod) -> ClosedRange<Double> {
      fit.interval(
        for: .returnLevel(period: settings.period), confidence: settings.confidence, by: method)
    }
    tallies[0].add(interval(.profileLikelihood), truth: level)
    if settings.bootstrap > 0 {
      let bootstrap = ExtremeValueBootstrap(
        fit, replicates: settings.bootstrap, key: keys.folding(in: "bootstrap"))
      lostSamples += settings.bootstrap - bootstrap.count
      tallies[1].add(interval(.bootstrap(bootstrap)), truth: level)
    }
    // Without a curvature there is no such interval: it counts as one that missed nothing.
    if fit.standardError(of: .returnLevel(period: settings.period)).isNaN { withoutError += 1 }
    tallies[2].add(interval(.wald), truth: level)
  }
  func percent(_ part: Int, of all: Int, decimals: Int = 1) -> String {
    fixed(100 * Double(part) / Double(max(all, 1)), decimals)
  }
  var rows: [String] = []
  for (kind, tally) in zip(kinds, tallies) where tally.count > 0 {
    let widths = tally.widths.sorted()
    let share = Double(tally.held) / Double(tally.count)
    let error = 100 * (share * (1 - share) / Double(tally.count)).squareRoot()
    rows.append(
      "| \(fixed(shape, 1)) | \(kind) | \(percent(tally.held, of: tally.count)) ± \(fixed(error, 1))"
        + " | \(percent(tally.below, of: tally.count)) | \(percent(tally.above, of: tally.count))"
        + " | \(fixed(widths[widths.count / 2], 2)) |")
  }
  let endless = zip(kinds, tallies).map { "\($0) \($1.endless)" }.joined(separator: ", ")
  note(
    "shape \(shape), level \(level): of \(settings.replications) samples \(unfitted) without a fit, "
      + "\(withoutError) without a standard error; of all bootstrap samples \(lostSamples) without "
      + "a fit; intervals without an end: \(endless)")
  return rows
}

/// Writes a line to standard error.
func note(_ text: String) {
  Array((text + "\n").utf8).withUnsafeBytes { _ = write(2, $0.baseAddress, $0.count) }
}

/// A number with so many decimals.
func fixed(_ x: Double, _ decimals: Int) -> String {
  if !x.isFinite { return "\(x)" }
  var power = 1.0
  for _ in 0..<decimals { power *= 10 }
  let digits = Int((x.magnitude * power).rounded())
  let text = String(digits)
  let padded = String(repeating: "0", count: max(decimals + 1 - text.count, 0)) + text
  let sign = x < 0 && digits > 0 ? "-" : ""
  return decimals == 0
    ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
}

let settings = Settings(Array(CommandLine.arguments.dropFirst()))
print(
  """
  n = \(settings.size), level of the period \(fixed(settings.period, 0)), nominal \
  \(fixed(100 * settings.confidence, 1)) %, \(settings.replications) samples, \
  \(settings.bootstrap) bootstrap samples of each, seed \(settings.seed)

  | shape | interval | holds the truth (%) | truth below (%) | truth above (%) | median width |
  | --- | --- | --- | --- | --- | --- |
  """)
for shape in settings.shapes {
  for row in measure(shape: shape, settings) { print(row) }
  fflush(nil)
}
