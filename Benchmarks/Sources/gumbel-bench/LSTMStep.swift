import Gumbel

let lstmWorkloads: [(name: String, length: Int, hidden: Int)] = [20, 100].flatMap { length in
  [128, 256].map { ("lstm-step-\(length)-\($0)", length, $0) }
}

/// The network that `peers/lstm_data.py` specifies.
private func network(hidden: Int) -> TextModel {
  var settings = TextModel.Settings(vocabularyCount: 32)
  settings.embedding = 64
  settings.hidden = hidden
  guard let model = try? TextModel(settings, key: RandomKey(0)) else {
    fatalError("the settings are not valid")
  }
  return model
}

/// Training steps of an LSTM.
func lstmStep(_ name: String, length: Int, hidden: Int, _ options: Options) {
  let (batch, steps) = (64, 2000 / length)
  let tokens = Tensor(int32: hashedTokens(length * batch)).reshaped(to: [length, batch])
  struct Training: TensorGroup {
    var model: TextModel
    var optimizer: Adam

    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("model", &model)
      visitor.visit("optimizer", &optimizer)
    }
  }
  let model = network(hidden: hidden)
  var training = Training(model: model, optimizer: Adam(for: model, learningRate: 1e-3))
  let step = compile { (training: inout Training, tokens: Tensor) in
    let (loss, gradient) = valueAndGradient(at: training.model) {
      softmaxCrossEntropy(logits: $0.logits(tokens), labels: tokens).mean()
    }
    training.optimizer.update(&training.model, along: gradient)
    return loss
  }
  var losses: [Float] = []
  let seconds = measure(options, count: steps) { i in
    for _ in 0..<steps {
      let loss = step(&training, tokens)
      if i == 0 { losses.append(loss.scalar) }
    }
  }
  Report(
    workload: name, unit: "step", seconds: seconds,
    check: [("firstLoss", "\(losses.first!)"), ("lastLoss", "\(losses.last!)")]
  ).print()
}

/// 64 strings of 100 tokens, that never end.
func textGeneration(_ options: Options) {
  let (batch, length) = (64, 100)
  guard let sampling = try? TokenSampling() else { fatalError("the settings are not valid") }
  var model = network(hidden: 256)
  model.outputBias = Tensor([-1e9] + [Float](repeating: 0, count: 31))
  let generator = TextGenerator(
    model, maximumLength: length, sampling: sampling, key: RandomKey(1))
  var drawn: [[Int32]] = []
  let seconds = measure(options) { i in
    guard let tokens = try? generator.tokens((i * batch)..<((i + 1) * batch)) else {
      fatalError("the logits are not numbers")
    }
    drawn = tokens
  }
  let all = drawn.flatMap(\.self)
  precondition(all.count == batch * length && all.allSatisfy { $0 > 0 })
  let mean = Double(all.reduce(0) { $0 + Int($1) }) / Double(all.count)
  Report(
    workload: "text-generation", unit: "batch", seconds: seconds,
    check: [("tokens", "\(all.count)"), ("distinct", "\(Set(all).count)"), ("mean", "\(mean)")]
  ).print()
}

/// The tokens of `peers/lstm_data.py`.
private func hashedTokens(_ count: Int) -> [Int32] {
  (0..<UInt64(count)).map { i in
    var h = (i + 1) * 2_654_435_761 % (1 << 32)
    h = (h ^ (h >> 16)) * 2_246_822_519 % (1 << 32)
    h ^= h >> 13
    return Int32(h & (h >> 5) & 31)
  }
}
