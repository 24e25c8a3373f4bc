import Foundation
import SwiftGumbel

// A model of one's own that chooses: a gate with one of eight experts for every input. Started again
// after any end, also kill -9, it goes on where it was last saved, to the same bits.

struct Experts: LossModel {
  var gate: Dense
  var experts: Tensor
  static let termNames = ["loss"]

  init(key: RandomKey) {
    gate = Dense(1, 8, key: key.folding(in: "gate"))
    experts = Tensor.normal([8, 2], key: key.folding(in: "experts"))
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("gate", &gate)
    visitor.visit("experts", &experts)
  }

  func predictions(_ x: Tensor, choices: Tensor) -> Tensor {
    let line = matmul(choices, experts)
    return line.sliced(along: 1, 0..<1) * x + line.sliced(along: 1, 1..<2)
  }

  func loss(on x: Tensor, weight: Tensor, key: RandomKey) -> [Tensor] {
    let choices = Tensor.straightThroughGumbelSoftmax(
      logits: gate(x), temperature: Tensor(0.5), key: key)
    return [square(predictions(x, choices: choices) - abs(x)).mean()]
  }
}

struct Settings: Codable, Equatable {
  var seed: UInt64 = 1
  var plan = DescentPlan(epochs: 40, stepsPerEpoch: 500)
}

struct Measured: Codable {
  var testError: Float
}

Interruption.handleSignals()
let path = CommandLine.arguments.dropFirst().first ?? NSTemporaryDirectory() + "own-run"
let run = try Run<Descent<Experts, Adam>, Measured>(in: path, settings: Settings()) {
  let key = RandomKey($0.seed)
  return Training(Descent(Experts(key: key), plan: $0.plan), key: key.folding(in: "steps"))
}
run.observers.append(ProgressBar(title: "experts"))
let data = RandomKey(2), test = Tensor.uniform([1000, 1], key: data) * 4 - 2
let isDone = try run.train(on: { Tensor.uniform([64, 1], key: data.folding(in: $0)) * 4 - 2 }) {
  let choices = $0.model.gate(test).argmax().oneHot(depth: 8)
  return Measured(
    testError: square($0.model.predictions(test, choices: choices) - abs(test)).mean().scalar)
}
print("epochs \(run.epochs.count), test error \(run.epochs.last?.testError ?? .nan)")
exit(!isDone ? Interruption.exitStatus : run.epochs.last!.testError < 0.01 ? 0 : 1)
