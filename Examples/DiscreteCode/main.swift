import Foundation
import SwiftGumbel

/// Writes each of eight symbols as three choices between two signs, and reads them again.
struct Coder: TensorGroup {
  var writer = Sequential.mlp([8, 32, 6], activation: .tanh, key: RandomKey(1))
  var reader = Sequential.mlp([6, 32, 8], activation: .tanh, key: RandomKey(2))

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("writer", &writer)
    visitor.visit("reader", &reader)
  }

  /// The logits of the choices: [symbols, 3, 2].
  func choices(_ symbols: Tensor) -> Tensor {
    writer(symbols.oneHot(depth: 8)).reshaped(to: [symbols.count, 3, 2])
  }

  /// The logits of the symbols, given one-hot signs.
  func read(_ signs: Tensor) -> Tensor { reader(signs.reshaped(to: [signs.shape[0], 6])) }
}

let symbols = Tensor.int32Range(8)
var coder = Coder()
var optimizer = Adam(for: coder, learningRate: 0.01)
let step = compile { (coder: inout Coder, optimizer: inout Adam, key: RandomKey) in
  let (loss, gradient) = valueAndGradient(at: coder) { coder in
    // At a temperature of 1 more runs settle on a code with two symbols alike.
    let signs = Tensor.straightThroughGumbelSoftmax(
      logits: coder.choices(symbols), temperature: Tensor(3), key: key)
    return softmaxCrossEntropy(logits: coder.read(signs), labels: symbols).mean()
  }
  optimizer.update(&coder, along: gradient)
  return loss
}
for i in 0..<1000 { _ = step(&coder, &optimizer, RandomKey(3).folding(in: i)) }
let code = coder.choices(symbols).argmax()
let understood = coder.read(code.oneHot(depth: 2)).argmax()
for i in 0..<8 { print("\(i) is \(code[i].int32Scalars), read as \(understood[i].int32Scalar)") }
exit(understood.int32Scalars == symbols.int32Scalars ? 0 : 1)
