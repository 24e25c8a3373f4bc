import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

/// A call of gk_gumbel_softmax with all its outputs.
struct Sample {
  var logits: [Float]
  var rows: Int
  var k: Int
  var shared = false
  var temperature: [Float] = [1]
  var key: (UInt32, UInt32) = (7, 8)
  var first: UInt64 = 0

  var soft: [Float] = []
  var logSoft: [Float] = []
  var hard: [Float] = []
  var index: [Int32] = []

  func withArguments<Result>(
    _ body: (UnsafePointer<gk_gumbel_softmax_arguments>) -> Result
  ) -> Result {
    logits.withUnsafeBufferPointer { logits in
      temperature.withUnsafeBufferPointer { temperature in
        var arguments = gk_gumbel_softmax_arguments(
          logits: logits.baseAddress, logits_stride: shared ? 0 : k,
          temperature: temperature.baseAddress, temperature_stride: temperature.count == 1 ? 0 : 1,
          rows: rows, k: k, key: key, first: first)
        return body(&arguments)
      }
    }
  }

  func drawn() -> Sample {
    var result = self
    let filler = [Float](repeating: 777, count: rows * k)
    result.soft = filler
    result.logSoft = filler
    result.hard = filler
    result.index = [Int32](repeating: 777, count: rows)
    withArguments {
      gk_gumbel_softmax($0, &result.soft, &result.logSoft, &result.hard, &result.index)
    }
    return result
  }

  func row(_ values: [Float], _ r: Int) -> [Float] { Array(values[r * k..<(r + 1) * k]) }
}

extension KernelsTests {
  @Suite struct GumbelSoftmax {
    static let sizes = [
      (1, 1), (10, 5), (13, 2), (7, 3), (9, 8), (100, 10), (20, 15), (65, 16), (6, 17), (40, 33),
      (11, 100), (3, 512), (2, 513), (3, 3000),
    ]

    /// Outputs against softmax((logits + noise) / t) in double, the noise being gk_gumbel's.
    @Test func agreesWithItsDefinition() {
      var generator = SplitMix64(state: 50)
      for (rows, k) in Self.sizes {
        for shared in [false, true] {
          for temperatures in [1, rows] {
            let first = UInt64.random(in: 0..<1000, using: &generator)
            let base = Sample(
              logits: generator.floats(shared ? k : rows * k), rows: rows, k: k, shared: shared,
              temperature: generator.floats(temperatures, in: 0.2...3), first: first)
            withAllForms { form in
              let sample = base.drawn()
              let noise = draw(
                { gk_gumbel($0, $1, $2, $3) }, key: [7, 8], first: first, count: rows * k)
              for r in 0..<rows {
                let a = (0..<k).map { base.logits[shared ? $0 : r * k + $0] + noise[r * k + $0] }
                let winner = a.indices.max { a[$0] < a[$1] || (a[$0] == a[$1] && $0 > $1) }!
                let note: Comment = "\(rows) x \(k), shared: \(shared), \(form)"
                #expect(sample.index[r] == Int32(winner), note)
                #expect(sample.row(sample.hard, r) == a.indices.map { $0 == winner ? 1 : 0 }, note)
                let t = Double(base.temperature[temperatures == 1 ? 0 : r])
                let z = a.map { (Double($0) - Double(a[winner])) / t }
                let sum = z.reduce(0) { $0 + exp($1) }
                let soft = sample.row(sample.soft, r), logSoft = sample.row(sample.logSoft, r)
                for c in 0..<k {
                  let p = exp(z[c]) / sum, l = z[c] - log(sum)
                  #expect((Double(soft[c]) - p).magnitude <= (1e-6 - 2e-7 * z[c]) * p + 1e-37, note)
                  #expect((Double(logSoft[c]) - l).magnitude <= 5e-7 * (1 + l.magnitude), note)
                }
              }
            }
          }
        }
      }
    }

