import GumbelLayers
import GumbelTensors

extension VAE {
  /// The hidden layers of an encoder or a decoder, written `linear`, `mlp:512,256`
  /// or `conv:32,64`.
  public enum Network: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    /// Dense layers of these widths, each with a ReLU; none for a linear network.
    case perceptron([Int])
    /// Convolutions with so many kernels, of 4 x 4 and stride 2, each with a ReLU, and a dense
    /// layer behind; in a decoder a dense layer and then transposed convolutions, the first of
    /// which takes in so many channels.
    case convolutional([Int])

    /// No hidden layer.
    public static let linear = Network.perceptron([])

    /// Reads a network; nil where the text is none.
    public init?(rawValue text: String) {
      if text == "linear" {
        self = .linear
        return
      }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      var sizes: [Int] = []
      for size in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        guard let number = Int(size), number >= 1, number <= 1 << 16 else { return nil }
        sizes.append(number)
      }
      switch parts[0] {
      case "mlp" where sizes.count <= Self.mostLayers: self = .perceptron(sizes)
      case "conv" where sizes.count <= Self.mostConvolutions: self = .convolutional(sizes)
      default: return nil
      }
    }

    /// As it is written.
    public var rawValue: String {
      switch self {
      case .perceptron([]): "linear"
      case .perceptron(let widths): "mlp:" + widths.map(String.init).joined(separator: ",")
      case .convolutional(let kernels): "conv:" + kernels.map(String.init).joined(separator: ",")
      }
    }

    public var description: String { rawValue }

    /// From `[n, pixels]` to `[n, outputs]`.
    func makeEncoder(of image: ImageShape, outputs: Int, key: RandomKey) -> Sequential {
      switch self {
      case .perceptron(let widths): Self.stack([image.count] + widths + [outputs], key: key)
      case .convolutional(let kernels): Self.convolutions(of: image, kernels, outputs, key: key)
      }
    }

    /// From `[n, inputs]` to `[n, pixels]`.
    func makeDecoder(of image: ImageShape, inputs: Int, key: RandomKey) -> Sequential {
      switch self {
      case .perceptron(let widths): Self.stack([inputs] + widths + [image.count], key: key)
      case .convolutional(let kernels): Self.enlarging(to: image, kernels, inputs, key: key)
      }
    }

    /// More would halve the largest image to nothing.
    private static let mostConvolutions = 12
    private static let mostLayers = 64

    private static func convolutions(
      of image: ImageShape, _ kernels: [Int], _ outputs: Int, key: RandomKey
    ) -> Sequential {
      var (height, width, channels) = (image.height, image.width, image.channels)
      var layers: [any Layer] = [Reshape(from: [image.count], to: [height, width, channels])]
      for (i, count) in kernels.enumerated() {
        layers.append(
          Conv2D(
            channels, count, kernel: 4, stride: 2, padding: .same, activation: .relu,
            key: key.folding(in: i)))
        (height, width, channels) = ((height + 1) / 2, (width + 1) / 2, count)
      }
      let count = height * width * channels
      layers.append(Reshape(from: [height, width, channels], to: [count]))
      layers.append(Dense(count, outputs, key: key.folding(in: kernels.count)))
      return Sequential(layers)
    }

    private static func enlarging(
      to image: ImageShape, _ kernels: [Int], _ inputs: Int, key: RandomKey
    ) -> Sequential {
      // As small as as many convolutions would have made the image.
      var (height, width) = (image.height, image.width)
      for _ in kernels { (height, width) = ((height + 1) / 2, (width + 1) / 2) }
      let count = height * width * kernels[0]
      var layers: [any Layer] = [
        Dense(inputs, count, activation: .relu, key: key.folding(in: kernels.count)),
        Reshape(from: [count], to: [height, width, kernels[0]]),
      ]
      for (i, channels) in kernels.enumerated() {
        let isLast = i == kernels.count - 1
        layers.append(
          ConvTranspose2D(
            channels, isLast ? image.channels : kernels[i + 1], kernel: 4, stride: 2,
            padding: .same, activation: isLast ? .linear : .relu, key: key.folding(in: i)))
        (height, width) = (2 * height, 2 * width)
      }
      if (height, width) != (image.height, image.width) {
        layers.append(Crop(height: image.height, width: image.width))
      }
      layers.append(
        Reshape(from: [image.height, image.width, image.channels], to: [image.count]))
      return Sequential(layers)
    }

    private static func stack(_ widths: [Int], key: RandomKey) -> Sequential {
      Sequential(
        (0..<(widths.count - 1)).map { i in
          Dense(
            widths[i], widths[i + 1], activation: i + 2 < widths.count ? .relu : .linear,
            initializer: .glorotUniform, key: key.folding(in: i))
        })
    }
  }
}

/// The upper left part of images `[n, rows, columns, channels]`.
private struct Crop: Layer {
  let height: Int
  let width: Int

  func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    input.sliced(along: 1, 0..<height).sliced(along: 2, 0..<width)
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("height", height)
    visitor.note("width", width)
  }
}
