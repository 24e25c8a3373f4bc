import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct Tokens {
    typealias Settings = gk_token_sampling

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