    /// Any subset of the outputs has the bits that all of them together have.
    @Test func outputsAreIndependent() {
      var generator = SplitMix64(state: 51)
      for (rows, k) in [(10, 5), (30, 10), (5, 100), (2, 1500)] {
        var base = Sample(logits: generator.floats(rows * k), rows: rows, k: k)
        base.logits[3] = -.infinity
        withAllForms { _ in
          let all = base.drawn()
          var one = [Float](repeating: 777, count: rows * k)
          base.withArguments { gk_gumbel_softmax($0, &one, nil, nil, nil) }
          #expect(one == all.soft)
          base.withArguments { gk_gumbel_softmax($0, nil, &one, nil, nil) }
          #expect(one == all.logSoft)
          base.withArguments { gk_gumbel_softmax($0, nil, nil, &one, nil) }
          #expect(one == all.hard)
          var index = [Int32](repeating: 777, count: rows)
          base.withArguments { gk_gumbel_softmax($0, nil, nil, nil, &index) }
          #expect(index == all.index)
          gk_gumbel_max(base.logits, k, [7, 8], 0, &index, rows, k)
          #expect(index == all.index)
        }
      }
    }

    @Test func rowsDependOnTheirNumberAlone() {
      var generator = SplitMix64(state: 52)
      for (rows, k) in [(3000, 10), (50, 700), (1200, 33)] {
        let base = Sample(logits: generator.floats(rows * k), rows: rows, k: k)
        withAllForms { _ in
          let results = withThreadCounts { base.drawn() }
          for other in results.dropFirst() {
            #expect(other.soft == results[0].soft && other.logSoft == results[0].logSoft)
            #expect(other.hard == results[0].hard && other.index == results[0].index)
          }
          for start in [1, 7, 8, 13, rows - 2] {
            let part = Sample(
              logits: Array(base.logits[start * k..<(start + 2) * k]), rows: 2, k: k,
              first: UInt64(start * k)
            ).drawn()
            #expect(part.soft == Array(results[0].soft[start * k..<(start + 2) * k]))
            #expect(part.index == Array(results[0].index[start..<start + 2]))
          }
        }
      }
    }

    /// Few rows may be worked on in another way than many.
    @Test(arguments: 1...17)
    func rowsDoNotDependOnHowManyThereAre(k: Int) {
      var generator = SplitMix64(state: 58)
      let rows = 40
      for (shared, temperatures) in [(true, 1), (false, 1), (false, rows)] {
        var base = Sample(
          logits: generator.floats(shared ? k : rows * k), rows: rows, k: k, shared: shared,
          temperature: generator.floats(temperatures, in: 0.3...2))
        base.logits[0] = k == 1 ? 0 : -.infinity
        if !shared {
          base.logits[3 * k] = .nan
          base.logits[6 * k] = 1e20
        }
        withAllForms { form in
          let all = base.drawn()
          for count in 1...17 {
            var few = base
            few.rows = count
            few = few.drawn()
            #expect(same(few.soft, Array(all.soft.prefix(count * k))), "\(count) x \(k), \(form)")
            #expect(same(few.logSoft, Array(all.logSoft.prefix(count * k))))
            #expect(same(few.hard, Array(all.hard.prefix(count * k))))
            #expect(few.index == Array(all.index.prefix(count)))
          }
        }
      }
    }

    @Test(arguments: [3, 10, 16, 17, 40, 600])
    func maskedEntriesNeverWin(k: Int) {
      let low = -Float.infinity
      for place in [0, k / 2, k - 1] {
        var logits = [Float](repeating: 0, count: k)
        logits[place] = low
        withAllForms { _ in
          let s = Sample(logits: logits, rows: 200, k: k, shared: true).drawn()
          for r in 0..<200 {
            #expect(s.soft[r * k + place] == 0 && s.logSoft[r * k + place] == low)
            #expect(s.hard[r * k + place] == 0 && s.index[r] != Int32(place))
          }
          // One finite entry: exactly one-hot.
          var single = [Float](repeating: low, count: k)
          single[place] = -3
          let one = Sample(logits: single, rows: 9, k: k, shared: true).drawn()
          let oneHot = (0..<k).map { Float($0 == place ? 1 : 0) }
          for r in 0..<9 {
            #expect(one.row(one.soft, r) == oneHot && one.row(one.hard, r) == oneHot)
            #expect(one.row(one.logSoft, r) == oneHot.map { $0 == 1 ? 0 : low })
            #expect(one.index[r] == Int32(place))
          }
        }
      }
    }

