import GumbelTensors

/// A set of texts that goes by a name.
public struct NamedTextSet: Sendable {
  /// What it is asked for by, such as `words`.
  public let name: String
  /// What is in it, in a line.
  public let summary: String
  /// How many strings there are, about.
  public let size: String
  /// Its license.
  public let license: String
  /// A command that installs it, or where it can be had.
  public let installation: String

  let files: Files
  let columns: TextOptions.Columns

  enum Files: Sendable {
    /// Lists of words where systems have them, the first that there is.
    case dictionary([String])
    /// A file of a Python package, and another one for testing where there is one.
    case package(String, file: String, test: String?)
  }

  /// The paths of its files, that for training first; nil where it is not on this machine.
  public func paths(in search: DataSearch = .usual) -> [String]? {
    switch files {
    case .dictionary(let names):
      let folders = search.folders.map { "\($0)/\(name)" } + search.folders + search.dictionaries
      return names.lazy.flatMap { file in folders.map { "\($0)/\(file)" } }
        .first(where: isReadableFile).map { [$0] }
    case .package(let package, let file, let test):
      let all = [file] + (test.map { [$0] } ?? [])
      if let folder = search.folder(of: name, with: all) { return all.map { "\(folder)/\($0)" } }
      let paths = all.compactMap { search.pythonFile("\(package)/\($0)") }
      return paths.count == all.count ? paths : nil
    }
  }

  func places(_ search: DataSearch) -> [String] {
    switch files {
    case .dictionary: search.folders + search.dictionaries
    case .package: search.folders + search.pythonPackages
    }
  }
}

/// The sets of texts that are known by name.
public enum TextCatalog {
  /// All of them.
  public static let sets = [words, names, molsets]

  /// The set of a name; nil where there is none.
  public static func set(named name: String) -> NamedTextSet? {
    sets.first { $0.name == name || ($0.name == "molsets" && name == "moses") }
  }

  /// A spelling dictionary's English words.
  public static let words = NamedTextSet(
    name: "words", summary: "English words, one a line", size: "104,000 strings",
    license: "SCOWL's, like MIT", installation: "apt-get install wamerican",
    files: .dictionary(["american-english", "words"]), columns: .whole)

  /// Family names of the census of the United States of 1990, which the package `names` brings
  /// along.
  public static let names = NamedTextSet(
    name: "names", summary: "family names in capitals", size: "88,799 strings",
    license: "public domain; the package is MIT",
    installation: DataSearch.pipInstallation(of: "names"),
    files: .package("names", file: "dist.all.last", test: nil), columns: .first)

  /// Molecules as SMILES: MOSES, a selection of ZINC. Polykovskiy et al. 2020 (arXiv 1811.12823).
  public static let molsets = NamedTextSet(
    name: "molsets", summary: "molecules as SMILES", size: "1,584,663 + 176,074 strings",
    license: "MIT", installation: DataSearch.pipInstallation(of: "molsets"),
    files: .package("moses/dataset/data", file: "train.csv.gz", test: "test.csv.gz"),
    columns: .firstOfTable)
}
