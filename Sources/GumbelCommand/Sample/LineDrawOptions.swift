import ArgumentParser
import SwiftGumbel

/// How `gumbel sample` draws from lines.
struct LineDrawOptions: ParsableArguments {
  @Flag(help: "Draw each line from all lines, so that one may come several times.")
  var replacement = false
  @Option(
    "Draw each line with this probability instead of --count of them, and write it as it is read.",
    valueName: "p")
  var fraction: Double?
  @Option(
    "Draw --count rows of each group of those that have the same in this column.",
    valueName: "column")
  var groupBy: String?
  @Option(
    "Divide the lines among files, as by train=0.8,test=0.2: by what they hold, or by --key. A name "
      + "without an ending gets that of the first file.", valueName: "path=p,…")
  var split: String?
  @Flag(help: "Write lines in the order in which they were read, rather than that of the draw.")
  var originalOrder = false
  @Flag(
    help: ArgumentHelp(
      "Write behind each line, as one more field, the probability with which it was to be drawn; or with "
        + "--replacement how often that was to be expected."))
  var inclusionProbabilities = false
  @Flag(
    name: [.customShort("z"), .long],
    help: "Lines end in NUL, here and where they are written, and are no rows of a table.")
  var zeroTerminated = false

  /// Where there is something else to draw than --count lines, or other lines, its option.
  private var modes: [String] {
    [
      ("--replacement", replacement), ("--fraction", fraction != nil),
      ("--group-by", groupBy != nil), ("--split", split != nil),
    ].filter(\.1).map(\.0)
  }

  /// The options that were given.
  private var given: [String] {
    modes
      + [
        ("--original-order", originalOrder), ("--inclusion-probabilities", inclusionProbabilities),
        ("--zero-terminated", zeroTerminated),
      ].filter(\.1).map(\.0)
  }

  var scheme: LineSampler.Scheme {
    if replacement { return .withReplacement }
    if let groupBy { return .groups(SymbolFormat.Column(argument: groupBy)) }
    return .withoutReplacement
  }

  func validate() throws {
    if modes.count > 1 {
      throw ValidationError("\(modes[0]) and \(modes[1]): expected only one of them")
    }
    try OptionChecks.notNegative(fraction, "--fraction", upTo: 1)
    if groupBy == "" { throw ValidationError("--group-by: expected a column's name or number") }
    if let split { _ = try LineSplitSide.sides(split) }
    if split != nil, inclusionProbabilities {
      throw ValidationError(
        "--split and --inclusion-probabilities: a split draws nothing; expected only one of them")
    }
  }

  /// Throws if options of others do not fit.
  func checkUse(_ source: SourceOptions, _ table: TableOptions, _ parts: LinePartOptions) throws {
    if source.lines.isEmpty {
      let isMerged = !parts.merge.isEmpty
      let ofMerged = ["--original-order", "--inclusion-probabilities"]
      if isMerged, zeroTerminated {
        throw ValidationError(
          "--zero-terminated: the states say what ends lines; expected --merge without it")
      }
      if let option = given.first(where: { !isMerged || !ofMerged.contains($0) }) {
        throw ValidationError("\(option): says how lines are drawn; expected it with --lines")
      }
    }
    if parts.linesBefore != nil, parts.state == nil, fraction == nil {
      throw ValidationError(
        "--lines-before: places a part of the lines; expected it with --state or --fraction")
    }
    if parts.state != nil, let option = given.first(where: { $0 != "--zero-terminated" }) {
      let reason =
        switch option {
        case "--fraction": "what is drawn of parts is put together as it is"
        case "--original-order", "--inclusion-probabilities":
          "expected it where states are merged"
        default: "such draws of parts cannot be put together"
        }
      throw ValidationError("\(option) and --state: \(reason)")
    }
    if source.weights != nil,
      let option = modes.first(where: { ["--fraction", "--split"].contains($0) })
    {
      throw ValidationError(
        "\(option) and --weights: all lines are treated alike; expected only one of them")
    }
    if parts.key != nil {
      if replacement {
        throw ValidationError(
          "--replacement and --key: all draws would be of one line; expected only one of them")
      }
      if inclusionProbabilities, fraction == nil {
        throw ValidationError(
          "--inclusion-probabilities and --key: lines with the same key are drawn together, with "
            + "chances that are not known; expected only one of them")
      }
    }
    if zeroTerminated {
      let ofTables =
        [
          ("--weights", source.weights != nil), ("--key", parts.hasKeyColumn),
          ("--group-by", groupBy != nil), ("--table", source.isTable == true),
        ].filter(\.1).map(\.0) + table.given.filter { $0 != "--header" || source.isTable == nil }
      if let option = ofTables.first {
        throw ValidationError(
          "--zero-terminated and \(option): lines that end in NUL are no rows of a table; expected only "
            + "one of them")
      }
    }
  }

  /// Throws if a count, or where to write, does not fit.
  func checkUse(count: Int?, output: String?) throws {
    if let option = modes.first(where: { ["--fraction", "--split"].contains($0) }), count != nil {
      throw ValidationError("\(option) and --count: expected only one of them")
    }
    if replacement {
      try OptionChecks.count(count, "--count", from: 0, upTo: Int(Int32.max) - 1)
    }
    if split != nil, output != nil {
      throw ValidationError("--split and --output: expected only one of them")
    }
  }
}

/// One of the files of `--split`.
struct LineSplitSide {
  let path: String
  let fraction: Double

  /// What an argument such as `train=0.8,test=0.2` says.
  static func sides(_ argument: String) throws -> [LineSplitSide] {
    let sides = try argument.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let equal = part.lastIndex(of: "="), equal > part.startIndex,
        let fraction = Double(part[part.index(after: equal)...]), 0...1 ~= fraction
      else {
        throw ValidationError(
          "--split: found \"\(part)\", expected a path, = and a number from 0 to 1, such as train=0.8"
        )
      }
      return LineSplitSide(path: String(part[..<equal]), fraction: fraction)
    }
    for side in sides { try OptionChecks.path(side.path, "--split") }
    let sum = sides.reduce(0) { $0 + $1.fraction }
    guard (sum - 1).magnitude <= LineSplitter.tolerance else {
      let rounded = (sum * 1e9).rounded() / 1e9
      throw ValidationError("--split: the parts add up to \(rounded), expected 1")
    }
    return sides
  }

  /// The sides with the endings of a file where they have none.
  ///
  /// - Throws: If two are the same file, or one is read.
  static func sides(_ argument: String, reading inputs: [String]) throws -> [LineSplitSide] {
    var name = inputs[0].split(separator: "/").last ?? ""
    for compressed in [".gz", ".GZ"] where name.hasSuffix(compressed) { name.removeLast(3) }
    let isNamed = inputs[0] != StandardOutput.argument
    let ending = isNamed ? name.dropFirst().lastIndex(of: ".").map { name[$0...] } ?? "" : ""
    let sides = try sides(argument).map { side in
      let isWhole = side.path.split(separator: "/").last?.contains(".") ?? true
      return LineSplitSide(
        path: isWhole ? side.path : side.path + ending, fraction: side.fraction)
    }
    for (index, side) in sides.enumerated()
    where sides[..<index].contains(where: { $0.path == side.path }) {
      throw ValidationError("--split: \(side.path) comes twice, expected one file for each part")
    }
    if let both = sides.first(where: { inputs.contains($0.path) }) {
      throw ValidationError("--split: \(both.path) is read as well, expected another file")
    }
    return sides
  }
}
