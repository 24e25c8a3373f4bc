import SwiftGumbel

let wanted = Tensor([0.1, 0.3, 0.6])
func cost(_ draws: Tensor) -> Tensor { square(draws.mean(along: 0) - wanted).sum() }

func draws(_ logits: Tensor, count: Int) -> Tensor {
  Tensor.straightThroughGumbelSoftmax(
    logits: logits, temperature: Tensor(0.5), shape: [count], key: RandomKey(1))
}
print(draws(Tensor.zeros([3]), count: 2).scalars)

let slope = gradient(at: Tensor.zeros([3])) { logits in cost(draws(logits, count: 1000)) }
print(slope.scalars)

// Prints:
// [0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
// [0.143, 0.015, -0.157]
