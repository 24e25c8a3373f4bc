import Layers
import Tensors

extension VectorQuantiser {
  /// How a grid of codes is made of an image, and the image of a grid.
  public enum Network: Hashable, Codable, Sendable {
    /// Square patches of this size, a code each; dense layers of these widths take every patch
    /// alone.
    case patches(size: Int, widths: [Int])

    /// The rows and columns of codes for images of a shape; nil where the network does not fit.
    func grid(of image: VAE.ImageShape) -> (rows: Int, columns: Int)? {
      switch self {
      case .patches(let size, let widths):
        guard size >= 1, widths.allSatisfy({ $0 >= 1 }), image.height % size == 0,
          image.width % size == 0
        else { return nil }
        return (image.height / size, image.width / size)
      }
    }

    /// What images have to be like.
    var expectation: String {
      switch self {
      case .patches(let size, _): "a height and a width that patches of \(size)x\(size) divide"
      }
    }

    /// From `[n, pixels]` to `[n, positions, codes]`.
    func makeEncoder(of image: VAE.ImageShape, codes: Int, key: RandomKey) -> Sequential {
      switch self {
      case .patches(let size, let widths):
        let perceptron = Sequential.mlp(
          [size * size * image.channels] + widths + [codes], key: key)
        return Sequential([CutIntoPatches(image: image, size: size)] + perceptron.layers)
      }
    }

    /// From `[n, positions, width]` to `[n, pixels]`.
    func makeDecoder(of image: VAE.ImageShape, width: Int, key: RandomKey) -> Sequential {
      switch self {
      case .patches(let size, let widths):
        let perceptron = Sequential.mlp(
          [width] + widths.reversed() + [size * size * image.channels], key: key)
        return Sequential(perceptron.layers + [JoinPatches(image: image, size: size)])
      }
    }
  }
}
