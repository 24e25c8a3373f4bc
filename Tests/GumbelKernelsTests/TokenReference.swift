import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

// What tokens are drawn from and with what settings, and what sorting in double precision says of it.
extension KernelsTests.Tokens {
  static func settings(
    _ temperature: Double = 1, k: Int = 0, p: Double = 1, minP: Double = 0, greedy: Bool = false,
    sigma: Double = 0, typical: Double = 1, surprise: Double = .infinity, order: [Int] = []
  ) -> Settings {
    var settings = Settings()
    settings.temperature = temperature
    settings.top_k = k
    settings.top_p = p
    settings.min_p = minP
    settings.greedy = greedy
    settings.top_n_sigma = sigma
    settings.typical_p = typical
    settings.most_surprise = surprise
    withUnsafeMutableBytes(of: &settings.order) { bytes in
      for (place, filter) in order.enumerated() { bytes[place] = UInt8(filter) }
    }
    return settings
  }

  /// The filters, in the order in which they act where none is given.
  static let usualOrder: [Int] = [
    GK_FILTER_TEMPERATURE, GK_FILTER_TOP_N_SIGMA, GK_FILTER_TOP_K, GK_FILTER_TYPICAL_P,
    GK_FILTER_TOP_P, GK_FILTER_MIN_P, GK_FILTER_SURPRISE,
  ].map { Int($0) }

  static func order(_ s: Settings) -> [Int] {
    let order = withUnsafeBytes(of: s.order) { $0.prefix { $0 != 0 }.map { Int($0) } }
    return order.isEmpty ? usualOrder : order
  }

  static func draw(
    _ logits: [Float], _ settings: [Settings], keys: [UInt32], rows: Int, k: Int
  ) -> (tokens: [Int32], scores: [Float]) {
    var tokens = [Int32](repeating: 777, count: rows)
    var scores = [Float](repeating: 777, count: rows)
    gk_sample_tokens(
      logits, settings, settings.count == 1 ? 0 : 1, keys, &tokens, &scores, rows, k)
    return (tokens, scores)
  }

  static func kept(_ logits: [Float], _ settings: Settings) -> (Set<Int>, [Float]) {
    var out = [Float](repeating: 777, count: logits.count)
    var settings = settings
    gk_token_log_probabilities(logits, &settings, 0, &out, 1, logits.count)
    return (Set(out.indices.filter { out[$0] > -.infinity }), out)
  }

