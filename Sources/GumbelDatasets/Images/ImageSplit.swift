import GumbelTensors

/// Images to learn from, and others to judge by.
public struct ImageSplit: Sendable {
  /// What to learn from, and what to judge by.
  public let train, test: ImageSet
  /// The files that they were read from.
  public let files: [String]
  /// How the test images were told from the others, for reports.
  public let rule: String

  /// Parts that were told from each other in another way.
  public init(train: ImageSet, test: ImageSet, files: [String], rule: String) {
    self.train = train
    self.test = test
    self.files = files
    self.rule = rule
  }

  /// Parts of which each has a file of images and one of labels, those for training first.
  init(
    files: [String], name: String, classNames: [String]? = nil,
    options: ImageFileOptions = ImageFileOptions(), rule: String,
    shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) {
    func part(_ first: Int) throws(InputError) -> ImageSet {
      try ImageSet.load(
        .file(files[first]), labels: .file(files[first + 1]), classNames: classNames,
        options: options, name: name, shouldStop: shouldStop)
    }
    self.init(train: try part(0), test: try part(2), files: files, rule: rule)
  }

  /// The key with which images are set apart for testing, where a set does not say which they are:
  /// always the same, so that results can be compared.
  static let key = RandomKey(0).folding(in: "test images")
}
