import GumbelTraining
import Testing
import _GumbelTestSupport

@Suite struct ScheduleTests {
  /// Schedules with their first value, their last one, and the step from which on it holds.
  static let cases: [(Schedule, first: Double, last: Double, steps: Int)] = [
    (.constant(0.3), 0.3, 0.3, 0), (.linear(from: 0.1, to: 1.7, over: 1000), 0.1, 1.7, 1000),
    (.linear(from: 1, to: 0.1, over: 997), 1, 0.1, 997),
    (.cosine(from: 1e-3, to: 1e-5, over: 1000), 1e-3, 1e-5, 1000),
    (.cosine(from: 0.1, to: 0.7, over: 777), 0.1, 0.7, 777),
    (.geometric(from: 1, to: 0.1, over: 1000), 1, 0.1, 1000),
    (.geometric(from: 0.3, to: 3, over: 123), 0.3, 3, 123),
    (.exponential(from: 1, rate: 1e-2, floor: 0.5), 1, 0.5, 70),
    (.exponential(from: 0.7, rate: 0.1, floor: 0.1, every: 7), 0.7, 0.1, 28),
    (.linear(from: 1, to: 0, over: 100, every: 10), 1, 0, 100),
    (.linear(from: 5, to: 5, over: 10), 5, 5, 0),
  ]

  @Test(arguments: cases)
  func endsAndOrder(_ schedule: Schedule, first: Double, last: Double, steps: Int) {
    #expect(schedule(0) == first, "exact at step 0")
    for step in [steps, steps + 1, 10 * steps + 5, 1_000_000_000] {
      #expect(schedule(step) == last, "exact from step \(steps) on")
    }
    let values = (0...(steps + 10)).map { schedule($0) }
    let (low, high) = (min(first, last), max(first, last))
    let isInside = values.allSatisfy { $0 >= low && $0 <= high }
    #expect(isInside)
    let isMonotone = zip(values, values.dropFirst()).allSatisfy {
      first <= last ? $0 <= $1 : $0 >= $1
    }
    #expect(isMonotone)
  }

  @Test func formulas() {
    let exponential = Schedule.exponential(from: 2, rate: 0.25)
    let linear = Schedule.linear(from: 1, to: 3, over: 8)
    let cosine = Schedule.cosine(from: 1, to: 0, over: 4)
    let geometric = Schedule.geometric(from: 16, to: 1, over: 4)
    #expect(abs(exponential(3) - 2 * power(2.718_281_828_459_045, -0.75)) < 1e-12)
    #expect(linear(2) == 1.5)
    #expect(abs(cosine(1) - (0.5 + 0.5 * 0.5.squareRoot())) < 1e-12)
    #expect(abs(cosine(2) - 0.5) < 1e-12)
    #expect(abs(geometric(1) - 8) < 1e-12)
  }

  /// The annealing of Jang et al.: updated every so many steps, never under its floor.
  @Test func everySoManySteps() {
    let schedule = Schedule.exponential(from: 1, rate: 1e-4, floor: 0.5, every: 1000)
    #expect(schedule(999) == 1)
    #expect(schedule(1000) == schedule(1999))
    #expect(abs(schedule(1000) - power(2.718_281_828_459_045, -0.1)) < 1e-12)
    #expect(schedule(6999) > 0.5)
    #expect(schedule(7000) == 0.5)
    let unlimited = Schedule.exponential(from: 1, rate: 1)(1_000_000)
    #expect(unlimited == 0)
  }

  enum Mistake: CaseIterable, Codable, Sendable {
    case negativeStep, everyNone, geometricFromZero
    func commit() {
      switch self {
      case .negativeStep: _ = Schedule.constant(1)(-1)
      case .everyNone: _ = Schedule.linear(from: 0, to: 1, over: 5, every: 0)
      case .geometricFromZero: _ = Schedule.geometric(from: 0, to: 1, over: 5)
      }
    }
  }

  @Test(arguments: Mistake.allCases)
  func mistakesEnd(_ mistake: Mistake) async {
    await #expect(processExitsWith: .failure) { [mistake] in mistake.commit() }
  }
}
