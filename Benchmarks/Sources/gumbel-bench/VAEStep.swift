import Gumbel

/// The categorical VAE that `peers/vae_data.py` specifies, with the state of its optimizer.
private struct VAE: TensorGroup {
  struct Network: TensorGroup {
    var encoder: Sequential
    var decoder: Sequential

    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("encoder", &encoder)
      visitor.visit("decoder", &decoder)
    }
  }

  var network: Network
  var optimizer: Adam
  var step = Tensor(int32: 0)

  init(key: RandomKey) {
    func stack(_ widths: [Int], _ key: RandomKey) -> Sequential {
      Sequential(
        (0..<(widths.count - 1)).map { i in
          Dense(
            widths[i], widths[i + 1], activation: i + 2 < widths.count ? .relu : .linear,
            initializer: .glorotUniform, key: key.folding(in: i))
        })
    }
    network = Network(
      encoder: stack([784, 512, 256, 200], key.folding(in: "encoder")),
      decoder: stack([200, 256, 512, 784], key.folding(in: "decoder")))
    optimizer = Adam(for: network, learningRate: 1e-3)
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("network", &network)
    visitor.visit("optimizer", &optimizer)
    visitor.visit("step", &step)
  }

  /// One training step; returns the loss.
  mutating func train(on pixels: Tensor) -> Tensor {
    let key = RandomKey(7).folding(in: step)
    let batch = pixels.shape[0]
    let (loss, gradient) = valueAndGradient(at: network) { network in
      let logits = network.encoder(pixels).reshaped(to: [batch, 20, 10])
      let z = Tensor.gumbelSoftmax(logits: logits, temperature: Tensor(1), key: key)
      let output = network.decoder(z.reshaped(to: [batch, 200]))
      let reconstruction = sigmoidCrossEntropy(logits: output, labels: pixels).sum()
      let logQ = logits.logSoftmax()
      let kl = (exp(logQ) * (logQ + 2.302_585_1)).sum()
      return (reconstruction + kl) * (1 / Float(batch))
    }
    optimizer.update(&network, along: gradient)
    step = step + Tensor(int32: 1)
    return loss
  }
}

/// Training steps of a categorical VAE.
func vaeStep(batch: Int, _ options: Options) {
  let steps = batch == 100 ? 50 : 20
  var vae = VAE(key: RandomKey(0))
  precondition(vae.network.elementCount == 1_169_880, "the network is not the one specified")
  let pixels = hashedPixels(batch)
  let step = compile { (vae: inout VAE, pixels: Tensor) in vae.train(on: pixels) }
  var losses: [Float] = []
  let seconds = measure(options, count: steps) { i in
    for _ in 0..<steps {
      let loss = step(&vae, pixels)
      if i == 0 { losses.append(loss.scalar) }
    }
  }
  Report(
    workload: "vae-step-\(batch)", unit: "step", seconds: seconds,
    check: [("firstLoss", "\(losses.first!)"), ("lastLoss", "\(losses.last!)")]
  ).print()
}
