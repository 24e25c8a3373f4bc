import GumbelTensors
import Testing
import _GumbelTestSupport

/// A group whose one setting is noted.
private struct Scaled<Factor: Hashable>: TensorGroup {
  var tensor = Tensor([1, 2])
  var factor: Factor
  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("tensor", &tensor)
    visitor.note("factor", factor)
  }
}

private protocol Function: TensorGroup { func callAsFunction(_ x: Tensor) -> Tensor }
private struct Doubling: Function {
  func callAsFunction(_ x: Tensor) -> Tensor { x * 2 }
  mutating func visit(_ visitor: inout some TensorVisitor) {}
}
private struct Negation: Function {
  func callAsFunction(_ x: Tensor) -> Tensor { -x }
  mutating func visit(_ visitor: inout some TensorVisitor) {}
}
private struct Chain: TensorGroup {
  var functions: [any Function]
  mutating func visit(_ visitor: inout some TensorVisitor) {
    for i in functions.indices { visitor.visit(String(i), ofAnyType: &functions[i]) }
  }
}

/// Settings take part in a compiled function's signature.
@Suite struct SettingsTests {
  @Test func aStateHasAPlanForEachSetting() {
    let step = compile { (state: inout Scaled<Float>, x: Tensor) in
      state.tensor = state.tensor * state.factor + x
      return state.tensor.sum()
    }
    var (half, twice) = (Scaled<Float>(factor: 0.5), Scaled<Float>(factor: 2))
    for round in 1...3 {
      _ = step(&half, Tensor(1))
      _ = step(&twice, Tensor(1))
      #expect(step.planCount == 2)
      #expect(step.recordingCount == 2, "in round \(round)")
    }
    #expect(half.tensor.scalars == [1.875, 2])
    #expect(twice.tensor.scalars == [15, 23])
  }

  @Test func anInputHasAPlanForEachSetting() {
    let f = compile { (x: Scaled<Bool>) in x.factor ? x.tensor : -x.tensor }
    #expect(f(Scaled(factor: true)).scalars == [1, 2])
    #expect(f(Scaled(factor: false)).scalars == [-1, -2])
    #expect(f(Scaled(factor: true)).scalars == [1, 2])
    #expect(f.recordingCount == 2)
  }

  /// Each kind of setting, two values of it.
  @Test func settingsOfAllKindsCount() {
    enum Direction { case up, down }
    func recordings<S: Hashable>(_ first: S, _ second: S) -> [Int] {
      let f = compile { (x: Scaled<S>) in x.tensor + 1 }
      return [first, first, second, first, second].map {
        _ = f(Scaled(factor: $0))
        return f.recordingCount
      }
    }
    let expected = [1, 1, 2, 2, 2]
    #expect(recordings(1, 2) == expected)
    #expect(recordings(Float(1), 2) == expected)
    #expect(recordings(1.0, 2.0) == expected)
    #expect(recordings(Float.nan, 2) == expected)
    #expect(recordings(true, false) == expected)
    #expect(recordings(UInt8(1), 2) == expected)
    #expect(recordings("a", "b") == expected)
    #expect(recordings(Direction.up, .down) == expected)
    #expect(recordings(Int?.none, 1) == expected)
    #expect(recordings([1, 2], [2, 1]) == expected)
    #expect(recordings(Shape([2, 3]), [3, 2]) == expected)
    #expect(
      recordings(ObjectIdentifier(Int.self), ObjectIdentifier(Float.self)) == expected)
  }

  @Test func theOrderOfSettingsCounts() {
    let f = compile { (x: [Scaled<Int>]) in x[0].tensor * Float(x[0].factor) }
    func pair(_ a: Int, _ b: Int) -> [Scaled<Int>] { [Scaled(factor: a), Scaled(factor: b)] }
    #expect(f(pair(1, 2)).scalars == [1, 2])
    #expect(f(pair(2, 1)).scalars == [2, 4])
    #expect(f(pair(1, 1)).scalars == [1, 2])
    #expect(f.recordingCount == 3)
  }

  /// Parts of any type without a tensor or a setting differ by their types.
  @Test func typesCount() {
    let f = compile { (chain: Chain, x: Tensor) in chain.functions.reduce(x) { $1($0) } }
    let x = Tensor([1, 2])
    #expect(f(Chain(functions: [Doubling(), Negation()]), x).scalars == [-2, -4])
    #expect(f(Chain(functions: [Doubling(), Doubling()]), x).scalars == [4, 8])
    #expect(f(Chain(functions: [Doubling()]), x).scalars == [2, 4])
    #expect(f(Chain(functions: [Negation()]), x).scalars == [-1, -2])
    #expect(f.recordingCount == 4)
  }

  /// A plan that was dropped is recorded again, which can be seen.
  @Test func recordingsAreCounted() {
    let f = compile { (x: Scaled<Int>) in x.tensor * Float(x.factor) }
    f.planLimit = 2
    for factor in [1, 2, 3, 1, 2, 3] {
      #expect(f(Scaled(factor: factor)).scalars == [Float(factor), Float(2 * factor)])
    }
    #expect(f.recordingCount == 6)
    #expect(f.planCount == 2)
  }

  /// 100,000 lists of small settings, none of which is taken for another.
  @Test func smallSettingsAreToldApart() {
    struct Settings: TensorGroup {
      var values: [Int]
      mutating func visit(_ visitor: inout some TensorVisitor) {
        for value in values { visitor.note("value", value) }
      }
    }
    let f = compile { (x: Settings, y: Tensor) in y }
    f.planLimit = 1
    var calls = 0
    for a in 0..<10 {
      for b in 0..<10 {
        for c in 0..<10 {
          _ = f(Settings(values: [a, b, c]), Tensor(1))
          calls += 1
        }
      }
    }
    #expect(f.recordingCount == calls)
  }
}
