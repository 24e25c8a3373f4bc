import GumbelTensors

extension ImageSet {
  /// The images of this set and then those of another, with labels where both have them. Traps
  /// unless the images are of one size.
  package func appending(_ other: ImageSet) -> ImageSet {
    require(
      (height, width, channels) == (other.height, other.width, other.channels),
      "ImageSet: images of \(height)x\(width)x\(channels) and of "
        + "\(other.height)x\(other.width)x\(other.channels) in one set")
    let joined: Pixels =
      switch (pixels, other.pixels) {
      case (.bytes(let a), .bytes(let b)): .bytes(a + b)
      case (.floats(let a), .floats(let b)): .floats(a + b)
      case (.bytes, .floats), (.floats, .bytes):
        .floats(pixels(of: 0..<count) + other.pixels(of: 0..<other.count))
      }
    return ImageSet(
      name: name, pixels: joined, height: height, width: width, channels: channels,
      labels: labels.flatMap { mine in other.labels.map { mine + $0 } }, classNames: classNames)
  }
}
