import ArgumentParser
import SwiftGumbel

/// Where `gumbel sample` takes its distribution from.
struct SourceOptions: ParsableArguments {
  @Option("Logits.", valueName: "numbers|path", completion: .file()) var logits: String?
  @Option("Probabilities, or weights of any sum.", valueName: "numbers|path", completion: .file())
  var probabilities: String?
  @Option(
    "Draw lines of this file or pipe, and of those that follow, each at most once unless options say "
      + "otherwise, and print them as they are.",
    valueName: "path", completion: .file())
  var lines: [String] = []
  @Option(
    "The column of a table with the lines' weights: its name, or its number from 1.",
    valueName: "column")
  var weights: String?
  @Flag(
    name: .customLong("table"), inversion: .prefixedNo,
    help: ArgumentHelp(
      "Lines are the rows of a table: quotes may enclose line ends, and the row that names the "
        + "columns is not drawn (default: for .csv, .tsv, .tab and .rdb, or where an option describes a "
        + "table)."))
  var isTable: Bool?
  @Option(
    "The decimal mark of logits, probabilities and weights: . or ,; with a comma, semicolons or "
      + "blanks stand between numbers.", valueName: "mark")
  var decimal: NumberNotation.DecimalMark?
  @OptionGroup var missing: MissingOptions

  /// The distribution's argument.
  var distribution: (argument: String, kind: SampleInput.Kind)? {
    logits.map { ($0, .logits) } ?? probabilities.map { ($0, .probabilities) }
  }

  /// Whether lines are rows of a table, by what is said of them or else by the first file's name.
  func areRows(
    _ table: TableOptions, _ parts: LinePartOptions, _ drawing: LineDrawOptions
  ) -> Bool {
    if let isTable { return isTable }
    if drawing.zeroTerminated { return false }
    if weights != nil || parts.hasKeyColumn || drawing.groupBy != nil || !table.given.isEmpty {
      return true
    }
    guard let path = lines.first else { return false }
    return SymbolFormat.suggested(forPath: path, dialect: TableDialect()) != .lines
  }

  /// Throws if it is not one thing that is drawn from, or if what is said of lines does not fit.
  func checkUse(
    _ table: TableOptions, _ parts: LinePartOptions, _ drawing: LineDrawOptions, _ paths: [String]
  ) throws {
    let sources = [
      ("--logits", logits), ("--probabilities", probabilities), ("--lines", lines.first),
      ("--merge", parts.merge.first),
    ].filter { $0.1 != nil }.map(\.0)
    guard sources.count == 1 else {
      throw ValidationError(
        (sources.isEmpty ? "nothing to draw from" : sources.joined(separator: " and "))
          + ": expected one of --logits, --probabilities, --lines and --merge")
    }
    if let path = paths.first, lines.isEmpty, parts.merge.isEmpty {
      throw ValidationError(
        "\(path): there may be several files of --lines and --merge alone; expected an option")
    }
    let read = lines + parts.merge + paths
    if read.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("-: standard input is given more than once, expected once")
    }
    if lines.isEmpty, let option = parts.given.first ?? (parts.state.map { _ in "--state" }),
      parts.merge.isEmpty || option != "--state"
    {
      throw ValidationError(
        "\(option): describes a part of the lines; expected it with --lines")
    }
    if parts.key == nil, parts.state != nil, !lines.isEmpty, let option = missing.given.first {
      throw ValidationError(
        "\(option) and --state: rows that are left out have no place; expected --key as well")
    }
    if weights == nil {
      let given = missing.given + (decimal != nil && !lines.isEmpty ? ["--decimal"] : [])
      if let option = given.first {
        throw ValidationError("\(option): describes weights of lines; expected it with --weights")
      }
    }
    let given =
      (weights != nil ? ["--weights"] : []) + (parts.hasKeyColumn ? ["--key"] : [])
      + (drawing.groupBy != nil ? ["--group-by"] : []) + (isTable != nil ? ["--table"] : [])
      + table.given
    if lines.isEmpty, let option = given.first(where: { parts.merge.isEmpty || $0 != "--header" }) {
      throw ValidationError("\(option): describes a table of lines; expected it with --lines")
    }
    if isTable == false, let option = given.first(where: { $0 != "--table" && $0 != "--header" }) {
      throw ValidationError("--no-table and \(option): expected only one of them")
    }
  }
}

