import GumbelLayers
import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Layers on images.
@Suite struct ImageLayerTests {
  static let key = RandomKey(1)
  static let encoder = Sequential(
    Conv2D(1, 4, kernel: 4, stride: 2, padding: .same, activation: .relu, key: key.folding(in: 0)),
    Conv2D(4, 6, kernel: 3, padding: .zeros(1), activation: .relu, key: key.folding(in: 1)),
    Pool2D(.max, size: 2), Reshape(from: [2, 2, 6], to: [24]),
    Dense(24, 5, key: key.folding(in: 2)))
  static let decoder = Sequential(
    Dense(5, 16, activation: .relu, key: key.folding(in: 3)), Reshape(from: [16], to: [2, 2, 4]),
    ConvTranspose2D(4, 3, kernel: 2, stride: 2, activation: .relu, key: key.folding(in: 4)),
    ConvTranspose2D(3, 1, kernel: 4, stride: 2, padding: .same, key: key.folding(in: 5)))

  @Test func nothingIsForgotten() {
    let problems =
      forgottenParts(in: Conv2D(1, 2, kernel: 3, key: Self.key))
      + forgottenParts(in: ConvTranspose2D(1, 2, kernel: 3, key: Self.key))
      + forgottenParts(in: Pool2D(.mean, size: 2))
      + forgottenParts(in: Reshape(from: [4], to: [2, 2])) + forgottenParts(in: Self.encoder)
    #expect(problems == [])
    #expect(
      Self.encoder.namedTensors.map(\.name) == [
        "0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias",
      ])
  }

  @Test func shapes() {
    let x = Tensor.ones([3, 8, 8, 1])
    #expect(Self.encoder(x).shape == [3, 5])
    #expect(Self.encoder(x[0]).shape == [5])
    #expect(Self.decoder(Self.encoder(x)).shape == x.shape)
    #expect(Self.encoder(Tensor.ones([0, 8, 8, 1])).shape == [0, 5])
    let layer = Conv2D(2, 7, kernel: 3, stride: 2, key: Self.key)
    #expect(layer.weight.shape == [3, 3, 2, 7])
    #expect(layer.bias.shape == [7])
    let transposed = ConvTranspose2D(7, 2, kernel: 3, stride: 2, key: Self.key)
    #expect(transposed.weight.shape == [3, 3, 2, 7])
    #expect(transposed.bias.shape == [2])
    #expect(transposed(layer(Tensor.ones([9, 5, 2]))).shape == [9, 5, 2])
  }

  @Test func byHand() {
    var layer = Conv2D(1, 1, kernel: 2, activation: .relu, key: Self.key)
    layer.weight = Tensor([1, 2, 3, -4], shape: [2, 2, 1, 1])
    layer.bias = Tensor([0.5])
    let x = Tensor([1, 0, 2, 0, 1, 0], shape: [2, 3, 1])
    #expect(layer(x).scalars == [0, 7.5])
    var transposed = ConvTranspose2D(1, 1, kernel: 2, stride: 2, key: Self.key)
    transposed.weight = layer.weight
    transposed.bias = layer.bias
    let enlarged = transposed(Tensor([1, 10], shape: [1, 2, 1]))
    #expect(enlarged.shape == [2, 4, 1])
    #expect(enlarged.scalars == [1.5, 2.5, 10.5, 20.5, 3.5, -3.5, 30.5, -39.5])
  }

  /// A kernel of one element is a dense layer over the channels.
  @Test func oneElementIsDense() {
    let layer = Conv2D(5, 6, kernel: 1, activation: .tanh, key: Self.key)
    let x = Tensor.normal([4, 7, 3, 5], key: RandomKey(2))
    let apart = dense(
      x, weight: layer.weight.reshaped(to: [5, 6]), bias: layer.bias, activation: .tanh)
    #expect(largestDifference(layer(x), DoubleTensor(apart).values) < 1e-6)
  }

  /// Inputs and outputs count in the bounds with the receptive field, in both directions.
  @Test func initialWeights() {
    for (initializer, bound) in [
      (Initializer?.none, (6.0 / (9 * 50)).squareRoot()),
      (.heUniform, (6.0 / (9 * 20)).squareRoot()),
    ] {
      let conv = Conv2D(20, 30, kernel: 3, initializer: initializer, key: Self.key)
      let transposed = ConvTranspose2D(20, 30, kernel: 3, initializer: initializer, key: Self.key)
      for weight in [conv.weight, transposed.weight] {
        let largest = Double(abs(weight).max().scalar)
        #expect(largest <= bound * 1.000_001 && largest > bound * 0.99)
      }
    }
  }

  @Test func pooling() {
    let x = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 4, 1])
    let largest = Pool2D(.max, size: 2)(x)
    let mean = Pool2D(.mean, size: 2)(x)
    #expect(largest.shape == [1, 2, 1])
    #expect(largest.scalars == [6, 8])
    #expect(mean.scalars == [3.5, 5.5])
    let slope = gradient(at: x) { Pool2D(.max, size: 2)($0).sum() }
    #expect(slope.scalars == [0, 0, 0, 0, 0, 1, 0, 1])
    let same = Pool2D(.mean, size: 1)(x)
    #expect(same.scalars == x.scalars)
    let channels = Pool2D(.mean, size: 2)(Tensor.normal([2, 3, 4, 6, 5], key: Self.key))
    #expect(channels.shape == [2, 3, 2, 3, 5])
  }

  /// Learns to tell horizontal from vertical bars, wherever they lie.
  @Test func learnsBars() {
    let (images, labels) = bars(256, key: RandomKey(3))
    var network = Self.encoder
    var optimizer = Adam(for: network, learningRate: 0.01)
    func loss(_ network: Sequential, _ images: Tensor, _ labels: Tensor) -> Tensor {
      softmaxCrossEntropy(logits: network(images), labels: labels).mean()
    }
    for _ in 0..<60 {
      let slope = gradient(at: network) { loss($0, images, labels) }
      optimizer.update(&network, along: slope)
    }
    let (others, truth) = bars(256, key: RandomKey(4))
    let right = zip(network(others).argmax().int32Scalars, truth.int32Scalars).filter(==).count
    #expect(right >= 250, "\(right) of 256")
  }

  /// Noisy images [count, 8, 8, 1] with a bar across or down, and which of the two it is.
  private func bars(_ count: Int, key: RandomKey) -> (images: Tensor, labels: Tensor) {
    let across = (Tensor.uniform([count], key: key.folding(in: 0)) .> 0.5)
    let line = (Tensor.uniform([count], key: key.folding(in: 1)) * 8).converted(to: .int32).oneHot(
      depth: 8)
    let horizontal = line.reshaped(to: [count, 8, 1, 1])
    let vertical = line.reshaped(to: [count, 1, 8, 1])
    let mask = across.reshaped(to: [count, 1, 1, 1])
    let noise = Tensor.normal([count, 8, 8, 1], key: key.folding(in: 2)) * 0.2
    return (horizontal * mask + vertical * (1 - mask) + noise, across.converted(to: .int32))
  }

  enum Mistake: CaseIterable, Codable, Sendable {
    case channels, poolOfNothing, poolOfOddSize, reshapeCount, reshapeOfOther, reshapeOfFew
    func commit() {
      let x = Tensor.ones([2, 3, 4, 1])
      switch self {
      case .channels: _ = Conv2D(2, 3, kernel: 2, key: RandomKey(1))(x)
      case .poolOfNothing: _ = Pool2D(.max, size: 0)
      case .poolOfOddSize: _ = Pool2D(.max, size: 2)(x)
      case .reshapeCount: _ = Reshape(from: [4], to: [3])
      case .reshapeOfOther: _ = Reshape(from: [3, 4], to: [12])(x)
      case .reshapeOfFew: _ = Reshape(from: [1, 1], to: [1])(Tensor.ones([1]))
      }
    }
  }

  @Test(arguments: Mistake.allCases)
  func mistakesEnd(_ mistake: Mistake) async {
    await #expect(processExitsWith: .failure) { [mistake] in mistake.commit() }
  }
}
