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
      case (.floats(let a), .floats(let b)): .floats(a + b)
      case (.floats, _), (_, .floats):
        .floats(pixels(of: 0..<count) + other.pixels(of: 0..<other.count))
      case (.mapped(let a), .mapped(let b)):
        a.appending(b).map { .mapped($0) } ?? .bytes(a.bytes + b.bytes)
      case (let a, let b): .bytes(a.bytes! + b.bytes!)
      }
    return ImageSet(
      name: name, pixels: joined, height: height, width: width, channels: channels,
      labels: labels.flatMap { mine in other.labels.map { mine + $0 } }, classNames: classNames)
  }
}
