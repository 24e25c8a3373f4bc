import ArgumentParser
import Gumbel

/// Checks of numbers that options give, with messages that name the option.
enum OptionChecks {
  /// A whole number from `least` on.
  @discardableResult
  static func count(
    _ value: Int, _ name: String, from least: Int = 1, upTo most: Int = 100_000_000
  ) throws -> Int {
    guard (least...most).contains(value) else {
      throw CommandFailure("\(name) \(value): expected a whole number from \(least) to \(most)")
    }
    return value
  }

  /// A number above 0.
  @discardableResult
  static func positive(_ value: Double, _ name: String, upTo most: Double) throws -> Double {
    guard value > 0, value <= most else {
      throw CommandFailure(
        "\(name) \(NumberText.short(value)): expected a number above 0 and up to "
          + NumberText.short(most))
    }
    return value
  }

  /// A number from 0 on.
  @discardableResult
  static func notNegative(_ value: Double, _ name: String, upTo most: Double) throws -> Double {
    guard value >= 0, value <= most else {
      throw CommandFailure(
        "\(name) \(NumberText.short(value)): expected a number from 0 to \(NumberText.short(most))")
    }
    return value
  }

  /// The steps of a training, of which there are no more than it can count.
  static func steps(epochs: Int, stepsPerEpoch: Int) throws -> Int {
    let most = TrainingLoop.mostSteps
    guard epochs <= most / max(stepsPerEpoch, 1) else {
      throw ValidationError(
        "--epochs \(epochs): of \(stepsPerEpoch) steps each, expected at most "
          + "\(most / max(stepsPerEpoch, 1))")
    }
    return epochs * stepsPerEpoch
  }

  /// The files that a command is to write; `-` for JSON stands for standard output.
  static func outputs(json: String?, plot: String?, report: String?) throws {
    if let plot, !Figure.hasForm(path: plot) {
      throw CommandFailure("--plot \(plot): expected a name that ends in .svg or .png")
    }
    for path in [json == "-" ? nil : json, plot, report] {
      if let path { try AtomicFile.checkWritable(path) }
    }
  }
}
