import SwiftGumbel

let truth = Tensor([0, 0, 0.1, 0.3, 0.6])

/// Ten numbers of the stream, as rows with a 1 each.
func stream(_ key: RandomKey) -> Tensor {
  Tensor.categorical(logits: log(truth), shape: [10], key: key).oneHot(depth: 5)
}

// A discriminator: it tells the stream's numbers from numbers that are all equally likely.
var discriminator = Dense(5, 1, key: RandomKey(1))
var optimizer = Adam(for: discriminator, learningRate: 0.01)
let step = compile { (discriminator: inout Dense, optimizer: inout Adam, key: RandomKey) in
  let (realKey, drawnKey) = key.split()
  let real = stream(realKey)
  let drawn = Tensor.categorical(logits: Tensor.zeros([5]), shape: [10], key: drawnKey)
    .oneHot(depth: 5)
  let (loss, slope) = valueAndGradient(at: discriminator) { discriminator in
    sigmoidCrossEntropy(logits: discriminator(real), labels: Tensor(1)).mean()
      + sigmoidCrossEntropy(logits: discriminator(drawn), labels: Tensor(0)).mean()
  }
  optimizer.update(&discriminator, along: slope)
  return loss
}
for i in 0..<1000 { _ = step(&discriminator, &optimizer, RandomKey(2).folding(in: i)) }

let verdicts = discriminator(Tensor.int32Range(5).oneHot(depth: 5))
for number in 0..<5 { print(number, verdicts[number].scalars[0] > 0 ? "real" : "drawn") }

// Prints:
// 0 drawn
// 1 drawn
// 2 drawn
// 3 real
// 4 real
