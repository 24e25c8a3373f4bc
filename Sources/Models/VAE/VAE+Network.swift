import Layers
import Tensors

extension VAE {
  /// The hidden layers of an encoder or a decoder, written `linear` or `mlp:512,256`.
  public enum Network: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    /// Dense layers of these widths, each with a ReLU; none for a linear network.
    case perceptron([Int])

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
      case "mlp": self = .perceptron(sizes)
      default: return nil
      }
    }

    /// As it is written.
    public var rawValue: String {
      switch self {
      case .perceptron([]): "linear"
      case .perceptron(let widths): "mlp:" + widths.map(String.init).joined(separator: ",")
      }
    }

    public var description: String { rawValue }

    /// From `[n, pixels]` to `[n, outputs]`.
    func makeEncoder(of image: ImageShape, outputs: Int, key: RandomKey) -> Sequential {
      switch self {
      case .perceptron(let widths): Self.stack([image.count] + widths + [outputs], key: key)
      }
    }

    /// From `[n, inputs]` to `[n, pixels]`.
    func makeDecoder(of image: ImageShape, inputs: Int, key: RandomKey) -> Sequential {
      switch self {
      case .perceptron(let widths): Self.stack([inputs] + widths + [image.count], key: key)
      }
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
