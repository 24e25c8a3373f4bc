import ArgumentParser
import Gumbel

/// Checks of what options give, with messages that name the option. Each throws a mistake of usage.
enum OptionChecks {
  /// A whole number from `least` on.
  @discardableResult
  static func count(
    _ value: Int, _ name: String, from least: Int = 1, upTo most: Int = 100_000_000
  ) throws -> Int {
    guard (least...most).contains(value) else {
      throw ValidationError("\(name) \(value): expected a whole number from \(least) to \(most)")
    }
    return value
  }

  /// A number above 0.
  @discardableResult
  static func positive(_ value: Double, _ name: String, upTo most: Double) throws -> Double {
    guard value > 0, value <= most else {
      throw ValidationError(
        "\(name) \(NumberText.short(value)): expected a number above 0 and up to "
          + NumberText.short(most))
    }
    return value
  }

  /// A number from 0 on.
  @discardableResult
  static func notNegative(_ value: Double, _ name: String, upTo most: Double) throws -> Double {
    guard value >= 0, value <= most else {
      throw ValidationError(
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

  /// The files that a command is to write; `-` stands for standard output, which takes one of them.
  static func outputs(json: String? = nil, plot: String? = nil, report: String? = nil) throws {
    if let plot { try picture(plot, "--plot") }
    if let report { try page(report, "--report") }
    try standardOutput([("--json", json), ("--plot", plot), ("--report", report)])
    let given = [("--json", json), ("--plot", plot), ("--report", report)].filter { $0.1 != nil }
    for (index, (name, path)) in given.enumerated() {
      if let other = given[..<index].first(where: { $0.1 == path }), path != "/dev/null" {
        throw ValidationError(
          "\(other.0) and \(name): both are \(path!), expected one file each")
      }
    }
    for (_, path) in given { try OutputFile.checkWritable(path!) }
  }

  /// The path of what is written and read again, which standard output is not.
  static func path(_ path: String?, _ name: String) throws {
    if path == StandardOutput.argument {
      throw ValidationError(
        "\(name) -: expected a path, since standard output cannot be read again; ./- is one")
    }
  }

  /// A name from which the form of a picture follows.
  static func picture(_ path: String, _ name: String) throws {
    guard Figure.hasForm(path: path) else {
      throw ValidationError(
        "\(name) \(path): expected a name that ends in .svg or .png, or - for SVG on standard "
          + "output")
    }
  }

  /// A name that readers open as a page.
  static func page(_ path: String, _ name: String) throws {
    guard isWithoutEnding(path) || ["html", "htm"].contains(pathEnding(path)) else {
      throw ValidationError(
        "\(name) \(path): expected a name that ends in .html, or - for standard output")
    }
  }

  /// That at most one of several outputs goes to standard output.
  static func standardOutput(_ outputs: [(name: String, path: String?)]) throws {
    let names = outputs.filter { $0.path == StandardOutput.argument }.map { $0.name + " -" }
    guard names.count < 2 else {
      throw ValidationError(
        names.joined(separator: " and ") + ": expected one of them to go to standard output")
    }
  }
}
