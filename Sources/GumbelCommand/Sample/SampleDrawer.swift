import SwiftGumbel

/// What a run of `gumbel sample` draws.
enum SampleKind {
  /// Classes, exactly.
  case classes(SamplingMethod?)
  /// Classes of what a temperature and filters leave.
  case filtered(TokenSampling, SamplingMethod?)
  /// So many different classes, in the order in which they were drawn.
  case withoutReplacement(Int, TokenSampling?)
  /// Points of the simplex.
  case relaxed(temperature: Float)
  /// One-hot vectors.
  case straightThrough(temperature: Float)
}

/// Draws samples from one row of logits, the same ones however many are asked for at a time as long
/// as it is `chunk`, or less in the end.
struct SampleDrawer {
  let chunk: Int
  /// The name of how samples are drawn.
  let method: String
  /// The samples number first ..< first + count.
  let draw: (_ first: Int, _ count: Int) -> SampleValues

  init(_ kind: SampleKind, from input: SampleInput, row: Int, key: RandomKey) throws {
    switch kind {
    case .classes(let method):
      self.init(try input.sampler(row, method: method), key: key)
    case .filtered(let settings, let method):
      self.init(
        try input.sampler(row, filtered: settings, method: method), key: key,
        method: settings.isGreedy ? "greedy" : nil)
    case .withoutReplacement(let size, let settings):
      let logits = try input.logits(row, filtered: settings)
      let possible = logits.scalars.count { $0 > -.infinity }
      guard size <= possible else {
        throw input.failure(
          CommandFailure(
            "\(possible) of \(input.classCount) classes can be drawn, "
              + "expected at least the \(size) of --without-replacement"), row: row)
      }
      self.init(classes: input.classCount, method: "gumbel-top-k", key: key) { count, key in
        let rows = logits.broadcast(to: [count, logits.count])
        return .classes(Tensor.gumbelTopK(logits: rows, k: size, key: key).int32Scalars)
      }
    case .relaxed(let temperature):
      let logits = try input.logits(row)
      self.init(classes: input.classCount, method: "gumbel-softmax", key: key) { count, key in
        .numbers(
          Tensor.gumbelSoftmax(
            logits: logits, temperature: Tensor(temperature), shape: [count], key: key
          ).scalars)
      }
    case .straightThrough(let temperature):
      let logits = try input.logits(row)
      self.init(
        classes: input.classCount, method: "straight-through-gumbel-softmax", key: key
      ) { count, key in
        .numbers(
          Tensor.straightThroughGumbelSoftmax(
            logits: logits, temperature: Tensor(temperature), shape: [count], key: key
          ).scalars)
      }
    }
  }

  private init(_ sampler: CategoricalSampler, key: RandomKey, method: String? = nil) {
    self.method = method ?? sampler.method.rawValue
    // A chunk takes milliseconds, so that Ctrl-C is heard.
    chunk =
      sampler.method == .gumbelMax
      ? max(1, min(1 << 17, (1 << 25) / sampler.classCount)) : 1 << 17
    draw = { first, count in
      .classes(sampler.sample(count, first: UInt64(first), key: key))
    }
  }

  /// Draws by tensors, each chunk with a key of its own.
  private init(
    classes: Int, method: String, key: RandomKey,
    _ draw: @escaping (_ count: Int, _ key: RandomKey) -> SampleValues
  ) {
    let chunk = max(1, (1 << 18) / classes)
    self.chunk = chunk
    self.method = method
    self.draw = { first, count in draw(count, key.folding(in: first / chunk)) }
  }
}
