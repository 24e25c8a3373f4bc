import GumbelLayers
import GumbelTensors

extension VectorQuantiser {
  /// How a grid of codes is made of an image, and the image of a grid.
  public enum Network: Hashable, Codable, Sendable {
    /// Square patches of this size, a code each; dense layers of these widths take every patch
    /// alone.
    case patches(size: Int, widths: [Int])
    /// Convolutions of these channels, each of which halves height and width, and a code for every
    /// place that is left.
    case convolutional(channels: [Int])

    /// The rows and columns of codes for images of a shape; nil where the network does not fit.
    func grid(of image: VAE.ImageShape) -> (rows: Int, columns: Int)? {
      switch self {
      case .patches(let size, let widths):
        guard size >= 1, widths.allSatisfy({ $0 >= 1 }), image.height % size == 0,
          image.width % size == 0
        else { return nil }
        return (image.height / size, image.width / size)
      case .convolutional(let channels):
        guard 1...10 ~= channels.count, channels.allSatisfy({ $0 >= 1 }) else { return nil }
        let size = 1 << channels.count
        guard image.height % size == 0, image.width % size == 0 else { return nil }
        return (image.height / size, image.width / size)
      }
    }

    /// What images have to be like.
    var expectation: String {
      switch self {
      case .patches(let size, _): "a height and a width that patches of \(size)x\(size) divide"
      case .convolutional(let channels):
        "a height and a width that can be halved \(channels.count) times, and at least once"
      }
    }

    /// From `[n, pixels]` to `[n, positions, codes]`.
    func makeEncoder(of image: VAE.ImageShape, codes: Int, key: RandomKey) -> Sequential {
      switch self {
      case .patches(let size, let widths):
        let perceptron = Sequential.mlp(
          [size * size * image.channels] + widths + [codes], key: key)
        return Sequential([CutIntoPatches(image: image, size: size)] + perceptron.layers)
      case .convolutional(let channels):
        let (rows, columns) = grid(of: image)!
        let inputs = [image.channels] + channels
        let convolutions = zip(inputs, channels).enumerated().map { position, sizes in
          Conv2D(
            sizes.0, sizes.1, kernel: 4, stride: 2, padding: .same, activation: .relu,
            key: key.folding(in: position))
        }
        let last = channels[channels.count - 1]
        return Sequential(
          [Reshape(from: [image.count], to: [image.height, image.width, image.channels])]
            + convolutions
            + [
              Reshape(from: [rows, columns, last], to: [rows * columns, last]),
              Dense(last, codes, key: key.folding(in: "codes")),
            ])
      }
    }

    /// From `[n, positions, width]` to `[n, pixels]`.
    func makeDecoder(of image: VAE.ImageShape, width: Int, key: RandomKey) -> Sequential {
      switch self {
      case .patches(let size, let widths):
        let perceptron = Sequential.mlp(
          [width] + widths.reversed() + [size * size * image.channels], key: key)
        return Sequential(perceptron.layers + [JoinPatches(image: image, size: size)])
      case .convolutional(let channels):
        let (rows, columns) = grid(of: image)!
        let inputs = Array(channels.reversed())
        let outputs = inputs.dropFirst() + [image.channels]
        let convolutions = zip(inputs, outputs).enumerated().map { position, sizes in
          ConvTranspose2D(
            sizes.0, sizes.1, kernel: 4, stride: 2, padding: .same,
            activation: position + 1 < channels.count ? .relu : .linear,
            key: key.folding(in: position))
        }
        return Sequential(
          [
            Dense(width, inputs[0], activation: .relu, key: key.folding(in: "entries")),
            Reshape(from: [rows * columns, inputs[0]], to: [rows, columns, inputs[0]]),
          ] + convolutions
            + [Reshape(from: [image.height, image.width, image.channels], to: [image.count])])
      }
    }
  }
}
