import CGumbelMath
import GumbelTensors

extension VAE {
  /// The pixels' distribution given the latent variables, written `bernoulli`, `gaussian` or
  /// `gaussian:0.1`.
  public enum Likelihood: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    /// Independent binary pixels, of which the decoder gives the logits. A grey pixel between 0
    /// and 1 counts as the mean of binary ones.
    case bernoulli
    /// Independent normal pixels, of which the decoder gives the logits of the means, between 0
    /// and 1. One standard deviation holds for all pixels: this one, or nil for one that is
    /// trained, as in Rybkin, Daniilidis & Levine 2021 (arXiv 2006.13202). Bounds are of a density,
    /// and may be positive.
    case gaussian(scale: Double?)

    /// Reads a likelihood; nil where the text is none.
    public init?(rawValue text: String) {
      switch text {
      case "bernoulli": self = .bernoulli
      case "gaussian": self = .gaussian(scale: nil)
      default:
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "gaussian", let scale = Double(parts[1]),
          scale >= Self.smallestScale, scale.isFinite
        else { return nil }
        self = .gaussian(scale: scale)
      }
    }

    /// As it is written.
    public var rawValue: String {
      switch self {
      case .bernoulli: "bernoulli"
      case .gaussian(nil): "gaussian"
      case .gaussian(let scale?): "gaussian:\(scale)"
      }
    }

    public var description: String { rawValue }

    /// A quarter of a grey level of 8 bits: a perfect decoder would take a scale to 0.
    static let smallestScale = 0.001

    /// The logarithm of a trained scale before training.
    var initialLogScale: Tensor? { self == .gaussian(scale: nil) ? Tensor(0) : nil }

    /// -log p(x|z) in nats: from the decoder's outputs `[…, pixels]` and pixels that broadcast
    /// with them to `[…]`.
    func cost(of pixels: Tensor, outputs: Tensor, logScale: Tensor?) -> Tensor {
      switch self {
      case .bernoulli: return sigmoidCrossEntropy(logits: outputs, labels: pixels).sum(along: -1)
      case .gaussian(let scale):
        let smallest = Float(log(Self.smallestScale))
        let log = logScale.map { maximum($0, Tensor(smallest)) } ?? Tensor(Float(log(scale!)))
        let squares = square(sigmoid(outputs) - pixels).sum(along: -1)
        let rootTwoPi: Float = 0.918_938_53
        return 0.5 * exp(-2 * log) * squares + (log + rootTwoPi) * Float(outputs.shape[-1])
      }
    }

    /// The means of the pixels.
    func mean(ofOutputs outputs: Tensor) -> Tensor { sigmoid(outputs) }
  }
}
