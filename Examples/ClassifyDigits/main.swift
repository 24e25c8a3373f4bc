import Foundation
import SwiftGumbel

// A convolutional network learns to read digits. Its training is kept in a directory: the settings,
// the newest checkpoint, and what was measured after each epoch. Started again, it goes on there.

struct Classifier: LossModel {
  var network: Sequential
  static let termNames = ["loss"]

  init(width: Int, key: RandomKey) {
    let keys = key.split(into: 3)
    network = Sequential(
      Reshape(from: [784], to: [28, 28, 1]),
      Conv2D(1, width, kernel: 5, stride: 2, padding: .same, activation: .relu, key: keys[0]),
      Conv2D(
        width, 2 * width, kernel: 5, stride: 2, padding: .same, activation: .relu, key: keys[1]),
      Reshape(from: [7, 7, 2 * width], to: [98 * width]),
      Dropout(0.3),
      Dense(98 * width, 10, key: keys[2]))
  }

  mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("network", &network) }

  func loss(on batch: ImageBatch, weight: Tensor, key: RandomKey) -> [Tensor] {
    let logits = network(batch.pixels, mode: .training(key: key))
    return [softmaxCrossEntropy(logits: logits, labels: batch.labels!).mean()]
  }

  func classes(_ pixels: Tensor) -> Tensor { network(pixels).argmax() }
}

/// All that decides what the run becomes.
struct Settings: Codable, Equatable {
  var seed: UInt64 = 1
  var width = 16
  var plan: DescentPlan
}

/// What is measured after each epoch: a line of `metrics.jsonl`.
struct Measured: Codable {
  var accuracy: Float
}

Interruption.handleSignals()
let path = CommandLine.arguments.dropFirst().first ?? "classifier"
let digits = try ImageSplit.load("mnist-5k")
var batches = ImageBatches(digits.train, batchSize: 50, key: RandomKey(1).folding(in: "batches"))
let (pixels, labels) = (
  digits.test.tensor(of: 0..<digits.test.count),
  digits.test.labelTensor(of: 0..<digits.test.count)!
)

var settings = Settings(plan: DescentPlan(epochs: 8, stepsPerEpoch: batches.batchesPerEpoch))
settings.plan.learningRate = .cosine(from: 2e-3, to: 1e-4, over: settings.plan.stepCount)
let run = try Run<Descent<Classifier, Adam>, Measured>(in: path, settings: settings) {
  let key = RandomKey($0.seed)
  let model = Classifier(width: $0.width, key: key.folding(in: "model"))
  return Training(Descent(model, plan: $0.plan), key: key.folding(in: "steps"))
}
run.observers.append(ProgressBar(title: "classifier"))
let isDone = try run.train(on: { batches.batch($0) }) { training in
  Measured(accuracy: (training.model.classes(pixels) .== labels).mean().scalar)
}
guard isDone else { exit(Interruption.exitStatus) }

for epoch in run.epochs { print("epoch \(epoch.epoch): accuracy \(epoch.measured.accuracy)") }
let found = run.training.model.classes(pixels).int32Scalars
for digit in 0..<Int32(10) {
  let wrong = zip(found, labels.int32Scalars).filter { $0 != $1 && $1 == digit }.map(\.0)
  if !wrong.isEmpty { print("\(digit) was also read as \(Set(wrong).sorted())") }
}
exit(run.epochs.last!.measured.accuracy > 0.95 ? 0 : 1)
