import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Distributions of the next token given the last, as a draft and a target model of a toy language
/// have them.
private struct ToyModel {
  /// By last token, -1 first: logarithms of probabilities. One row is that of every token.
  let rows: [[Float]]

  init(_ probabilities: [[Double]]) {
    rows = probabilities.map { row in
      row.map { $0 == 0 ? -.infinity : Float(logarithm($0 / row.reduce(0, +))) }
    }
  }

  func row(after last: Int32) -> [Float] { rows[rows.count == 1 ? 0 : Int(last) + 1] }

  func probability(_ token: Int32, after last: Int32) -> Double {
    exponential(Double(row(after: last)[Int(token)]))
  }
}

/// How a draft of a length is written and judged, round after round, until there are so many tokens.
private func write(
  _ length: Int, draftLength: Int, draft: ToyModel, target: ToyModel, key: RandomKey,
  isCoupled: Bool, kept: inout Int, drafted: inout Int
) throws -> [Int32] {
  let plain = try TokenSampling()
  var tokens: [Int32] = []
  while tokens.count < length {
    let keys = (0...draftLength).map { key.folding(in: tokens.count + $0) }
    var written: [Int32] = []
    var (draftRows, targetRows): ([Float], [Float]) = ([], [])
    for position in 0...draftLength {
      let last = (tokens + written).last ?? -1
      targetRows += target.row(after: last)
      if position == draftLength { break }
      let row = draft.row(after: last)
      draftRows += row
      written.append(Int32(try plain.token(logits: row, key: keys[position])))
    }
    let classes = target.rows[0].count
    let logits = Tensor(targetRows, shape: [draftLength + 1, classes])
    let result =
      isCoupled
      ? try plain.speculativeTokens(draft: written, logits: logits, keys: keys)
      : try SpeculativeSampling.tokens(
        draft: written, draftLogProbabilities: Tensor(draftRows, shape: [draftLength, classes]),
        targetLogProbabilities: logits, keys: keys)
    #expect(result.tokens.count == result.acceptedCount + 1)
    #expect(result.tokens.dropLast() == written.prefix(result.acceptedCount))
    // The first token of each draft, whose chance to be kept does not depend on the others.
    if result.acceptedCount > 0 { kept += 1 }
    drafted += 1
    tokens += result.tokens
  }
  return Array(tokens.prefix(length))
}

@Suite struct SpeculativeSamplingTests {
  /// Draft models with zeros where the target has none, and the other way round.
  private static let models: [(draft: ToyModel, target: ToyModel)] = [
    (
      ToyModel([[1, 1], [3, 1], [1, 0]]),
      ToyModel([[1, 2], [1, 1], [1, 4]])
    ),
    (
      ToyModel([[5, 1, 0], [1, 1, 1], [0, 1, 0], [1, 2, 3]]),
      ToyModel([[1, 2, 3], [0, 1, 2], [4, 1, 1], [1, 2, 3]])
    ),
    (
      ToyModel([[0, 1, 1, 1], [1, 0, 0, 0], [1, 1, 1, 1], [1, 2, 0, 1], [1, 1, 8, 1]]),
      ToyModel([[1, 1, 1, 0], [0, 1, 1, 1], [1, 2, 3, 4], [2, 2, 2, 1], [1, 1, 1, 1]])
    ),
  ]

  /// Sequences of three tokens have the target's probabilities, whatever the draft's length; each of
  /// the 18 tests errs once in a million times.
  @Test(arguments: [1, 2, 4], [true, false])
  func whatIsWrittenHasTheTargetsDistribution(_ draftLength: Int, _ isCoupled: Bool) throws {
    for (number, (draft, target)) in Self.models.enumerated() {
      let classes = target.rows[0].count
      var found = [Int](repeating: 0, count: classes * classes * classes)
      var (kept, drafted) = (0, 0)
      let key = RandomKey(UInt64(40 + number)).folding(in: draftLength)
      for sequence in 0..<4_000 {
        let tokens = try write(
          3, draftLength: draftLength, draft: draft, target: target,
          key: key.folding(in: sequence), isCoupled: isCoupled, kept: &kept, drafted: &drafted)
        found[tokens.reduce(0) { $0 * classes + Int($1) }] += 1
      }
      var expected = [Double](repeating: 0, count: found.count)
      for place in expected.indices {
        let tokens = [place / classes / classes, place / classes % classes, place % classes]
        var (probability, last) = (1.0, Int32(-1))
        for token in tokens {
          probability *= target.probability(Int32(token), after: last)
          last = Int32(token)
        }
        expected[place] = probability
      }
      #expect(chiSquareRatio(found, expected) <= 1, "models \(number)")
      #expect(kept > 0 && kept < drafted)
    }
  }

