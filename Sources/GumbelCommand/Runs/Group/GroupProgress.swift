import SwiftGumbel

/// How far the trainings of a group are, as one bar; for use by several threads.
// Safe: all that changes is reached under the lock.
final class GroupProgress: @unchecked Sendable {
  private let lock = Locked(())
  private let bar: ProgressBar?
  private var steps: [Int]
  private var finished = 0

  /// - Parameters:
  ///   - steps: those of each training.
  ///   - isShown: whether anything is.
  init(steps: [Int], isShown: Bool) {
    self.steps = steps.map { _ in 0 }
    bar = isShown ? ProgressBar(title: "training \(counted(steps.count, "run"))") : nil
    bar?.start(at: 0, of: steps.reduce(0, +))
  }

  /// A training has done so many steps.
  func note(_ index: Int, steps done: Int) {
    lock.withLock { _ in
      steps[index] = done
      guard let bar, bar.isDue else { return }
      bar.update(steps.reduce(0, +), metrics: [("done", Double(finished))])
    }
  }

  /// Writes a line that stays.
  func say(_ text: String) { lock.withLock { _ in bar?.note(text) } }

  func noteFinished(_ index: Int) {
    lock.withLock { _ in
      finished += 1
      bar?.update(steps.reduce(0, +), metrics: [("done", Double(finished))])
    }
  }

  func end() { lock.withLock { _ in bar?.finish() } }
}

/// What shows how far one training of a group is.
final class GroupObserver: TrainingObserver {
  private let index: Int
  private let progress: GroupProgress

  init(_ index: Int, _ progress: GroupProgress) { (self.index, self.progress) = (index, progress) }

  func began(_ course: TrainingCourse) { progress.note(index, steps: course.firstStep) }
  func progressed(to step: Int, terms: () -> [(name: String, value: Double)]) {
    progress.note(index, steps: step)
  }
  func finishedEpoch(_ record: MetricsRecord) { progress.note(index, steps: record.step) }
}

/// Who is told how a training goes.
struct TrainingView {
  var observers: [any TrainingObserver] = []
  /// Called with a line about each epoch.
  var note: (String) -> Void = { _ in }
  /// Whether TensorBoard is shown all weights.
  let showsWeights: Bool

  /// A progress bar, or nothing.
  init(_ bar: ProgressBar?, showsWeights: Bool) {
    self.showsWeights = showsWeights
    guard let bar else { return }
    (observers, note) = ([bar], bar.note)
  }

  init(
    _ member: GroupMember, _ index: Int, _ progress: GroupProgress, showsWeights: Bool
  ) {
    self.showsWeights = showsWeights
    observers = [GroupObserver(index, progress)]
    note = { progress.say("\(member.name): \($0)") }
  }
}
