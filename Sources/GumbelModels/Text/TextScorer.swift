import GumbelDatasets
import GumbelLayers
import GumbelTensors

/// Says how probable strings are under a ``TextModel``, many at a time:
///
///     log p(x) = Σₜ log p(xₜ | x₁ … xₜ₋₁),   with the end of x for its last term
///
/// The network goes through strings token by token, in memory that does not grow with their lengths. A
/// string's probability does not depend on those that it is measured with, but for rounding.
public final class TextScorer {
  /// The model that says how probable strings are.
  public let model: TextModel
  /// Whether the end of a string counts: false for a model of running text, whose windows have none.
  public let endsStrings: Bool

  private static let batchSize = 32

  private let check: @Sendable () throws -> Void
  private let table: Tensor
  private let start: TextState
  private typealias Step = Compiled<TextState, Tensor, Tensor>
  /// One for each batch that is measured at the same time.
  private var steps: [Step] = []

  /// Creates a scorer.
  ///
  /// - Parameters:
  ///   - model: says how probable strings are.
  ///   - endsStrings: whether the end of a string counts.
  ///   - check: called before every token, on several threads; what it throws ends the measuring.
  public init(
    _ model: TextModel, endsStrings: Bool = true,
    check: @escaping @Sendable () throws -> Void = {}
  ) {
    self.model = model
    self.endsStrings = endsStrings
    self.check = check
    table = model.projectedTable()
    start = model.initialState(batch: Self.batchSize)
  }

  /// Symbols of a string at most, for networks that have room for so many tokens; else nil.
  public var maximumLength: Int? {
    model.settings.timeLimit.map { $0 - (endsStrings ? 1 : 0) }
  }

  /// The log-probabilities of strings, in nats.
  ///
  /// - Parameter strings: their tokens, without ends. Traps where one is longer than ``maximumLength``
  ///   or has a token that the model does not have.
  /// - Throws: ``TextGenerationError`` where the network's logits are not numbers, and what the scorer's
  ///   `check` throws.
  public func logProbabilities(of strings: [[Int32]]) throws -> [Double] {
    for string in strings {
      require(
        string.count <= maximumLength ?? .max
          && string.allSatisfy { 1..<Int32(model.settings.vocabularyCount) ~= $0 },
        "TextScorer: a string of \(string.count) tokens, expected "
          + (maximumLength.map { "at most \($0), " } ?? "tokens ")
          + "from 1 to \(model.settings.vocabularyCount - 1)")
    }
    // Strings of about the same length together, so that few steps are for some of them only.
    let order = strings.indices.sorted { (strings[$0].count, $0) < (strings[$1].count, $1) }
    let batches = stride(from: 0, to: order.count, by: Self.batchSize).map {
      order[$0..<min($0 + Self.batchSize, order.count)]
    }
    var result = [Double](repeating: 0, count: strings.count)
    for first in stride(from: 0, to: batches.count, by: Backend.threadCount) {
      let wave = batches[first..<min(first + Backend.threadCount, batches.count)]
      while steps.count < wave.count { steps.append(makeStep()) }
      var found = [Result<[Double], any Error>](repeating: .success([]), count: wave.count)
      found.withUnsafeMutableBufferPointer { found in
        parallelFor(wave.count) { i in
          found[i] = Result { try batch(wave[first + i].map { strings[$0] }, by: steps[i]) }
        }
      }
      for (indices, values) in zip(wave, found) {
        for (index, value) in zip(indices, try values.get()) {
          if value.isNaN { throw TextGenerationError(string: index, position: 0) }
          result[index] = value
        }
      }
    }
    return result
  }

  /// A step of this model: from the last tokens and the next ones, [2, batch], to -log p of the latter.
  private func makeStep() -> Step {
    let (model, table) = (model, table)
    return compile { (state: inout TextState, tokens: Tensor) in
      func row(_ index: Int) -> Tensor {
        tokens.sliced(along: 0, index..<(index + 1)).reshaped(to: [Self.batchSize])
      }
      let (logits, next) = model.step(row(0), table: table, from: state)
      state = next
      return softmaxCrossEntropy(logits: logits, labels: row(1))
    }
  }

  private func batch(_ strings: [[Int32]], by step: Step) throws -> [Double] {
    let size = Self.batchSize
    let ends = endsStrings ? 1 : 0
    var state = start
    var result = [Double](repeating: 0, count: strings.count)
    var last = [Int32](repeating: TextVocabulary.end, count: size)
    for position in 0..<(strings.reduce(0) { max($0, $1.count) } + ends) {
      try check()
      var next = [Int32](repeating: TextVocabulary.end, count: size)
      for (row, string) in strings.enumerated() where position < string.count {
        next[row] = string[position]
      }
      let costs = step(&state, Tensor(int32: last + next, shape: [2, size])).scalars
      for (row, string) in strings.enumerated() where position < string.count + ends {
        result[row] -= Double(costs[row])
      }
      last = next
    }
    return result
  }
}