  /// 1 - δ of drafts by rejection, and from (1 - δ) / (1 + δ) to 1 - δ by coupling: five standard
  /// deviations, which is wrong once in a million times.
  @Test func asMuchIsKeptAsIsSaid() throws {
    let classes = 50
    let p = (0..<classes).map { Double(1 + $0 * 7 % 11) }
    let q = (0..<classes).map { Double(1 + $0 * 5 % 13) }
    let (draft, target) = (ToyModel([p]), ToyModel([q]))
    let distance =
      (0..<classes).reduce(0.0) {
        $0
          + abs(
            target.probability(Int32($1), after: -1) - draft.probability(Int32($1), after: -1))
      } / 2
    #expect(distance > 0.1)
    let count = 10_000
    for isCoupled in [true, false] {
      var (kept, drafted) = (0, 0)
      for sequence in 0..<count {
        _ = try write(
          1, draftLength: 1, draft: draft, target: target,
          key: RandomKey(3).folding(in: sequence), isCoupled: isCoupled, kept: &kept,
          drafted: &drafted)
      }
      #expect(drafted == count)
      let share = Double(kept) / Double(count)
      let allowed = allowedDeviations * 0.5 / Double(count).squareRoot()
      #expect(share < 1 - distance + allowed)
      #expect(share > (isCoupled ? (1 - distance) / (1 + distance) : 1 - distance) - allowed)
    }
  }

  /// The draft changes how many tokens are kept, and never which.
  @Test func couplingGivesTheBitsOfTheTargetAlone() throws {
    let rows = 6
    let logits = Tensor.normal([rows, 300], key: RandomKey(5)) * 2
    let sampling = try TokenSampling(temperature: 0.9, topK: 40, topP: 0.9)
    let keys = (0..<rows).map { RandomKey(6).forToken(sequence: 1, position: $0) }
    let alone = sampling.tokens(logits: logits, keys: keys).int32Scalars
    for difference in 0..<rows {
      var draft = Array(alone.dropLast())
      if difference < draft.count { draft[difference] = (draft[difference] + 1) % 300 }
      let result = try sampling.speculativeTokens(draft: draft, logits: logits, keys: keys)
      #expect(result.acceptedCount == difference)
      #expect(result.tokens == Array(alone.prefix(difference + 1)))
    }
    let greedy = try TokenSampling.greedy.speculativeTokens(
      draft: [], logits: Tensor([1, 3, 2], shape: [1, 3]), keys: [RandomKey(1)])
    #expect(greedy.tokens == [1] && greedy.acceptedCount == 0)
  }

  @Test func mistakesAreSaid() throws {
    let rows = Tensor.zeros([2, 3])
    let keys = [RandomKey(1), RandomKey(2)]
    func error(
      _ draft: [Int32], _ q: Tensor, _ p: Tensor, _ keys: [RandomKey]
    ) -> SpeculationError? {
      do {
        _ = try SpeculativeSampling.tokens(
          draft: draft, draftLogProbabilities: q, targetLogProbabilities: p, keys: keys)
        return nil
      } catch { return error }
    }
    let one = Tensor.zeros([1, 3])
    #expect(error([3], one, rows, keys) == .draftToken(3, position: 0, classes: 3))
    #expect(error([0], one, rows, [keys[0]]) == .keys(1, rows: 2))
    #expect(error([0], one, one, keys) == .shape([1, 3], rows: 2))
    #expect(error([0], Tensor.zeros([1, 4]), rows, keys) == .shape([1, 4], rows: 1))
    #expect(error([0], one, Tensor(repeating: .nan, shape: [2, 3]), keys) == .noToken(position: 0))
    let impossible = Tensor(repeating: -.infinity, shape: [1, 3])
    #expect(error([], Tensor.zeros([0, 3]), impossible, [keys[0]]) == .noToken(position: 0))
    #expect(throws: SpeculationError.noToken(position: 1)) {
      let sampling = try TokenSampling()
      let logits = Tensor([0, -.infinity, .nan, 0], shape: [2, 2])
      _ = try sampling.speculativeTokens(draft: [0], logits: logits, keys: keys)
    }
    #expect(
      "\(SpeculationError.keys(1, rows: 2))" == "1 keys for 2 rows: expected one for each")
  }

  /// Where p is nowhere above q but for rounding, what is rejected is drawn from p.
  @Test func equalModelsKeepAll() throws {
    let model = ToyModel([[1, 2, 3], [3, 2, 1], [1, 1, 1], [1, 0, 1]])
    var (kept, drafted) = (0, 0)
    for sequence in 0..<200 {
      for isCoupled in [true, false] {
        _ = try write(
          5, draftLength: 3, draft: model, target: model, key: RandomKey(9).folding(in: sequence),
          isCoupled: isCoupled, kept: &kept, drafted: &drafted)
      }
    }
    #expect(kept == drafted)
  }
}