/// How `gumbel sample` draws from a distribution.
struct DrawingOptions: ParsableArguments {
  @Option("All draw the same distribution, at other speeds; by default auto.", valueName: "name")
  var method: Method?
  @Option("Each sample is so many different classes, in order.", valueName: "n")
  var withoutReplacement: Int?
  @Flag(help: "Gumbel-softmax samples: as many numbers as classes, which add up to 1.")
  var relaxed = false
  @Flag(help: "One-hot samples, as a straight-through layer passes them on.")
  var straightThrough = false
  @Option("Of relaxed samples; otherwise what logits are divided by (default: 1).", valueName: "t")
  var temperature: Double?
  @Option("Keep the n most likely classes.", valueName: "n") var topK: Int?
  @Option("Keep the fewest classes that have this much probability together.", valueName: "p")
  var topP: Double?
  @Option("Keep classes of at least this part of the largest probability.", valueName: "p")
  var minP: Double?
  @Option(
    "Keep the classes whose information is nearest to its mean and that have this probability together.",
    valueName: "p")
  var typicalP: Double?
  @Option(
    "Keep classes whose logit is within so many standard deviations of the largest.", valueName: "n"
  )
  var topNSigma: Double?
  @Flag(help: "Always the most likely class.") var greedy = false

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case auto, inverse, alias
    case gumbelMax = "gumbel-max"

    var sampling: SamplingMethod? { SamplingMethod(rawValue: rawValue) }
  }

  /// The options that were used.
  var given: [String] {
    let options: [(String, Bool)] = [
      ("--method", method != nil), ("--without-replacement", withoutReplacement != nil),
      ("--relaxed", relaxed), ("--straight-through", straightThrough),
      ("--temperature", temperature != nil), ("--top-k", topK != nil), ("--top-p", topP != nil),
      ("--min-p", minP != nil), ("--typical-p", typicalP != nil),
      ("--top-n-sigma", topNSigma != nil), ("--greedy", greedy),
    ]
    return options.filter(\.1).map(\.0)
  }

  func validate() throws {
    // Each of these says by itself what is drawn.
    let alone: [(String, with: Set<String>)] = [
      ("--greedy", []), ("--relaxed", ["--temperature"]),
      ("--straight-through", ["--temperature"]),
      (
        "--without-replacement",
        ["--temperature", "--top-k", "--top-p", "--min-p", "--typical-p", "--top-n-sigma"]
      ),
    ]
    for (option, companions) in alone where given.contains(option) {
      if let other = given.first(where: { $0 != option && !companions.contains($0) }) {
        throw ValidationError("\(option) and \(other): expected only one of them")
      }
    }
    try OptionChecks.count(
      withoutReplacement, "--without-replacement", upTo: Int(Int32.max))
    if let temperature {
      if relaxed || straightThrough {
        guard temperature >= 0, temperature.isFinite else {
          throw ValidationError("--temperature \(temperature): expected a number of at least 0")
        }
      } else if !(temperature > 0 && temperature.isFinite) {
        throw ValidationError(TokenSamplingError.temperature(temperature).inOptions)
      }
    }
    do throws(TokenSamplingError) {
      _ = try TokenSampling(
        topK: topK, topP: topP, minP: minP, typicalP: typicalP, topNSigma: topNSigma)
    } catch {
      throw ValidationError(error.inOptions)
    }
  }

  /// What the options ask for, once they are valid.
  func kind() throws -> SampleKind {
    if relaxed { return .relaxed(temperature: Float(temperature ?? 1)) }
    if straightThrough { return .straightThrough(temperature: Float(temperature ?? 1)) }
    let isFiltered =
      temperature != nil || topK != nil || topP != nil || minP != nil || typicalP != nil
      || topNSigma != nil
    let settings: TokenSampling? =
      greedy
      ? .greedy
      : isFiltered
        ? try TokenSampling(
          temperature: temperature ?? 1, topK: topK, topP: topP, minP: minP, typicalP: typicalP,
          topNSigma: topNSigma) : nil
    if let withoutReplacement { return .withoutReplacement(withoutReplacement, settings) }
    if let settings { return .filtered(settings, method?.sampling) }
    return .classes(method?.sampling)
  }

  /// The values of a sample; nil for one class.
  func width(classCount: Int) -> Int? {
    relaxed || straightThrough ? classCount : withoutReplacement
  }
}
