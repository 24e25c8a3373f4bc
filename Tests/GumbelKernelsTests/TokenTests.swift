import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct Tokens {
    typealias Settings = gk_token_sampling

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

    @Test func keepsAndDrawsWhatSortingInDoubleDoes() {
      var generator = SplitMix64(state: 70)
      for i in 0..<3000 {
        let k = i % 3 == 0 ? i % 17 + 1 : Int.random(in: 1...400, using: &generator)
        let logits = Self.row(i, k, &generator)
        guard logits.contains(where: { $0 > -.infinity }) else { continue }
        let s = Self.randomSettings(k, &generator)
        Self.check(logits, s, i % 7)
      }
    }

    /// Rows that do not fit the list, which histograms cut.
    @Test func longRowsAreCutExactlyToo() {
      var generator = SplitMix64(state: 71)
      for i in 0..<28 {
        let k = [5000, 131_072, 30_011, 9000][i / 7] + i % 2
        let logits = Self.row(i, k, &generator)
        for _ in 0..<2 {
          let s = Self.randomSettings(k, &generator)
          Self.check(logits, s, i % 7)
        }
      }
    }

    /// The value that min-p keeps at least is looked for among floats, by keys in which zeros of
    /// either sign are one: at zeros, subnormals, both ends of the range and equal bounds the search
    /// has to end too.
    @Test func searchesEndAtTheEndsOfTheRange() {
      let least = Float.leastNonzeroMagnitude, most = Float.greatestFiniteMagnitude
      let values: [Float] = [
        0, -0.0, least, -least, Float.leastNormalMagnitude, -Float.leastNormalMagnitude, 1, -1,
        Float(1).nextUp,
        3, most, -most, most.nextDown, -.infinity,
      ]
      var rows: [[Float]] = []
      for top in values where top > -.infinity {
        rows.append([top])
        rows.append(values.filter { $0 <= top })
      }
      rows.append([0, -0.0])
      rows.append([-0.0, 0, -0.0])
      var settings: [Settings] = []
      for temperature in [5e-324, 1e-45, 1e-40, 0.5, 1, 3, 1e40, 1.7e308] {
        for minP in [5e-324, 1e-300, 0.3, 0.5, exp(-1.0), 1 - 0x1p-53, 1] {
          settings.append(Self.settings(temperature, minP: minP))
          settings.append(Self.settings(temperature, k: 3, p: 0.6, minP: minP))
          settings.append(Self.settings(temperature, k: 2, p: 5e-324, minP: minP))
          settings.append(Self.settings(temperature, minP: minP, typical: 5e-324))
          settings.append(Self.settings(temperature, minP: minP, sigma: 1e-300))
          settings.append(Self.settings(temperature, minP: minP, surprise: 1e-300))
        }
      }
      withAllForms { form in
        for logits in rows {
          for s in settings {
            let expected = Self.reference(logits, s)
            let (kept, _) = Self.kept(logits, s)
            if expected.margin >= 1e-13 {
              #expect(kept == expected.kept, "\(form), \(logits), \(s)")
            }
            let drawn = Self.draw(logits, [s], keys: [1, 2], rows: 1, k: logits.count).tokens[0]
            #expect(kept.contains(Int(drawn)), "\(form), \(logits), \(s)")
          }
        }
      }
    }

    /// The same for rows that bins cut: many values one above the other in the order of floats, with
    /// the cut at each of them in turn.
    @Test func binsOfKeysEndAtTheEndsOfTheRange() {
      let middles: [Float] = [
        0, Float.leastNormalMagnitude, 1, -1, Float.greatestFiniteMagnitude,
        -Float.greatestFiniteMagnitude, 1e-30,
      ]
      withAllForms { form in
        for middle in middles {
          var logits = [Float](repeating: middle, count: 5000)
          var x = middle
          for i in 0..<1500 {
            x = i < 750 ? x.nextDown : i == 750 ? middle.nextUp : x.nextUp
            logits[(i * 7) % 5000] = x.isFinite ? x : middle
          }
          logits[4999] = -0.0
          for k in [1, 2, 700, 751, 2000, 4998] {
            for p in [1, 0.5, 1e-6] {
              for minP in [0, 0.5, 1] {
                let s = Self.settings(1, k: k, p: p, minP: minP)
                let expected = Self.reference(logits, s)
                if expected.margin < 1e-12 { continue }
                #expect(Self.kept(logits, s).0 == expected.kept, "\(form), \(middle), \(s)")
              }
            }
          }
        }
      }
    }

    /// Probabilities, settings, and how many entries these keep.
    static let borders: [(p: [Double], settings: Settings, kept: Int)] = {
      let steps: [Double] = [0.4, 0.3, 0.2, 0.1]
      let halves: [Double] = [0.5, 0.25, 0.25]
      let thirds = [Double](repeating: 1.0 / 3, count: 3)
      let sixths: [Double] = [0.6, 0.3, 0.06, 0.04]
      let equal = [Double](repeating: 1, count: 49)
      return [
        (steps, settings(p: 0.7), 2), (steps, settings(p: 0.4), 1), (steps, settings(p: 0.9), 3),
        (steps, settings(p: 0.7001), 3), (halves, settings(minP: 0.5), 3),
        (halves, settings(minP: 0.500001), 1), (sixths, settings(minP: 0.1), 3),
        (thirds, settings(p: 2.0 / 3), 2), (thirds, settings(minP: 1), 3),
        (equal, settings(p: 3.0 / 49), 3),
      ]
    }()

    /// Probabilities as float32 logits: what reaches a border exactly reaches it after rounding.
    @Test func bordersAreReachedByWhatReachesThem() {
      func logits(_ p: [Double]) -> [Float] { p.map { Float(log($0)) } }
      withAllForms { form in
        for (p, s, kept) in Self.borders {
          #expect(Self.kept(logits(p), s).0 == Set(0..<kept), "\(form), \(p), \(s)")
        }
        let infinite = [Float](repeating: .infinity, count: 100)
        #expect(Self.kept(infinite, Self.settings(p: 0.55)).0.count == 55)
      }
    }

    @Test func followsTheRulesForInfinitiesAndNaN() {
      withAllForms { form in
        for k in [4, 40, 6000] {
          var rows = [[Float]](repeating: [Float](repeating: 0.5, count: k), count: 7)
          rows[1] = [Float](repeating: -.infinity, count: k)
          rows[2] = rows[1]
          rows[2][k - 1] = -1e30
          rows[3][k / 2] = .nan
          rows[4][1] = .infinity
          rows[5] = rows[1]
          for c in [0, 2, 3] { rows[5][c] = .infinity }
          rows[6] = (0..<k).map { $0 % 2 == 0 ? 3e38 : -3e38 }
          let all = [
            Self.settings(), Self.settings(0.8, k: 2), Self.settings(0.8, p: 0.5),
            Self.settings(1e-38, k: 3, p: 0.9, minP: 0.1), Self.settings(1e38, minP: 0.3),
          ]
          let keys = (0..<14).map { UInt32($0) }
          for s in all {
            let (tokens, scores) = Self.draw(rows.flatMap(\.self), [s], keys: keys, rows: 7, k: k)
            #expect(tokens[1] == -1 && scores[1].isNaN && tokens[3] == -1 && scores[3].isNaN)
            #expect(tokens[2] == k - 1 && scores[2] == 0, "\(form), \(k)")
            #expect(tokens[4] == 1 && scores[4] == 0)
            let infinite = s.top_k == 2 || s.top_p == 0.5 ? [0, 2] : [0, 2, 3]
            #expect(infinite.contains(Int(tokens[5])))
            #expect(abs(scores[5] + log(Float(infinite.count))) < 1e-6)
            #expect(tokens[6] >= 0 && (tokens[6] % 2 == 0 || s.temperature == 1e38))
            for row in [0, 6] {
              let alone = Self.draw(
                rows[row], [s], keys: Array(keys[2 * row..<2 * row + 2]), rows: 1, k: k)
              #expect(alone.tokens[0] == tokens[row] && alone.scores[0] == scores[row])
            }
          }
          let greedy = Self.draw(
            rows.flatMap(\.self), [Self.settings(greedy: true)], keys: keys, rows: 7, k: k)
          #expect(greedy.tokens == [0, -1, Int32(k - 1), -1, 1, 0, 0])
        }
      }
    }

    @Test func neitherThreadsNorTheBatchChangeADraw() {
      var generator = SplitMix64(state: 72)
      for k in [7, 900, 20_000] {
        let rows = 24
        let logits = generator.floats(rows * k).map { $0 * 3 }
        let settings = (0..<rows).map { _ in Self.randomSettings(k, &generator) }
        let keys = (0..<2 * UInt32(rows)).map { $0 &* 2_654_435_769 }
        let results = withThreadCounts {
          Self.draw(logits, settings, keys: keys, rows: rows, k: k)
        }
        #expect(results[0].tokens == results[1].tokens && results[0].tokens == results[2].tokens)
        #expect(same(results[0].scores, results[2].scores))
        for r in 0..<rows {
          let alone = Self.draw(
            Array(logits[r * k..<(r + 1) * k]), [settings[r]], keys: Array(keys[2 * r..<2 * r + 2]),
            rows: 1, k: k)
          #expect(alone.tokens[0] == results[0].tokens[r])
          #expect(same(alone.scores, [results[0].scores[r]]))
        }
      }
    }

    /// A filter changes a draw only by removing the token that was drawn without it.
    @Test func whatSurvivesIsDrawnAsWithoutFilters() {
      var generator = SplitMix64(state: 73)
      var unchanged = 0
      for i in 0..<300 {
        let k = i % 10 == 0 ? 9000 : 300
        let logits = generator.floats(k).map { $0 * 2 }
        let s = Self.randomSettings(k, &generator)
        let key = [UInt32(i), 3]
        let free = Self.draw(logits, [Self.settings(s.temperature)], keys: key, rows: 1, k: k)
        let filtered = Self.draw(logits, [s], keys: key, rows: 1, k: k)
        let (kept, _) = Self.kept(logits, s)
        if kept.contains(Int(free.tokens[0])) {
          unchanged += 1
          #expect(filtered.tokens[0] == free.tokens[0])
        } else {
          #expect(filtered.tokens[0] != free.tokens[0])
        }
      }
      #expect((50..<300).contains(unchanged))
    }
  }
}
