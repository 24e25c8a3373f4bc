import GumbelFiles

/// Where named data sets are looked for.
public struct DataSearch: Equatable, Sendable {
  /// Folders that hold a folder for each set, the first to be looked at first.
  public var folders: [String]
  /// Folders of Python packages, which bring some sets along.
  public var pythonPackages: [String]
  /// Folders of lists of words, as spelling checkers have them.
  public var dictionaries: [String]

  /// Folders in the order in which to look.
  public init(
    folders: [String], pythonPackages: [String] = [], dictionaries: [String] = []
  ) {
    self.folders = folders
    self.pythonPackages = pythonPackages
    self.dictionaries = dictionaries
  }

  /// The folder in the environment's `GUMBEL_DATA`, `gumbel` in the user's data folder
  /// (`XDG_DATA_HOME`, or `~/.local/share`), and where the system's packages put data sets; and the
  /// Python packages in `gumbel/python` in the user's data folder, and those of `VIRTUAL_ENV`,
  /// `CONDA_PREFIX`, the Pythons in `PATH` and pyenv's versions, the user and the system.
  public static var usual: DataSearch { DataSearch(environment: environmentValue) }

  /// The same for another environment.
  init(environment: (String) -> String?) {
    let home = environment("HOME")
    let dataHome = environment("XDG_DATA_HOME") ?? home.map { $0 + "/.local/share" }
    folders =
      [environment("GUMBEL_DATA"), dataHome.map { $0 + "/gumbel" }, "/usr/share/datasets"]
      .compactMap(\.self)
    dictionaries = ["/usr/share/dict", "/usr/local/share/dict"]
    let prefixes =
      [environment("VIRTUAL_ENV"), environment("CONDA_PREFIX")].compactMap(\.self)
      + PythonPackages.prefixes(path: environment("PATH") ?? "")
      + [home.map { $0 + "/.local" }, "/usr/local", "/usr", "/opt/homebrew"].compactMap(\.self)
    let own = [dataHome, home.map { $0 + "/.local/share" }].compactMap(\.self)
      .map { $0 + Self.ownPackages }
    pythonPackages = own + PythonPackages.folders(below: prefixes)
  }

  /// Where packages for this package alone may be put, below the user's data folder.
  private static let ownPackages = "/gumbel/python"

  /// The command that puts a Python package there: a Python that the system manages refuses to
  /// install anywhere else, and what the package depends on is not needed for the data in it.
  static func pipInstallation(of package: String) -> String {
    "pip install --no-deps --target ~/.local/share\(ownPackages) \(package)"
  }

  /// The first folder in which all of the files are: that of the set's name, or one above.
  func folder(of set: String, with files: [String]) -> String? {
    folders.flatMap { ["\($0)/\(set)", $0] }.first { folder in
      files.allSatisfy { isReadableFile("\(folder)/\($0)") }
    }
  }

  /// The first Python package folder with a file.
  func pythonFile(_ path: String) -> String? {
    pythonPackages.lazy.map { "\($0)/\(path)" }.first(where: isReadableFile)
  }
}
