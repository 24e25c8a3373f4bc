import GumbelTensors

extension ImageSet {
  /// The images with these indices, in their order. Traps where there are none, or one does not
  /// exist.
  public func subset(_ indices: some Collection<Int>) -> ImageSet {
    require(!indices.isEmpty, "ImageSet: a subset of no images")
    let size = imageSize
    func gathered<T>(_ values: [T]) -> [T] {
      var result: [T] = []
      result.reserveCapacity(indices.count * size)
      for index in indices {
        requireImage(index)
        result += values[(index * size)..<((index + 1) * size)]
      }
      return result
    }
    func mapped(_ map: MappedPixels) -> MappedPixels {
      for index in indices { requireImage(index) }
      return map.subset(indices)
    }
    let part: Pixels =
      switch pixels {
      case .bytes(let bytes): .bytes(gathered(bytes))
      case .floats(let floats): .floats(gathered(floats))
      case .mapped(let map): .mapped(mapped(map))
      }
    return ImageSet(
      name: name, pixels: part, height: height, width: width, channels: channels,
      labels: labels.map { labels in indices.map { labels[$0] } }, classNames: classNames)
  }

  /// The set in an order drawn with the key, and its last `testCount` images apart.
  ///
  /// Traps unless both parts have an image.
  public func split(testCount: Int, key: RandomKey) -> (train: ImageSet, test: ImageSet) {
    require(
      1..<max(count, 1) ~= testCount,
      "ImageSet: \(testCount) of \(count) images for testing, expected from 1 to \(count - 1)")
    let order = Tensor.permutation(count, key: key).int32Scalars.map(Int.init)
    let trainCount = count - testCount
    return (subset(order[..<trainCount]), subset(order[trainCount...]))
  }

  /// The set in an order drawn with the key, and a fraction of its images, rounded, but at least
  /// one, apart. Traps unless the fraction is between 0 and 1 and both parts have an image.
  public func split(testFraction: Double, key: RandomKey) -> (train: ImageSet, test: ImageSet) {
    require(
      testFraction > 0 && testFraction < 1,
      "ImageSet: a fraction of \(testFraction) for testing, expected between 0 and 1")
    return split(testCount: partCount(testFraction, of: count), key: key)
  }

  /// The indices of `perClass` images of each class, drawn with the key, in the order of the
  /// classes: the labelled images of semi-supervised learning. Traps without labels, or where a
  /// class has fewer.
  public func balancedIndices(perClass: Int, key: RandomKey) -> [Int] {
    guard let labels else { fatalError("ImageSet: balancedIndices of a set without labels") }
    var chosen = [[Int]](repeating: [], count: classCount)
    for index in Tensor.permutation(count, key: key).int32Scalars.lazy.map(Int.init) {
      let label = Int(labels[index])
      if chosen[label].count < perClass { chosen[label].append(index) }
    }
    for (label, indices) in chosen.enumerated() {
      require(
        indices.count == perClass,
        "ImageSet: \(perClass) images of class \(label), which has \(indices.count)")
    }
    return chosen.flatMap(\.self)
  }
}

/// A fraction of a count, rounded, but so that both parts have at least one.
func partCount(_ fraction: Double, of count: Int) -> Int {
  min(max(Int((Double(count) * fraction).rounded()), 1), count - 1)
}