  /// What is kept, found by sorting, in double precision. The distance from a change of what filters
  /// keep is returned too: within rounding of it, either is right.
  static func reference(
    _ logits: [Float], _ s: Settings
  ) -> (kept: Set<Int>, logProbabilities: [Int: Double], margin: Double) {
    var order = logits.indices.filter { logits[$0] > -.infinity }
    if logits.max()! == .infinity { order = order.filter { logits[$0] == .infinity } }
    order.sort { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    var (temperature, margin) = (1.0, Double.infinity)
    func distance(_ i: Int) -> Double {
      let (x, top) = (logits[i], logits[order[0]])
      return x == top ? 0 : (Double(x) - Double(top)) / temperature
    }
    func share(_ p: Double) -> Double { p * (1 - (1 - p) * 0x1p-22 - 0x1p-51) }
    if s.greedy { order = [order[0]] }
    for filter in Self.order(s) where !s.greedy {
      let weights = order.map { exp(distance($0)) }
      let total = weights.reversed().reduce(0, +)
      switch filter {
      case Int(GK_FILTER_TEMPERATURE): temperature = s.temperature
      case Int(GK_FILTER_TOP_K): if s.top_k > 0 { order = Array(order.prefix(s.top_k)) }
      case Int(GK_FILTER_TOP_P):
        if s.top_p == 1 { continue }
        var sum = 0.0, count = 0
        repeat {
          sum += weights[count]
          count += 1
          margin = min(margin, abs(sum - share(s.top_p) * total) / total)
        } while sum < share(s.top_p) * total && count < order.count
        order = Array(order.prefix(count))
      case Int(GK_FILTER_MIN_P):
        if s.min_p == 0 { continue }
        let limit = s.min_p < 1 ? log(s.min_p) - 0x1p-22 : 0
        order = order.filter { distance($0) >= limit }
      case Int(GK_FILTER_TOP_N_SIGMA):
        if s.top_n_sigma == 0 { continue }
        let top = logits[order[0]]
        let distances = order.map { logits[$0] == top ? 0 : Double(logits[$0]) - Double(top) }
        let mean = distances.reduce(0, +) / Double(order.count)
        let variance =
          distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(order.count)
        let reach = s.top_n_sigma * variance.squareRoot() * (1 + 0x1p-22)
        // A variance that is nothing beside the square of the mean is lost in rounding.
        if variance > 0, variance < 1e-12 * mean * mean { margin = 0 }
        for d in distances where d < 0 {
          margin = min(margin, abs(reach + d) / max(abs(d), abs(Double(top))))
        }
        order = zip(order, distances).filter { $0.1 >= -reach }.map(\.0)
      case Int(GK_FILTER_TYPICAL_P):
        if s.typical_p == 1 { continue }
        let bits = order.map { max(distance($0) / log(2), -1000) }
        let mean = zip(weights, bits).reversed().reduce(0) { $0 + $1.0 * $1.1 } / total
        let deviations = bits.map { abs($0 - mean) }
        let nearest = order.indices.sorted { deviations[$0] < deviations[$1] }
        var sum = 0.0
        let last =
          nearest.first {
            sum += weights[$0]
            margin = min(margin, abs(sum - share(s.typical_p) * total) / total)
            return sum >= share(s.typical_p) * total
          } ?? nearest.last!
        for i in order.indices where logits[order[i]] != logits[order[last]] {
          margin = min(margin, abs(deviations[i] - deviations[last]))
        }
        order = order.indices.filter { deviations[$0] <= deviations[last] }.map { order[$0] }
      default:
        if s.most_surprise == .infinity { continue }
        let limit = log(total) - s.most_surprise * log(2)
        let least = limit < 0 ? limit - 0x1p-22 : 0
        for i in order { margin = min(margin, abs(distance(i) - least) + (least == 0 ? 1 : 0)) }
        order = order.filter { distance($0) >= least }
      }
    }
    let total = order.map { exp(distance($0)) }.reversed().reduce(0, +)
    let scores = order.map { ($0, s.greedy ? 0 : distance($0) - log(total)) }
    return (Set(order), Dictionary(uniqueKeysWithValues: scores), margin)
  }

  /// What is kept, its probabilities and a draw, in all forms of the kernels.
  static func check(_ logits: [Float], _ s: Settings, _ kind: Int) {
    let expected = reference(logits, s)
    if expected.margin < 1e-13 { return }
    let order = expected.kept.sorted()
    let key: [UInt32] = [UInt32(logits.count), UInt32(s.top_k)]
    let top = logits.max()!
    withAllForms { form in
      let comment: Comment = "\(form), kind \(kind), \(logits.count) logits, \(s)"
      let (kept, scores) = Self.kept(logits, s)
      #expect(kept == expected.kept, comment)
      guard kept == expected.kept else { return }
      let errors = order.map { i in
        let logProbability = expected.logProbabilities[i]!
        return abs(Double(scores[i]) - logProbability) / (1 + abs(logProbability))
      }
      let worst = errors.max()!
      #expect(worst <= 1e-7, comment)
      // What is drawn is the largest of the perturbed among what is kept.
      let (tokens, drawnScores) = draw(logits, [s], keys: key, rows: 1, k: logits.count)
      let noise = KernelsTests.noise(key: key, first: 0, count: logits.count)
      func perturbed(_ i: Int) -> Float {
        (logits[i] == top ? 0 : (logits[i] - top) / Float(s.temperature)) + noise[i]
      }
      let best = order.dropFirst().reduce(order[0]) { perturbed($1) > perturbed($0) ? $1 : $0 }
      #expect(tokens[0] == best, comment)
      #expect(drawnScores[0] == scores[best], comment)
    }
  }

  /// Rows of many kinds: spread out, with few values and so with ties, flat, masked, near 0.
  static func row(_ kind: Int, _ k: Int, _ generator: inout SplitMix64) -> [Float] {
    let x = generator.floats(k)
    switch kind % 7 {
    case 0: return x.map { $0 * $0 * $0 }
    case 1: return x.map { ($0 * 2).rounded() / 2 }
    case 2: return x.map { $0 * 1e-4 }
    case 3: return x.enumerated().map { $0 % 3 == 1 ? -.infinity : $1 * 4 }
    case 4: return x.map { $0 > 0 ? 7 : -1e9 }
    case 5: return x.map { _ in -3.5 }
    default: return x.map { ($0 * 3).rounded() == 0 ? -0.0 : ($0 * 3).rounded() * 1e-30 }
    }
  }

  static func randomSettings(_ k: Int, _ generator: inout SplitMix64) -> Settings {
    let temperature = [0.05, 0.5, 0.8, 1, 3, 50].randomElement(using: &generator)!
    let tops = [0, 0, 1, 2, 7, 50, k / 40 + 1, k / 2 + 1, k, k + 5]
    let nuclei = [1, 1, 1e-6, 0.3, 0.9, 0.95, 0.999_999]
    let isUsual = Bool.random(using: &generator)
    return settings(
      temperature, k: tops.randomElement(using: &generator)!,
      p: nuclei.randomElement(using: &generator)!,
      minP: [0, 0, 0.05, 0.5, 1].randomElement(using: &generator)!,
      sigma: [0, 0, 0.3, 1, 2.5].randomElement(using: &generator)!,
      typical: [1, 1, 0.01, 0.5, 0.95].randomElement(using: &generator)!,
      surprise: [.infinity, .infinity, 0.5, 4, 9].randomElement(using: &generator)!,
      order: isUsual ? [] : usualOrder.shuffled(using: &generator))
  }
}
