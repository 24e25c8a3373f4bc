extension ImageSheet {
  /// The same sheet of at most about so many pixels: squares of pixels become their means.
  package func reduced(toPixels limit: Int) -> ImageSheet {
    let total = pixels.count / max(image.channels, 1)
    let factor = Int((Double(total) / Double(limit)).squareRoot().rounded(.up))
    guard factor > 1 else { return self }
    let small = Shape(
      height: max(1, image.height / factor), width: max(1, image.width / factor),
      channels: image.channels)
    let count = pixels.count / image.count
    var means: [Float] = []
    means.reserveCapacity(count * small.count)
    for index in 0..<count {
      for row in 0..<small.height {
        for column in 0..<small.width {
          for channel in 0..<image.channels {
            means.append(mean(index, row * factor, column * factor, channel, side: factor))
          }
        }
      }
    }
    return ImageSheet(means, image: small, columns: columns)
  }

  private func mean(_ index: Int, _ top: Int, _ left: Int, _ channel: Int, side: Int) -> Float {
    var (sum, count): (Float, Float) = (0, 0)
    for row in top..<min(top + side, image.height) {
      for column in left..<min(left + side, image.width) {
        sum +=
          pixels[index * image.count + (row * image.width + column) * image.channels + channel]
        count += 1
      }
    }
    return sum / count
  }
}