    @Test(arguments: [5, 10, 17, 600])
    func badRowsAreReportedAndTouchNoOther(k: Int) {
      var generator = SplitMix64(state: 53)
      let rows = 19
      let good = Sample(
        logits: generator.floats(rows * k), rows: rows, k: k,
        temperature: generator.floats(rows, in: 0.5...2))
      var bad = good
      bad.logits[2 * k + k - 1] = .nan
      for c in 0..<k { bad.logits[9 * k + c] = -.infinity }
      bad.temperature[11] = -1
      bad.temperature[12] = .nan
      bad.temperature[18] = -.infinity
      withAllForms { _ in
        let a = good.drawn(), b = bad.drawn()
        for r in 0..<rows {
          if [2, 9, 11, 12, 18].contains(r) {
            #expect(b.index[r] == -1)
            #expect(
              (b.row(b.soft, r) + b.row(b.logSoft, r) + b.row(b.hard, r)).allSatisfy { $0.isNaN })
          } else {
            #expect(b.index[r] == a.index[r] && b.row(b.soft, r) == a.row(a.soft, r))
            #expect(b.row(b.logSoft, r) == a.row(a.logSoft, r))
            #expect(b.row(b.hard, r) == a.row(a.hard, r))
          }
        }
      }
    }

    @Test(arguments: [4, 17, 700])
    func infiniteLogitsShareUniformly(k: Int) {
      let rows = 6000
      var logits = [Float](repeating: 5, count: k)
      logits[0] = .infinity
      logits[2] = .infinity
      logits[3] = -.infinity
      var single = logits
      single[2] = 5
      withAllForms { _ in
        let s = Sample(logits: logits, rows: rows, k: k, shared: true).drawn()
        let zeros = s.index.count { $0 == 0 }
        let twos = s.index.count { $0 == 2 }
        #expect(zeros + twos == rows)
        // Five standard deviations of a fair coin.
        #expect((Double(zeros) - 3000).magnitude < 5 * 1500.0.squareRoot())
        for r in 0..<100 {
          let soft = s.row(s.soft, r)
          #expect((soft[0] + soft[2] - 1).magnitude < 1e-6)
          #expect(soft.enumerated().allSatisfy { $0 == 0 || $0 == 2 || $1 == 0 })
        }
        let certain = Sample(logits: single, rows: 50, k: k, shared: true).drawn()
        #expect(certain.index.allSatisfy { $0 == 0 })
        #expect(certain.row(certain.soft, 3) == (0..<k).map { $0 == 0 ? 1 : 0 })
      }
    }

