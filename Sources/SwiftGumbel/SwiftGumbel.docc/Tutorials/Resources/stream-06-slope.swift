import SwiftGumbel

let wanted = Tensor([0.1, 0.3, 0.6])
func cost(_ draws: Tensor) -> Tensor { square(draws.mean(along: 0) - wanted).sum() }

let slope = gradient(at: Tensor.zeros([3])) { logits in
  cost(
    Tensor.gumbelSoftmax(
      logits: logits, temperature: Tensor(0.5), shape: [1000], key: RandomKey(1)))
}
print(slope.scalars)

// Prints:
// [0.146, 0.013, -0.158]
