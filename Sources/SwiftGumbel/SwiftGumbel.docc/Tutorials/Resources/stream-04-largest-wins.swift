import SwiftGumbel

let logits = log(Tensor([0.1, 0.3, 0.6]))
let noise = Tensor.gumbel([10_000, 3], key: RandomKey(1))
let winners = (logits + noise).argmax()
print(winners.oneHot(depth: 3).mean(along: 0).scalars)

// That is what the package's own draw does, with the same noise.
let draws = Tensor.categorical(logits: logits, shape: [10_000], key: RandomKey(1))
print((winners .== draws).mean().scalar)

// Prints:
// [0.1, 0.3, 0.6]
// 1.0
