import GumbelTensors
import Testing
import _GumbelTestSupport

/// A compiled function keeps the plans that it used last, and no more than it is told to.
@Suite struct PlanLimitTests {
  /// Counts how often the function is recorded.
  private final class Recordings { var count = 0 }

  private func counting(
    _ recordings: Recordings
  ) -> Compiled<EmptyGroup, Tensor, Tensor> {
    compile { (_: inout EmptyGroup, x: Tensor) in
      recordings.count += 1
      return square(x)
    }
  }

  @Test func theOneUsedLongestAgoGoes() {
    let recordings = Recordings()
    let f = counting(recordings)
    f.planLimit = 3
    var empty = EmptyGroup()
    func call(_ count: Int) -> [Float] {
      f(&empty, Tensor([Float](repeating: 2, count: count))).scalars
    }
    for count in [1, 2, 3, 1] { #expect(call(count) == [Float](repeating: 4, count: count)) }
    #expect(recordings.count == 3)
    #expect(call(4) == [4, 4, 4, 4])
    #expect(f.planCount == 3)
    // 2 had not been used for the longest time: 1, 3 and 4 are still there.
    for count in [1, 3, 4] { _ = call(count) }
    #expect(recordings.count == 4)
    #expect(call(2) == [4, 4])
    #expect(recordings.count == 5)
    f.planLimit = 1
    #expect(f.planCount == 1)
    #expect(call(2) == [4, 4])
    #expect(recordings.count == 5)
  }

  @Test func thereIsALimitFromTheStart() {
    let recordings = Recordings()
    let f = counting(recordings)
    var empty = EmptyGroup()
    for count in 1...200 { _ = f(&empty, Tensor.ones([count])) }
    #expect(f.planLimit == 64)
    #expect(f.planCount == 64)
    for count in 137...200 { _ = f(&empty, Tensor.ones([count])) }
    #expect(recordings.count == 200)
  }

  /// The element type and the place between state and input are parts of a signature.
  @Test func signaturesAreTold() {
    let f = compile { (state: inout [Tensor], x: [Tensor]) in state + x }
    let (one, whole) = (Tensor([1]), Tensor(int32: [1]))
    var states = [[one], [one, one], [], [whole]]
    for i in states.indices { _ = f(&states[i], i == 1 ? [] : [one]) }
    #expect(f.planCount == 4)
  }

  @Test func theLimitIsAtLeastOne() async {
    await #expect(processExitsWith: .failure) {
      compile { (_: inout EmptyGroup, x: Tensor) in x }.planLimit = 0
    }
  }
}
