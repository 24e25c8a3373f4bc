import Foundation
import Gumbel

// Logits learn to draw five categories this often, from the gradient of their own draws.
let wanted = Tensor([0, 0, 0.1, 0.3, 0.6])
let logits = Tensor.zeros([5])
var state = Pair(logits, Adam(for: logits, learningRate: 0.1))
let step = compile { (state: inout Pair<Tensor, Adam>, key: RandomKey) in
  let (loss, gradient) = valueAndGradient(at: state.first) { logits in
    let draws = Tensor.straightThroughGumbelSoftmax(
      logits: logits, temperature: Tensor(1), shape: [1000], key: key)
    return square(draws.mean(along: 0) - wanted).sum()
  }
  state.second.update(&state.first, along: gradient)
  return loss
}
for i in 0..<500 { _ = step(&state, RandomKey(42).folding(in: i)) }
print(state.first.softmax())
exit(abs(state.first.softmax() - wanted).max().scalar < 0.02 ? 0 : 1)
