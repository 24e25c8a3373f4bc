import SwiftGumbel

let truth = Tensor([0, 0, 0.1, 0.3, 0.6])

func stream(_ key: RandomKey) -> Tensor {
  Tensor.categorical(logits: log(truth), shape: [10], key: key).oneHot(depth: 5)
}

struct GAN: TensorGroup {
  var generator = Tensor.ones([5])
  var discriminator = Dense(5, 1, key: RandomKey(1))
  var generatorOptimizer: Adam
  var discriminatorOptimizer: Adam

  init() {
    generatorOptimizer = Adam(for: generator, learningRate: 0.0007)
    discriminatorOptimizer = Adam(for: discriminator, learningRate: 0.0007)
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("generator", &generator)
    visitor.visit("discriminator", &discriminator)
    visitor.visit("generatorOptimizer", &generatorOptimizer)
    visitor.visit("discriminatorOptimizer", &discriminatorOptimizer)
  }

  /// Ten numbers of our own, relaxed.
  func drawn(_ logits: Tensor, _ key: RandomKey) -> Tensor {
    Tensor.gumbelSoftmax(logits: logits, temperature: Tensor(0.001), shape: [10], key: key)
  }

  /// One step of the discriminator, and ten of the generator.
  mutating func play(_ key: RandomKey) {
    let (real, fake) = (stream(key.folding(in: "real")), drawn(generator, key.folding(in: 0)))
    let slope = gradient(at: discriminator) { discriminator in
      sigmoidCrossEntropy(logits: discriminator(real), labels: Tensor(1)).mean()
        + sigmoidCrossEntropy(logits: discriminator(fake), labels: Tensor(0)).mean()
    }
    discriminatorOptimizer.update(&discriminator, along: slope)
    for step in 1...10 {
      let slope = gradient(at: generator) { logits in
        let verdicts = discriminator(drawn(logits, key.folding(in: step)))
        return sigmoidCrossEntropy(logits: verdicts, labels: Tensor(1)).mean()
      }
      generatorOptimizer.update(&generator, along: slope)
    }
  }
}

var gan = GAN()
let play = compile { (gan: inout GAN, key: RandomKey) in
  gan.play(key)
  return gan.generator.softmax()
}
let key = RandomKey(2)
for round in 0..<2000 {
  let learned = play(&gan, key.folding(in: round))
  if round % 500 == 499 { print(round + 1, learned.scalars) }
}

// Prints:
// 500 [0.219, 0.253, 0.142, 0.186, 0.200]
// 1000 [0.196, 0.216, 0.108, 0.212, 0.267]
// 1500 [0.146, 0.156, 0.084, 0.224, 0.390]
// 2000 [0.099, 0.103, 0.068, 0.227, 0.504]
