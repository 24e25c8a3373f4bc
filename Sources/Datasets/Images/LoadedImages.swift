/// What a reader found in a file or folder.
struct LoadedImages {
  var pixels: ImageSet.Pixels
  var height, width, channels: Int
  var labels: [Int32]?
  var classNames: [String]?

  var count: Int { pixels.count / (height * width * channels) }

  /// The set of these images, with labels from a file of their own if given.
  ///
  /// - Throws: Unless there is a label for each image, and a class for each label.
  func set(
    name: String, labels: [Int32]?, from source: InputSource, classNames: [String]?
  ) throws(InputError) -> ImageSet {
    let labels = labels ?? self.labels
    let classNames = labels == nil ? nil : classNames ?? self.classNames
    func failure(_ problem: ImageProblem) -> InputError {
      InputError(source: source.name, problem: .image(problem, byte: nil))
    }
    if let labels {
      if labels.count != count {
        throw failure(.labelCount(found: labels.count, expected: count))
      }
      let classes = classNames?.count
      if let classes, let index = labels.firstIndex(where: { !(0..<Int32(classes) ~= $0) }) {
        throw failure(
          .labelOutOfRange(found: Double(labels[index]), image: index + 1, classes: classes))
      }
    }
    return ImageSet(
      name: name, pixels: pixels, height: height, width: width, channels: channels, labels: labels,
      classNames: classNames)
  }
}
