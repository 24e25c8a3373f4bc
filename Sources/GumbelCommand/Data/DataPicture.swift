import SwiftGumbel

/// Examples of a set: a row a class, or any images where there are no labels.
struct DataPicture {
  private static let columns = 10
  private static let rows = 20
  /// The longest side of an example: larger images are shown smaller, in the means of their pixels.
  private static let side = 112

  let images: ImageSet

  init(_ images: ImageSet) { self.images = images }

  var figure: Figure {
    let indices = examples
    let names = images.labels.map { labels in
      indices.map { images.classNames?[Int(labels[$0])] ?? "\(labels[$0])" }
    }
    let factor = (max(images.height, images.width) + Self.side - 1) / Self.side
    let (height, width) = ((images.height - 1) / factor + 1, (images.width - 1) / factor + 1)
    return Figure(columns: [
      ImageGrid(
        indices.map { grey($0, factor) }, imageWidth: width, imageHeight: height,
        columns: Self.columns, captions: names ?? [], title: images.name,
        pixelSize: min(56 / Double(max(height, width)), 8))
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

  /// The means of an image's channels over squares of `factor` pixels a side, or what of one is in
  /// the image.
  private func grey(_ index: Int, _ factor: Int) -> [Double] {
    let pixels = images[index]
    let (height, width, channels) = (images.height, images.width, images.channels)
    return stride(from: 0, to: height, by: factor).flatMap { top in
      stride(from: 0, to: width, by: factor).map { left in
        var sum = 0.0
        let (bottom, right) = (min(top + factor, height), min(left + factor, width))
        for row in top..<bottom {
          for place in ((row * width + left) * channels)..<((row * width + right) * channels) {
            sum += Double(pixels[place])
          }
        }
        return sum / Double((bottom - top) * (right - left) * channels)
      }
    }
  }
}
