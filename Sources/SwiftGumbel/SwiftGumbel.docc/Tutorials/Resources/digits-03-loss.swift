import SwiftGumbel

struct Autoencoder: LossModel {
  var encoder = Sequential.mlp([784, 256, 160], key: RandomKey(1))
  var decoder = Sequential.mlp([160, 256, 784], key: RandomKey(2))
  var estimator = StraightThroughGumbelSoftmaxEstimator<OneHotCategorical<Tensor>>(temperature: 0.5)
  var prior: OneHotCategorical<Tensor> { OneHotCategorical(logits: Tensor.zeros([20, 8])) }
  static let termNames = ["loss", "reconstruction", "divergence"]

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("encoder", &encoder)
    visitor.visit("decoder", &decoder)
    visitor.visit("estimator", &estimator)
  }

  func code(of pixels: Tensor) -> OneHotCategorical<Tensor> {
    OneHotCategorical(logits: encoder(pixels).reshaped(to: [pixels.shape[0], 20, 8]))
  }

  func pixelLogits(_ code: Tensor) -> Tensor { decoder(code.reshaped(to: [code.shape[0], 160])) }

  func loss(on pixels: Tensor, weight: Tensor, key: RandomKey) -> [Tensor] {
    let code = code(of: pixels)
    func cost(_ drawn: Tensor) -> Tensor {
      sigmoidCrossEntropy(logits: pixelLogits(drawn), labels: pixels).sum(along: -1)
    }
    let reconstruction = estimator.expectation(of: cost, under: code, key: key).mean()
    let divergence = code.klDivergence(to: prior).sum(along: -1).mean()
    return [reconstruction + divergence, reconstruction, divergence]
  }
}

let digits = try ImageSplit.load("mnist-5k")
let test = digits.test.binarised(.fixed, key: RandomKey(5)).tensor(of: 0..<1000)
let terms = Autoencoder().loss(on: test, weight: Tensor(1), key: RandomKey(6))
for (name, term) in zip(Autoencoder.termNames, terms) { print(name, term.scalar) }

// Prints:
// loss 551.52
// reconstruction 550.29
// divergence 1.22
