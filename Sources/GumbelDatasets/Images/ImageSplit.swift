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

  /// The key with which images are set apart for testing, where a set does not say which they are:
  /// always the same, so that results can be compared.
  static let key = RandomKey(0).folding(in: "test images")
}
