extension ImageSplit {
  /// Reads images for training and testing: a set by its name, such as `fashion-mnist`, or a path.
  ///
  /// - A folder with the four IDX files of MNIST or its kin, or with folders `train` and `test` of
  ///   PNG files, a file `…train…` with one `…t10k…` or `…test…` beside it, and an `.npz` file with
  ///   arrays `x_train`, `y_train`, `x_test` and `y_test`, or `train_images`, `train_labels` and so
  ///   on, say which images are for testing.
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
    if !exists(argument), NPZArchive.parts(of: argument) == nil {
      throw InputError(source: argument, problem: .image(.noSuchSet(ImageCatalog.sets.map(\.name))))
    }
    func images(_ path: String) throws(InputError) -> ImageSet {
      try ImageSet.load(path, options: options, name: argument, shouldStop: shouldStop)
    }
    if let split = try archive(argument, options, shouldStop) { return split }
    guard let (train, test) = try parts(of: argument) else {
      let all = try images(argument)
      if all.count < 2 {
        throw InputError(source: argument, problem: .image(.tooFewToSplit(count: all.count)))
      }
      let (train, test) = all.split(testFraction: testFraction, key: key)
      return ImageSplit(
        train: train, test: test, files: [argument],
        rule: "\(counted(test.count, "image")) drawn with a fixed key")
    }
    let split = ImageSplit(
      train: try images(train), test: try images(test), files: [train, test],
      rule: "the test images of \(folderAndFile(test).file)")
    return try split.checked(test)
  }

  /// The split if its parts are of one set.
  private func checked(_ test: String) throws(InputError) -> ImageSplit {
    guard let difference else { return self }
    throw InputError(source: test, problem: .image(.partsDiffer(difference)))
  }

  /// The parts that an `.npz` file has under names that are usual for them, as Keras and MedMNIST
  /// give them; nil if it is none, or has others.
  private static func archive(
    _ path: String, _ options: ImageFileOptions, _ shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) -> ImageSplit? {
    guard isReadableFile(path) else { return nil }
    let input = try ChunkedInput(.file(path), chunk: 1 << 12, shouldStop: shouldStop)
    guard try input.begins(with: ZIPArchive.magic) else { return nil }
    let names = try NPZArchive.names(input)
    let usual = [
      ["x_train", "y_train", "x_test", "y_test"],
      ["train_images", "train_labels", "test_images", "test_labels"],
    ]
    guard let found = usual.first(where: { $0.allSatisfy(names.contains) }) else { return nil }
    let arrays = found.map { "\(path):\($0)" }
    let split = try ImageSplit(
      files: arrays, name: path, options: options, rule: "the array \(found[2])",
      shouldStop: shouldStop)
    return try split.checked(arrays[2])
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
  private static func parts(of path: String) throws(InputError) -> (train: String, test: String)? {
    guard isDirectory(path) else { return testFile(for: path).map { (path, $0) } }
    let folder = path.hasSuffix("/") ? path : path + "/"
    if isDirectory(folder + "train"), isDirectory(folder + "test") {
      return (folder + "train", folder + "test")
    }
    let files = try directoryEntries(path).sorted().filter {
      $0.contains("images-idx3") || $0.contains("images.idx3")
    }
    for file in files {
      if let test = testFile(for: folder + file) { return (folder + file, test) }
    }
    return nil
  }

  /// The file of test images that lies beside one of training images.
  private static func testFile(for path: String) -> String? {
    let (folder, file) = folderAndFile(path)
    guard file.contains("train") else { return nil }
    return ["t10k", "test"]
      .map { folder + file.replacing("train", with: $0, maxReplacements: 1) }
      .first(where: isReadableFile)
  }
}
