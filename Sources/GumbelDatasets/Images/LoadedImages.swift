/// What a reader found in a file or folder.
struct LoadedImages {
  var pixels: ImageSet.Pixels
  var height, width, channels: Int
  var labels: [Int32]?
  var classNames: [String]?

  var count: Int { pixels.count / (height * width * channels) }

  /// Images of these extents, as a file has them.
  init(
    _ pixels: consuming ImageSet.Pixels, _ extents: ImageExtents, labels: [Int32]? = nil,
    classNames: [String]? = nil
  ) {
    (height, width, channels) = (extents.height, extents.width, extents.channels)
    (self.labels, self.classNames) = (labels, classNames)
    guard extents.areChannelsFirst, extents.channels > 1 else {
      self.pixels = pixels
      return
    }
    switch consume pixels {
    case .bytes(var bytes):
      moveChannelsLast(&bytes, area: height * width, channels: channels)
      self.pixels = .bytes(bytes)
    case .floats(var floats):
      moveChannelsLast(&floats, area: height * width, channels: channels)
      self.pixels = .floats(floats)
    case .mapped(let map):
      // Only images that have their channels last are left where they are.
      self.pixels = .mapped(map)
    }
  }

  init(
    pixels: ImageSet.Pixels, height: Int, width: Int, channels: Int, labels: [Int32]?,
    classNames: [String]?
  ) {
    (self.pixels, self.labels, self.classNames) = (pixels, labels, classNames)
    (self.height, self.width, self.channels) = (height, width, channels)
  }

  /// The set of these images, with labels from a file of their own if given.
  ///
  /// - Throws: Unless there is a label for each image, and a class for each label.
  func set(
    name: String, labels: [Int32]?, from source: InputSource, classNames: [String]?
  ) throws(InputError) -> ImageSet {
    let labels = labels ?? self.labels
    let classNames = labels == nil ? nil : classNames ?? self.classNames
    func failure(_ problem: ImageProblem) -> InputError {
      InputError(source: source.name, problem: .image(problem))
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

/// Puts together the channels of each pixel, which came one after the other, image by image.
private func moveChannelsLast<Value>(_ values: inout [Value], area: Int, channels: Int) {
  let count = area * channels
  for start in stride(from: 0, to: values.count, by: count) {
    let image = Array(values[start..<(start + count)])
    for channel in 0..<channels {
      for pixel in 0..<area {
        values[start + pixel * channels + channel] = image[channel * area + pixel]
      }
    }
  }
}
