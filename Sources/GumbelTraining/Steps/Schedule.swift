import GumbelCLibrary
import GumbelTensors

/// A number that depends on the step: a learning rate or a temperature.
///
/// A schedule is a function of the step alone, so a resumed run goes on where it stopped. Step 0
/// gives the initial value exactly, a floor is never crossed, and the end is reached exactly.
///
/// What is decoded is checked: `DecodingError` says which number was found in the place of which.
public struct Schedule: Hashable, Codable, Sendable {
  enum Form: Hashable, Encodable, Sendable {
    case constant
    case exponential(rate: Double, floor: Double)
    case linear(end: Double, steps: Int)
    case cosine(end: Double, steps: Int)
    case geometric(end: Double, steps: Int)
  }

  let initial: Double
  let form: Form
  let every: Int

  /// Whether it is the same at every step.
  package var isConstant: Bool { form == .constant }

  /// Whether a step's value may be another one than that of the step before.
  func mayChange(at step: Int) -> Bool { !isConstant && step % every == 0 }

  init(checked initial: Double, _ form: Form, every: Int) {
    (self.initial, self.form, self.every) = (initial, form, every)
  }

  private init(_ initial: Double, _ form: Form, every: Int = 1) {
    require(every >= 1, "Schedule: updated every \(every) steps; expected 1 or more")
    self.initial = initial
    self.form = form
    self.every = every
  }

  private static func checked(_ steps: Int) -> Int {
    require(steps >= 1, "Schedule: over \(steps) steps; expected 1 or more")
    return steps
  }

  /// The same value at every step.
  public static func constant(_ value: Double) -> Schedule { Schedule(value, .constant) }

  /// `max(floor, initial e^(-rate step))`, updated every so many steps: the annealing of
  /// Jang et al. 2016, who use a floor of 0.5 and rates of 1e-5 and 1e-4.
  public static func exponential(
    from initial: Double, rate: Double, floor: Double = 0, every: Int = 1
  ) -> Schedule {
    Schedule(initial, .exponential(rate: rate, floor: floor), every: every)
  }

  /// From one value to another in equal differences, and then the latter.
  public static func linear(
    from initial: Double, to end: Double, over steps: Int, every: Int = 1
  ) -> Schedule {
    Schedule(initial, .linear(end: end, steps: checked(steps)), every: every)
  }

  /// From one value to another along half a cosine, and then the latter
  /// (Loshchilov & Hutter 2017).
  public static func cosine(
    from initial: Double, to end: Double, over steps: Int, every: Int = 1
  ) -> Schedule {
    Schedule(initial, .cosine(end: end, steps: checked(steps)), every: every)
  }

  /// From one value to another in equal ratios, and then the latter; both positive.
  public static func geometric(
    from initial: Double, to end: Double, over steps: Int, every: Int = 1
  ) -> Schedule {
    require(
      initial > 0 && end > 0, "Schedule.geometric: from \(initial) to \(end); expected positives")
    return Schedule(initial, .geometric(end: end, steps: checked(steps)), every: every)
  }

  /// The value at a step, which is not negative.
  public func callAsFunction(_ step: Int) -> Double {
    require(step >= 0, "Schedule: step \(step) is negative")
    let t = step / every * every
    switch form {
    case .constant: return initial
    case .exponential(let rate, let floor):
      return max(floor, t == 0 ? initial : initial * exp(-rate * Double(t)))
    case .linear(let end, let steps):
      if t >= steps { return end }
      return initial + (end - initial) * (Double(t) / Double(steps))
    case .cosine(let end, let steps):
      if t >= steps { return end }
      if t == 0 { return initial }
      return end + (initial - end) * (0.5 + 0.5 * cos(.pi * Double(t) / Double(steps)))
    case .geometric(let end, let steps):
      if t >= steps { return end }
      if t == 0 { return initial }
      return initial * pow(end / initial, Double(t) / Double(steps))
    }
  }
}
