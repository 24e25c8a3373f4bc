import Foundation
import SwiftGumbel

// Logits learn to draw five categories this often, from the gradient of their own draws.
let wanted = Tensor([0, 0, 0.1, 0.3, 0.6])
var logits = Tensor.zeros([5])
var optimizer = Adam(for: logits, learningRate: 0.1)
let step = compile { (logits: inout Tensor, optimizer: inout Adam, key: RandomKey) in
  let (loss, gradient) = valueAndGradient(at: logits) { logits in
    let draws = Tensor.straightThroughGumbelSoftmax(
      logits: logits, temperature: Tensor(1), shape: [1000], key: key)
    return square(draws.mean(along: 0) - wanted).sum()
  }
  optimizer.update(&logits, along: gradient)
  return loss
}
for i in 0..<500 { _ = step(&logits, &optimizer, RandomKey(42).folding(in: i)) }
print(logits.softmax())
exit(abs(logits.softmax() - wanted).max().scalar < 0.02 ? 0 : 1)
