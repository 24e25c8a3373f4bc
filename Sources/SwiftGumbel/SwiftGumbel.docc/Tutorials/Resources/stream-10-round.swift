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
gan.play(RandomKey(2))
print(gan.generator.softmax().scalars)

// Prints:
// [0.2, 0.2, 0.2, 0.2, 0.2]