    @Test(arguments: [5, 10, 17, 600])
    func extremeTemperatures(k: Int) {
      var generator = SplitMix64(state: 54)
      let rows = 40
      let logits = generator.floats(rows * k)
      withAllForms { _ in
        let reference = Sample(logits: logits, rows: rows, k: k).drawn()
        for t: Float in [
          0, -0.0, .leastNonzeroMagnitude, 1e-38, 1e-36, 0.001, 100, 1e6, 1e36, 1e38, .infinity,
        ] {
          let s = Sample(logits: logits, rows: rows, k: k, temperature: [t]).drawn()
          #expect(s.index == reference.index && s.hard == reference.hard)
          for r in 0..<rows {
            let soft = s.row(s.soft, r), logSoft = s.row(s.logSoft, r)
            #expect((soft.reduce(0, +) - 1).magnitude < 1e-4)
            if t < 1e-10 {
              #expect(soft == s.row(s.hard, r))
              #expect(logSoft.allSatisfy { $0 == 0 || $0 < -1e30 })
            }
            if t > 1e5 { #expect(soft.allSatisfy { ($0 * Float(k) - 1).magnitude < 1e-3 }) }
            if t == 0 { #expect(logSoft == soft.map { $0 == 1 ? 0 : -.infinity }) }
            if t == .infinity { #expect(soft == [Float](repeating: 1 / Float(k), count: k)) }
            if t < .infinity {
              // The relaxed sample's largest entry, alone, is the winner.
              let largest = soft.max()!, largestLog = logSoft.max()!
              #expect(soft.indices.filter { soft[$0] == largest } == [Int(s.index[r])], "\(t)")
              #expect(
                logSoft.indices.filter { logSoft[$0] == largestLog } == [Int(s.index[r])], "\(t)")
            }
          }
        }
      }
    }

    static func counts(_ sample: Sample) -> [Double] {
      var counts = [Double](repeating: 0, count: sample.k)
      for i in sample.index { counts[Int(i)] += 1 }
      return counts
    }

    @Test(arguments: [8, 20], [1000, -1000, 1e4, -1e4] as [Float])
    func equalLogitsAreUniform(k: Int, value: Float) {
      let rows = 8000, expected = Double(rows) / Double(k)
      let logits = [Float](repeating: value, count: k)
      withAllForms { _ in
        let sample = Sample(logits: logits, rows: rows, k: k, shared: true).drawn()
        for count in Self.counts(sample) {
          #expect((count - expected).magnitude < 5.5 * expected.squareRoot())
        }
      }
    }

    @Test(arguments: [8, 20])
    func theLargestLogitsDoNotOverflow(k: Int) {
      var logits = [Float](repeating: -.greatestFiniteMagnitude, count: k)
      logits[1] = .greatestFiniteMagnitude
      let base = Sample(logits: logits, rows: 10, k: k, shared: true)
      withAllForms { _ in
        let sample = base.drawn()
        #expect(sample.index == [Int32](repeating: 1, count: 10))
        #expect(sample.soft == sample.hard)
        let hasNaN = sample.logSoft.contains { $0.isNaN }
        #expect(!hasNaN)
      }
    }

    @Test(arguments: [8, 20])
    func aBillionBelowIsMasked(k: Int) {
      let rows = 8000
      var logits = [Float](repeating: -1e9, count: k)
      logits[4] = 0
      logits[6] = 1
      let base = Sample(logits: logits, rows: rows, k: k, shared: true)
      withAllForms { _ in
        let counts = Self.counts(base.drawn())
        #expect(counts[4] + counts[6] == Double(rows))
        let share = counts[6] / Double(rows)
        #expect((share - 1 / (1 + exp(-1))).magnitude < 5 * 0.5 / Double(rows).squareRoot())
      }
    }

    @Test func frequenciesFollowTheSoftmax() {
      var generator = SplitMix64(state: 55)
      for k in [2, 5, 10, 16, 17, 100, 1100] {
        let logits = generator.floats(k, in: -2...2), rows = 40_000
        withAllForms { form in
          var index = [Int32](repeating: 0, count: rows)
          gk_gumbel_max(logits, 0, [3, 3], 0, &index, rows, k)
          var counts = [Double](repeating: 0, count: k)
          for i in index { counts[Int(i)] += 1 }
          let e = logits.map { exp(Double($0)) }, sum = e.reduce(0, +)
          let chi = zip(counts, e).reduce(0.0) { chi, pair in
            let expected = Double(rows) * pair.1 / sum
            return chi + (pair.0 - expected) * (pair.0 - expected) / expected
          }
          // Mean k - 1, standard deviation sqrt(2 (k - 1)); six of them.
          let freedom = Double(k - 1)
          #expect(chi < freedom + 6 * (2 * freedom).squareRoot() + 12, "\(k) \(form)")
        }
      }
    }
  }
}
