import GumbelLayers
import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct LayerTests {
  static let key = RandomKey(1)
  static let network = Sequential(
    Embedding(count: 5, width: 4, key: key.folding(in: 0)),
    Dense(4, 6, activation: .tanh, key: key.folding(in: 1)), LayerNorm(6), Dropout(0.25),
    Activate(gelu), Sequential(Dense(6, 2, key: key.folding(in: 2))))

  @Test func nothingIsForgotten() {
    let key = Self.key
    let problems =
      forgottenParts(in: Dense(2, 3, key: key)) + forgottenParts(in: LayerNorm(3))
      + forgottenParts(in: Embedding(count: 2, width: 3, key: key))
      + forgottenParts(in: Dropout(0.5)) + forgottenParts(in: Activate(relu))
      + forgottenParts(in: Self.network) + forgottenParts(in: key)
      + forgottenParts(in: Pair(Self.network, key)) + forgottenParts(in: EmptyGroup())
      + forgottenParts(in: [Dense(1, 1, key: key), Dense(1, 2, key: key)])
      + forgottenParts(in: Optional.some(LayerNorm(2)))
      + forgottenParts(in: Sequential.mlp([2, 3, 4], key: key))
      + forgottenParts(in: SGD(for: Self.network, learningRate: 1))
      + forgottenParts(in: SGD(for: Self.network, learningRate: 1, momentum: 0.9))
      + forgottenParts(in: RMSProp(for: Self.network))
      + forgottenParts(in: Adam(for: Self.network))
      + forgottenParts(in: WeightAverage(of: Self.network, decay: 0.9))
    #expect(problems == [])
  }

  @Test func names() {
    #expect(
      Self.network.namedTensors.map(\.name) == [
        "0.table", "1.weight", "1.bias", "2.scale", "2.offset", "5.0.weight", "5.0.bias",
      ])
    #expect(Self.network.elementCount == 20 + 30 + 12 + 14)
    let adam = Adam(for: LayerNorm(2)).namedTensors.map(\.name)
    #expect(
      adam == [
        "learningRate", "step", "firstMoments.0", "firstMoments.1", "secondMoments.0",
        "secondMoments.1",
      ])
  }

  @Test func shapes() {
    let tokens = Tensor(int32: [0, 1, 2, 3, 4, 0], shape: [2, 3])
    #expect(Self.network(tokens).shape == [2, 3, 2])
    #expect(Self.network(tokens, mode: .training(key: RandomKey(1))).shape == [2, 3, 2])
    let dense = Dense(3, 4, key: Self.key)
    #expect(dense(Tensor.ones([3])).shape == [4])
    #expect(dense(Tensor.ones([0, 3])).shape == [0, 4])
    #expect(dense(Tensor.ones([2, 5, 3])).shape == [2, 5, 4])
    #expect(LayerNorm(3)(Tensor.ones([2, 5, 3])).shape == [2, 5, 3])
    let mlp = Sequential.mlp([3, 8, 8, 2], key: Self.key)
    #expect(mlp(Tensor.ones([7, 3])).shape == [7, 2])
    #expect(mlp.elementCount == 3 * 8 + 8 + 8 * 8 + 8 + 8 * 2 + 2)
    #expect(mlp.layers.map { ($0 as? Dense)?.activation } == [.relu, .relu, .linear])
  }

  @Test func denseByHand() {
    var layer = Dense(2, 2, activation: .relu, key: Self.key)
    #expect(layer.bias.scalars == [0, 0])
    layer.weight = Tensor([1, 2, 3, -4], shape: [2, 2])
    layer.bias = Tensor([0.5, 1])
    #expect(layer(Tensor([1, 1])).scalars == [4.5, 0])
    for activation in Activation.allCases {
      let layer = Dense(3, 5, activation: activation, key: Self.key)
      let x = Tensor.normal([4, 3], key: RandomKey(2))
      let apart = activation(matmul(x, layer.weight) + layer.bias)
      #expect(largestDifference(layer(x), DoubleTensor(apart).values) < 1e-6)
    }
  }

  @Test func embeddingOfIndicesAndOfMixtures() {
    let embedding = Embedding(count: 4, width: 3, key: Self.key)
    let indices = Tensor(int32: [3, 0])
    let byIndex = embedding(indices)
    let byOneHot = embedding(indices.oneHot(depth: 4))
    #expect(byIndex.scalars == byOneHot.scalars)
    let slope = gradient(at: embedding) { $0(Tensor(int32: [1, 1, 2])).sum() }
    #expect(slope.table.sum(along: 1).scalars == [0, 6, 3, 0])
  }

  @Test func layerNormalises() {
    let x = Tensor.normal([20, 64], key: Self.key) * 5 + 3
    let y = LayerNorm(64)(x)
    #expect(largestDifference(y.mean(along: 1), [Double](repeating: 0, count: 20)) < 1e-5)
    #expect(
      largestDifference(square(y).mean(along: 1), [Double](repeating: 1, count: 20)) < 1e-4)
    // Constant rows have no variance to divide by.
    let constant = LayerNorm(4)(Tensor(repeating: 7, shape: [1, 4]))
    #expect(constant.scalars == [0, 0, 0, 0])
  }

  /// Dropped with the probability, the rest scaled up; nothing in inference.
  @Test func dropout() {
    let x = Tensor.ones([200_000])
    let layer = Dropout(0.25)
    #expect(layer(x).scalars == x.scalars)
    let kept = layer(x, mode: .training(key: RandomKey(3))).scalars
    #expect(Set(kept) == [0, 1 / 0.75])
    let share = Double(kept.filter { $0 == 0 }.count) / 200_000
    #expect(Swift.abs(share - 0.25) < allowedDeviations * (0.1875 / 200_000).squareRoot())
    let again = layer(x, mode: .training(key: RandomKey(3))).scalars
    let other = layer(x, mode: .training(key: RandomKey(4))).scalars
    #expect(again == kept)
    #expect(other != kept)
    #expect(Dropout(0)(x, mode: .training(key: RandomKey(3))).scalars == x.scalars)
    let slope = gradient(at: x) { layer($0, mode: .training(key: RandomKey(3))).sum() }
    #expect(slope.scalars == kept)
    // Two layers of one network draw different masks.
    let twice = Sequential(Dropout(0.5), Dropout(0.5))
    let left = twice(x, mode: .training(key: RandomKey(3))).scalars.filter { $0 != 0 }.count
    #expect(Swift.abs(Double(left) / 200_000 - 0.25) < 0.01)
  }

  enum Mistake: CaseIterable, Codable, Sendable {
    case dropoutOfAll, negativeDropout, wrongWidth, tokenOutside
    func commit() {
      switch self {
      case .dropoutOfAll: _ = Dropout(1)
      case .negativeDropout: _ = Dropout(-0.1)
      case .wrongWidth: _ = Dense(2, 3, key: RandomKey(1))(Tensor.ones([4, 3]))
      case .tokenOutside: _ = Embedding(count: 2, width: 1, key: RandomKey(1))(Tensor(int32: [2]))
      }
    }
  }

  @Test(arguments: Mistake.allCases)
  func mistakesEnd(_ mistake: Mistake) async {
    await #expect(processExitsWith: .failure) { [mistake] in mistake.commit() }
  }
}
