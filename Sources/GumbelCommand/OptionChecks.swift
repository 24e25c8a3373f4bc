import ArgumentParser
import SwiftGumbel

/// Checks of what options give, for `validate()`; what was not given is right. Each throws a mistake
/// of usage that names the option.
enum OptionChecks {
  /// A whole number from `least` on.
  static func count(
    _ value: Int?, _ name: String, from least: Int = 1, upTo most: Int = 100_000_000
  ) throws {
    if let value, !(least...most ~= value) {
      throw ValidationError("\(name) \(value): expected a whole number from \(least) to \(most)")
    }
  }

  /// A number above 0.
  static func positive(_ value: Double?, _ name: String, upTo most: Double) throws {
    if let value, !(value > 0 && value <= most) {
      throw ValidationError(
        "\(name) \(NumberText.short(value)): expected a number above 0 and up to "
          + NumberText.short(most))
    }
  }

  /// A number from 0 on.
  static func notNegative(_ value: Double?, _ name: String, upTo most: Double) throws {
    if let value, !(0...most ~= value) {
      throw ValidationError(
        "\(name) \(NumberText.short(value)): expected a number from 0 to \(NumberText.short(most))")
    }
  }

  /// A part of a whole, of which something is left.
  static func share(_ value: Double?, _ name: String) throws {
    if let value, !(0..<1 ~= value) {
      throw ValidationError("\(name) \(value): expected a number from 0 to below 1")
    }
  }

  static func part(_ value: Double?, _ name: String) throws {
    if let value, !(value > 0 && value < 1) {
      throw ValidationError("\(name) \(value): expected a number between 0 and 1")
    }
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

  /// The images, strings or the like of a step, of which there are only so many.
  static func batchSize(_ size: Int, of count: Int, _ unit: String) throws {
    guard size <= count else {
      throw CommandFailure(
        "--batch-size \(size): there are \(count) training \(unit), expected at most as many")
    }
  }

  /// A network that this machine can train.
  ///
  /// - Parameter options: what makes it smaller.
  static func memory(for size: NetworkSize, _ options: String) throws {
    if let problem = MachineMemory.problem(of: size, options: options) {
      throw ValidationError(problem)
    }
  }

  /// The files that a command is to write: no two are the same, and standard output, `-`, takes one.
  static func apart(_ outputs: [(name: String, path: String?)]) throws {
    for (index, (name, path)) in outputs.enumerated() {
      guard let path, path != "/dev/null",
        let other = outputs[..<index].first(where: { $0.path == path })?.name
      else { continue }
      throw ValidationError(
        path == StandardOutput.argument
          ? "\(other) - and \(name) -: expected one of them to go to standard output"
          : "\(other) and \(name): both are \(path), expected one file each")
    }
  }

  /// The path of what is written and read again, which standard output is not.
  static func path(_ path: String?, _ name: String) throws {
    if path == StandardOutput.argument {
      throw ValidationError(
        "\(name) -: expected a path, since standard output cannot be read again; ./- is one")
    }
  }

  /// A name from which the form of a picture follows.
  static func picture(_ path: String?, _ name: String) throws {
    if let path, !Figure.hasForm(path: path) {
      throw ValidationError(
        "\(name) \(path): expected a name that ends in .svg or .png, or - for SVG on standard "
          + "output")
    }
  }

  /// A name that readers open as a page.
  static func page(_ path: String?, _ name: String) throws {
    if let path, !isWithoutEnding(path), !["html", "htm"].contains(pathEnding(path)) {
      throw ValidationError(
        "\(name) \(path): expected a name that ends in .html, or - for standard output")
    }
  }
}
