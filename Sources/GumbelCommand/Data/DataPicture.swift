import Gumbel

/// Examples of a set: a row a class, or any images where there are no labels.
struct DataPicture {
  private static let columns = 10
  private static let rows = 20

  let images: ImageSet

  init(_ images: ImageSet) { self.images = images }

  var figure: Figure {
    let indices = examples
    let names = images.labels.map { labels in
      indices.map { images.classNames?[Int(labels[$0])] ?? "\(labels[$0])" }
    }
    // Large images are shown smaller.
    let side = Double(max(images.height, images.width))
    return Figure(columns: [
      ImageGrid(
        indices.map(grey), imageWidth: images.width, imageHeight: images.height,
        columns: Self.columns, captions: names ?? [], title: images.name,
        pixelSize: min(max(56 / side, 0.25), 8))
    ])
  }

  /// The first images of each class, or of the set.
  private var examples: [Int] {
    guard let labels = images.labels else {
      return Array(0..<min(images.count, Self.columns * Self.rows))
    }
    var found = [[Int]](repeating: [], count: min(images.classCount, Self.rows))
    for (index, label) in labels.enumerated() where Int(label) < found.count {
      if found[Int(label)].count < Self.columns { found[Int(label)].append(index) }
    }
    return found.flatMap(\.self)
  }

  /// The mean of an image's channels.
  private func grey(_ index: Int) -> [Double] {
    let pixels = images[index]
    let channels = images.channels
    return stride(from: 0, to: pixels.count, by: channels).map { start in
      pixels[start..<(start + channels)].reduce(0) { $0 + Double($1) } / Double(channels)
    }
  }
}
