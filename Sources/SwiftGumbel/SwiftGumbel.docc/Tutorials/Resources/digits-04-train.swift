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
var batches = ImageBatches(
  digits.train, batchSize: 100, binarisation: .dynamic, key: RandomKey(3))
let plan = DescentPlan(epochs: 5, stepsPerEpoch: batches.batchesPerEpoch)
var training = Training(Descent(Autoencoder(), plan: plan), key: RandomKey(4))
_ = try training.run(on: { batches.batch($0).pixels })
for terms in training.history { print(terms) }

// Prints:
// [316.37, 306.51, 9.85]
// [212.36, 211.01, 1.36]
// [205.71, 203.21, 2.50]
// [193.50, 187.56, 5.93]
// [182.12, 173.66, 8.46]
