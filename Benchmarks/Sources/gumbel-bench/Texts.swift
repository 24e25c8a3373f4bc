import SwiftGumbel

/// A training step of a model of strings.
struct TextStep {
  var name: String
  var kind: TextModel.NetworkKind
  var length, hidden: Int
  var layers = 1
  /// Of a repetition.
  var steps: Int

  static let all =
    [20, 100].flatMap { length in
      [128, 256].map { hidden in
        TextStep(
          name: "lstm-step-\(length)-\(hidden)", kind: .lstm, length: length, hidden: hidden,
          steps: 2000 / length)
      }
    }
    + [20, 100].map { length in
      TextStep(
        name: "transformer-step-\(length)-128", kind: .transformer, length: length, hidden: 128,
        layers: 2, steps: 1000 / length)
    }
}

/// The networks that `peers/lstm_data.py` and `peers/transformer_data.py` specify.
func network(
  _ kind: TextModel.NetworkKind, hidden: Int, layers: Int = 1, time: Int
) -> TextModel {
  var settings = TextModel.Settings(vocabularyCount: 32)
  settings.kind = kind
  settings.embedding = 64
  settings.hidden = hidden
  settings.layers = layers
  settings.time = time
  guard let model = try? TextModel(settings, key: RandomKey(0)) else {
    fatalError("the settings are not valid")
  }
  return model
}

/// Training steps on 64 strings.
func textStep(_ work: TextStep, _ options: Options) {
  let (batch, length) = (64, work.length)
  let tokens = Tensor(int32: hashedTokens(length * batch)).reshaped(to: [length, batch])
  struct Training: TensorGroup {
    var model: TextModel
    var optimizer: Adam

    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("model", &model)
      visitor.visit("optimizer", &optimizer)
    }
  }
  let model = network(work.kind, hidden: work.hidden, layers: work.layers, time: length)
  var training = Training(model: model, optimizer: Adam(for: model, learningRate: 1e-3))
  let step = compile { (training: inout Training, tokens: Tensor) in
    let (loss, gradient) = valueAndGradient(at: training.model) {
      softmaxCrossEntropy(logits: $0.logits(tokens), labels: tokens).mean()
    }
    training.optimizer.update(&training.model, along: gradient)
    return loss
  }
  var losses: [Float] = []
  let seconds = measure(options, count: work.steps) { i in
    for _ in 0..<work.steps {
      let loss = step(&training, tokens)
      if i == 0 { losses.append(loss.scalar) }
    }
    training.waitUntilReady()
  }
  Report(
    workload: work.name, unit: "step", seconds: seconds,
    check: [
      ("firstLoss", "\(losses.first!)"), ("lastLoss", "\(losses.last!)"),
      ("bits", digest(of: training)),
    ]
  ).print()
}

/// 64 strings of 100 tokens, that never end.
func textGeneration(_ options: Options) {
  let (batch, length) = (64, 100)
  guard let sampling = try? TokenSampling() else { fatalError("the settings are not valid") }
  var model = network(.lstm, hidden: 256, time: length)
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
func hashedTokens(_ count: Int) -> [Int32] {
  (0..<UInt64(count)).map { i in
    var h = (i + 1) * 2_654_435_761 % (1 << 32)
    h = (h ^ (h >> 16)) * 2_246_822_519 % (1 << 32)
    h ^= h >> 13
    return Int32(h & (h >> 5) & 31)
  }
}
