/// The one place where it is decided, between steps, whether a run is saved and whether it stops.
struct StepBoundary {
  private let loop: TrainingLoop
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastSave: ContinuousClock.Instant
  /// Whether no step has come since the run was saved.
  private(set) var isSaved = true

  init(_ loop: TrainingLoop) {
    self.loop = loop
    start = clock.now
    lastSave = start
  }

  /// Seconds of training, earlier ones included.
  var seconds: Double { loop.earlierSeconds + (clock.now - start) / .seconds(1) }

  /// A step was trained, or an epoch measured.
  mutating func passed() { isSaved = false }

  func decide(afterEpoch: Bool) -> (saves: Bool, stops: Bool) {
    let isDue = clock.now - lastSave >= loop.saveInterval
    return (isDue || afterEpoch && loop.savesEveryEpoch, loop.shouldStop())
  }

  mutating func saved() {
    isSaved = true
    lastSave = clock.now
  }
}
