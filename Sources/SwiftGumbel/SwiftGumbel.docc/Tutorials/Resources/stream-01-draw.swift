import SwiftGumbel

let logits = log(Tensor([0.1, 0.3, 0.6]))
let draws = Tensor.categorical(logits: logits, shape: [10_000], key: RandomKey(1))
print(draws.sliced(along: 0, 0..<10).int32Scalars)

let shares = draws.oneHot(depth: 3).mean(along: 0)
print(shares.scalars)

// Prints:
// [1, 2, 1, 2, 0, 2, 1, 2, 2, 2]
// [0.107, 0.300, 0.593]
