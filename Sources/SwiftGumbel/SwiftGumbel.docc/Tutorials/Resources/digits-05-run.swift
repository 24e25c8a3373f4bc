import Foundation
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

Interruption.handleSignals()
let path = CommandLine.arguments.dropFirst().first ?? "digits"
let digits = try ImageSplit.load("mnist-5k")
var batches = ImageBatches(
  digits.train, batchSize: 100, binarisation: .dynamic, key: RandomKey(3))
var plan = DescentPlan(epochs: 6, stepsPerEpoch: batches.batchesPerEpoch)
plan.learningRate = .cosine(from: 5e-3, to: 1e-4, over: plan.stepCount)
let run = try Run<Descent<Autoencoder, Adam>, [String: Float]>(in: path, settings: plan) {
  Training(Descent(Autoencoder(), plan: $0), key: RandomKey(4))
}
run.observers.append(ProgressBar(title: "digits"))
let test = digits.test.binarised(.fixed, key: RandomKey(5)).tensor(of: 0..<digits.test.count)
let isDone = try run.train(on: { batches.batch($0).pixels }) {
  ["test/loss": $0.model.loss(on: test, weight: Tensor(1), key: RandomKey(6))[0].scalar]
}
guard isDone else { exit(Interruption.exitStatus) }
for epoch in run.epochs { print("epoch", epoch.epoch, epoch.measured["test/loss"]!) }

// Prints:
// epoch 1 201.0
// epoch 2 190.0
// epoch 3 181.0
// epoch 4 171.0
// epoch 5 167.0
// epoch 6 166.0
