import SwiftGumbel

let wanted = Tensor([0.1, 0.3, 0.6])
func cost(_ draws: Tensor) -> Tensor { square(draws.mean(along: 0) - wanted).sum() }

let slope = gradient(at: Tensor.zeros([3])) { logits in
  let draws = Tensor.categorical(logits: logits, shape: [1000], key: RandomKey(1))
  return cost(draws.oneHot(depth: 3))
}
print(slope.scalars)

// Prints:
// [0.0, 0.0, 0.0]
