extension ImageSplit {
  /// Reads images for training and testing: a set by its name, such as `fashion-mnist`, or a path.
  ///
  /// - A folder with the four IDX files of MNIST, or with folders `train` and `test` of PNG files,
  ///   and a file `train…` with one `t10k…` or `test…` beside it, say which images are for testing.
  /// - Of any other file or folder, `testFraction` of the images are drawn with a fixed key.
  ///
  /// Traps unless `testFraction` is between 0 and 1.
  ///
  /// - Throws: If there is no such set or file, or it cannot be read, or it has fewer than two
  ///   images, or the parts have images of other sizes.
  public static func load(
    _ argument: String, testFraction: Double = 0.1,
    options: ImageFileOptions = ImageFileOptions(), search: DataSearch = .usual,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> ImageSplit {
    if let set = ImageCatalog.set(named: argument) {
      return try set.load(from: search, shouldStop: shouldStop)
    }
    if !exists(argument) {
      throw InputError(
        source: argument, problem: .image(.noSuchSet(ImageCatalog.sets.map(\.name)), byte: nil))
    }
    func images(_ path: String) throws(InputError) -> ImageSet {
      try ImageSet.load(path, options: options, name: argument, shouldStop: shouldStop)
    }
    guard let (train, test) = parts(of: argument) else {
      let all = try images(argument)
      if all.count < 2 {
        throw InputError(
          source: argument, problem: .image(.tooFewToSplit(count: all.count), byte: nil))
      }
      let (train, test) = all.split(testFraction: testFraction, key: key)
      return ImageSplit(
        train: train, test: test, files: [argument],
        rule: "\(test.count) images drawn with a fixed key")
    }
    let split = ImageSplit(
      train: try images(train), test: try images(test), files: [train, test],
      rule: "the test images of \(folderAndFile(test).file)")
    if let difference = split.difference {
      throw InputError(source: test, problem: .image(.partsDiffer(difference), byte: nil))
    }
    return split
  }

  /// What keeps the parts from being parts of one set.
  private var difference: String? {
    func size(_ set: ImageSet) -> String { "\(set.height)x\(set.width)x\(set.channels)" }
    if size(train) != size(test) { return "\(size(test)), expected \(size(train))" }
    if (train.labels == nil) != (test.labels == nil) {
      return test.labels == nil ? "no labels" : "labels"
    }
    if train.classNames != test.classNames { return "other classes" }
    return nil
  }

  /// The paths of the parts that a folder, or a file among others, consists of.
  private static func parts(of path: String) -> (train: String, test: String)? {
    if isDirectory(path) {
      let folder = path.hasSuffix("/") ? path : path + "/"
      if isDirectory(folder + "train"), isDirectory(folder + "test") {
        return (folder + "train", folder + "test")
      }
      for ending in ["-images-idx3-ubyte.gz", "-images-idx3-ubyte"] {
        let (train, test) = (folder + "train" + ending, folder + "t10k" + ending)
        if isReadableFile(train), isReadableFile(test) { return (train, test) }
      }
      return nil
    }
    let (folder, file) = folderAndFile(path)
    guard file.hasPrefix("train") else { return nil }
    return ["t10k", "test"].map { folder + $0 + file.dropFirst("train".count) }
      .first(where: isReadableFile).map { (path, $0) }
  }
}
