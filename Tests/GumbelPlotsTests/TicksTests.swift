import Testing

@testable import GumbelPlots

@Suite struct TicksTests {
  @Test(arguments: [
    (-2.0...2.0, 5, "−2 −1 0 1 2"),
    (-2.0...2.0, 10, "−2.0 −1.5 −1.0 −0.5 0 0.5 1.0 1.5 2.0"),
    (0.0...1.0, 5, "0 0.2 0.4 0.6 0.8 1.0"),
    (0.0...0.6, 4, "0 0.2 0.4 0.6"),
    (1.0...200.0, 4, "50 100 150 200"),
    (0.1...0.7, 3, "0.2 0.4 0.6"),
    (-0.05...0.05, 2, "−0.05 0 0.05"),
    (0.0...20_000.0, 4, "0 5k 10k 15k 20k"),
    (0.0...1_000.0, 4, "0 500 1000"),
    (10_000.0...11_000.0, 4, "10k 10.5k 11k"),
    (20_000.0...20_004.0, 4, "20000 20001 20002 20003 20004"),
    (0.0...3_000_000.0, 3, "0 1M 2M 3M"),
    (0.0...2e10, 4, "0 0.5×10¹⁰ 1×10¹⁰ 1.5×10¹⁰ 2×10¹⁰"),
    (0.0...3e-5, 3, "0 1×10⁻⁵ 2×10⁻⁵ 3×10⁻⁵"),
    (-1e300...1e300, 2, "−1×10³⁰⁰ 0 1×10³⁰⁰"),
    (0.3...0.4, 1, "0.3 0.4"),
  ])
  func linear(range: ClosedRange<Double>, count: Int, expected: String) {
    let ticks = Ticks.linear(in: range, count: count)
    #expect(ticks.map(\.label).joined(separator: " ") == expected)
  }

  @Test func valuesAreTheNumbersOfTheirLabels() {
    let ticks = Ticks.linear(in: 0...1, count: 10)
    #expect(ticks.map(\.value) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
  }

  @Test func wholeNumbersHaveNoHalves() {
    let ticks = Ticks.linear(in: 1...3, count: 8, isIntegral: true)
    #expect(ticks.map(\.label) == ["1", "2", "3"])
  }

  /// Over many ranges: ticks are inside, evenly spaced, all different, and never far fewer or
  /// more than asked for.
  @Test func linearInvariants() {
    var seed: UInt64 = 7
    func uniform() -> Double {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(seed >> 11) / 0x1p53
    }
    for _ in 0..<2000 {
      let magnitude = powerOfTen(Int(uniform() * 24) - 12)
      let low = (uniform() - 0.5) * magnitude
      let range = low...(low + (0.01 + uniform()) * magnitude)
      let span = range.upperBound - range.lowerBound
      let count = 2 + Int(uniform() * 9)
      let ticks = Ticks.linear(in: range, count: count)
      #expect((count - 1) / 3 <= ticks.count && ticks.count <= count + 1, "\(range) \(count)")
      #expect(Set(ticks.map(\.label)).count == ticks.count, "\(range) \(count)")
      #expect(
        ticks.allSatisfy {
          range.lowerBound - 1e-5 * span <= $0.value && $0.value <= range.upperBound + 1e-5 * span
        })
      let steps = zip(ticks, ticks.dropFirst()).map { $1.value - $0.value }
      #expect(steps.allSatisfy { abs($0 - steps[0]) < 1e-6 * span })
    }
  }

  @Test(arguments: [
    (1e-3...1e3, 10, "0.001 0.01 0.1 1 10 100 1000"),
    (1.0...1e5, 10, "1 10 100 1000 10k 100k"),
    (1e-6...1e3, 5, "10⁻⁶ 10⁻⁴ 10⁻² 10⁰ 10²"),
    (0.4...7.0, 5, "0.5 1 2 5"),
    (1e-8...3e-8, 5, "10⁻⁸ 2×10⁻⁸"),
    (2.1...4.5, 4, "3 4"),
  ])
  func logarithmic(range: ClosedRange<Double>, count: Int, expected: String) {
    let ticks = Ticks.logarithmic(in: range, count: count)
    #expect(ticks.map(\.label).joined(separator: " ") == expected)
  }

  @Test(arguments: [0.0...0.0, 5.0...5.0, -.infinity...0.0, 0...Double.infinity])
  func rangesWithoutTicks(range: ClosedRange<Double>) {
    #expect(Ticks.linear(in: range, count: 5).isEmpty)
    #expect(Ticks.logarithmic(in: -1...1, count: 5).isEmpty)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1, "1"), (-2, "−2"), (0.25, "0.25"), (1234.6, "1230"), (1e9, "1×10⁹"),
    (-1.5e-8, "−1.5×10⁻⁸"), (.infinity, "∞"), (.nan, "NaN"),
  ])
  func shortNumbers(value: Double, expected: String) {
    #expect(NumberLabel.short(value) == expected)
  }

  @Test(arguments: [
    ([1.0, 2], false, 0.0, 1.0...2.0),
    ([3.0], false, 0.05, 1.5...4.5),
    ([0.0, 0], false, 0.05, -1.0...1.0),
    ([0.0, 10], false, 0.1, 0.0...11.0),
    ([.nan, .infinity, 4, 8], false, 0.25, 3.0...9.0),
    ([-5.0, 0, 1, 100], true, 0.0, 1.0...100.0),
  ])
  func domains(
    values: [Double], isLogarithmic: Bool, padding: Double, expected: ClosedRange<Double>
  ) throws {
    let found = try #require(
      AxisScale.domain(of: values, isLogarithmic: isLogarithmic, padding: padding))
    #expect(abs(found.lowerBound - expected.lowerBound) < 1e-12)
    #expect(abs(found.upperBound - expected.upperBound) < 1e-9)
  }

  @Test func noDomainWithoutValues() {
    #expect(AxisScale.domain(of: [], isLogarithmic: false, padding: 0) == nil)
    #expect(AxisScale.domain(of: [.nan, .infinity], isLogarithmic: false, padding: 0) == nil)
    #expect(AxisScale.domain(of: [0, -1], isLogarithmic: true, padding: 0) == nil)
  }

  @Test func positionsAreLinearInTheValueOrItsLogarithm() throws {
    let linear = AxisScale(domain: -1...3, isLogarithmic: false, start: 100, end: 0)
    #expect(linear.position(of: 0) == 75)
    #expect(linear.position(of: .nan) == nil)
    let logarithmic = AxisScale(domain: 1...100, isLogarithmic: true, start: 0, end: 10)
    #expect(try abs(#require(logarithmic.position(of: 10)) - 5) < 1e-12)
    #expect(logarithmic.position(of: 0) == nil)
  }
}
