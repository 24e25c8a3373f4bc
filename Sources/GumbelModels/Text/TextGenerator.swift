import GumbelDatasets
import GumbelDistributions
import GumbelTensors

/// Draws strings from a ``TextModel``, many at a time.
///
/// String i is a function of the model, the settings, the key, the prefix and of i: not of how many are
/// drawn. The token at a place of string i is drawn by the same noise whatever stands before it: with a
/// beginning of its own for a prefix, string i is drawn again.
public final class TextGenerator {
  /// The model that strings are drawn from.
  public let model: TextModel
  /// How a token is drawn from its logits.
  public let sampling: TokenSampling
  /// Symbols of a string at most, its prefix included; a string that has not ended by then is cut.
  public let maximumLength: Int
  /// The tokens that every string begins with.
  public let prefix: [Int32]

  /// Fixed, so that the same products are made for a string whatever the count. Small, since threads
  /// that draw a batch each need not wait for each other at every step.
  private static let batchSize = 32

  private let key: RandomKey
  private let check: @Sendable () throws -> Void
  private let table: Tensor
  /// What every batch starts from: up to the prefix's end nothing differs between strings.
  private let first: (state: TextState, logits: Tensor)
  private typealias Step = Compiled<TextState, Tensor, Tensor>
  /// One for each batch that is drawn at the same time.
  private var steps: [Step] = []

  /// Creates a generator; traps unless the maximum length is at least 1 and the prefix's, and at most
  /// what the network has room for, and unless the prefix is of the model's tokens, without an end.
  ///
  /// - Parameters:
  ///   - model: draws the strings.
  ///   - maximumLength: symbols of a string at most.
  ///   - prefix: tokens that every string begins with, which are not drawn.
  ///   - sampling: how a token is drawn from its logits.
  ///   - key: of all draws.
  ///   - check: called before every token, on several threads; what it throws ends the drawing.
  public init(
    _ model: TextModel, maximumLength: Int, prefix: [Int32] = [], sampling: TokenSampling,
    key: RandomKey, check: @escaping @Sendable () throws -> Void = {}
  ) {
    require(
      1...(model.settings.timeLimit ?? .max) ~= maximumLength,
      "TextGenerator: a maximum length of \(maximumLength), expected 1 to "
        + "\(model.settings.timeLimit ?? .max)")
    require(
      prefix.count <= maximumLength
        && prefix.allSatisfy { 1..<Int32(model.settings.vocabularyCount) ~= $0 },
      "TextGenerator: a prefix of \(prefix.count) tokens, expected at most \(maximumLength), from 1 to "
        + "\(model.settings.vocabularyCount - 1)")
    self.model = model
    self.maximumLength = maximumLength
    self.prefix = prefix
    self.sampling = sampling
    self.key = key
    self.check = check
    table = model.projectedTable()
    var state = model.initialState(batch: Self.batchSize)
    let step = Self.makeStep(model, table: table)
    func logits(behind token: Int32) -> Tensor {
      step(&state, Tensor(int32: [Int32](repeating: token, count: Self.batchSize)))
    }
    var last = logits(behind: TextVocabulary.end)
    // Behind the last token that there is room for nothing is drawn.
    for token in prefix.prefix(maximumLength - 1) { last = logits(behind: token) }
    first = (state, last)
    steps.append(step)
  }

  /// The tokens of some strings, without ends.
  ///
  /// - Parameters:
  ///   - range: the strings' numbers, from 0.
  ///   - progress: called now and then with the number of strings drawn; what it throws ends the
  ///     drawing.
  /// - Throws: ``TextGenerationError`` where logits are not numbers, and what `progress` or the
  ///   generator's `check` throws.
  public func tokens(
    _ range: Range<Int>, progress: (Int) throws -> Void = { _ in }
  ) throws -> [[Int32]] {
    require(range.lowerBound >= 0, "TextGenerator: string \(range.lowerBound), expected 0 or more")
    let first = range.lowerBound / Self.batchSize * Self.batchSize
    let starts = Array(stride(from: first, to: range.upperBound, by: Self.batchSize))
    var result: [[Int32]] = []
    result.reserveCapacity(range.count)
    for wave in stride(from: 0, to: starts.count, by: Backend.threadCount) {
      let batches = starts[wave..<min(wave + Backend.threadCount, starts.count)]
      for (start, strings) in zip(batches, try self.batches(from: Array(batches))) {
        let wanted = range.clamped(to: start..<(start + Self.batchSize))
        result += strings[(wanted.lowerBound - start)..<(wanted.upperBound - start)]
      }
      try progress(result.count)
    }
    return result
  }

  /// Strings 0 ..< count as text. Traps where the vocabulary is not the model's.
  public func strings(
    count: Int, vocabulary: TextVocabulary, progress: (Int) throws -> Void = { _ in }
  ) throws -> [String] {
    try strings(0..<count, vocabulary: vocabulary, progress: progress)
  }

  /// Some strings as text. Traps where the vocabulary is not the model's.
  public func strings(
    _ range: Range<Int>, vocabulary: TextVocabulary, progress: (Int) throws -> Void = { _ in }
  ) throws -> [String] {
    require(
      vocabulary.count == model.settings.vocabularyCount,
      "TextGenerator: a vocabulary of \(vocabulary.count) tokens, expected "
        + "\(model.settings.vocabularyCount)")
    return try tokens(range, progress: progress).map { vocabulary.decode($0) }
  }

  /// Batches that begin with these strings, each on a thread of its own.
  private func batches(from starts: [Int]) throws -> [[[Int32]]] {
    while steps.count < starts.count { steps.append(Self.makeStep(model, table: table)) }
    var results = [Result<[[Int32]], any Error>](repeating: .success([]), count: starts.count)
    results.withUnsafeMutableBufferPointer { results in
      parallelFor(starts.count) { i in
        results[i] = Result { try batch(from: starts[i], by: steps[i]) }
      }
    }
    return try results.map { try $0.get() }
  }

  /// A step of this model, whose tensors are constants of it: a call need not look at them again.
  private static func makeStep(_ model: TextModel, table: Tensor) -> Step {
    compile { (state: inout TextState, tokens: Tensor) in
      let (logits, next) = model.step(tokens, table: table, from: state)
      state = next
      return logits
    }
  }

  private func batch(from start: Int, by step: Step) throws -> [[Int32]] {
    let size = Self.batchSize
    let keys = SequenceKeys((0..<size).map { key.folding(in: start + $0) })
    var (state, logits) = first
    var strings = [[Int32]](repeating: prefix, count: size)
    var isEnded = [Bool](repeating: false, count: size)
    for position in prefix.count..<maximumLength {
      try check()
      let tokens = sampling.tokens(logits: logits, sequences: keys, position: position)
      let drawn = tokens.int32Scalars
      for (row, token) in drawn.enumerated() where !isEnded[row] {
        if token < 0 { throw TextGenerationError(string: start + row, position: position) }
        if token == TextVocabulary.end { isEnded[row] = true } else { strings[row].append(token) }
      }
      if position == maximumLength - 1 || isEnded.allSatisfy(\.self) { break }
      logits = step(&state, tokens)
    }
    return strings
  }
}

/// Logits that no token can be drawn from.
public struct TextGenerationError: Error, Hashable, CustomStringConvertible {
  /// The number of the string, and of the token in it, from 0.
  public let string, position: Int

  public var description: String {
    "token \(position + 1) of string \(string + 1): the network's logits are not numbers; expected "
      + "those of a network whose training did not go wrong"
  }
}
