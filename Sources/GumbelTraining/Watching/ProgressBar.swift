import GumbelCLibrary

/// Progress on standard error: a bar on a terminal, a plain line now and then elsewhere.
///
/// A bar is one line, cut where the terminal's ends. It has no colours, so that there are none to
/// switch off.
public final class ProgressBar: TrainingObserver {
  private let title: String
  private let unit: String?
  private let itemsPerStep: Int
  private let isTerminal: Bool
  /// Where the text goes.
  package var write: (String) -> Void = Terminal.write
  private let clock = ContinuousClock()
  private var started: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant?
  private var first = 0
  private var total = 0
  private var done = 0
  private var latest: [(name: String, value: Double)] = []
  private var metrics: [(name: String, value: Double)] = []
  /// The terminal's width when ``mostMetrics`` were found to fit into it.
  private var shownWidth: Int?
  private var mostMetrics = Int.max

  /// Creates a bar that shows nothing yet.
  ///
  /// - Parameters:
  ///   - title: what stands before the bar.
  ///   - unit: what the steps work through, such as `images`, to show how many a second; nil for
  ///     nothing.
  ///   - itemsPerStep: how many of them a step works through.
  ///   - isTerminal: whether to draw a bar; by default whether standard error is a terminal that
  ///     can go back in a line.
  public init(
    title: String, unit: String? = nil, itemsPerStep: Int = 1, isTerminal: Bool? = nil
  ) {
    self.title = title
    self.unit = unit
    self.itemsPerStep = itemsPerStep
    self.isTerminal = isTerminal ?? Terminal.canShowBar
    started = clock.now
  }

  public func began(_ course: TrainingCourse) { start(at: course.firstStep, of: course.stepCount) }

  public func progressed(to step: Int, terms: () -> [(name: String, value: Double)]) {
    if isDue { update(step, latest: terms()) }
  }

  public func finishedEpoch(_ record: MetricsRecord) {
    let values = record.values.map { name, value in
      (name: name.hasPrefix("train/") ? String(name.dropFirst(6)) : name, value: value)
    }
    update(record.step, metrics: values)
  }

  public func ended(at step: Int) { finish() }

  package func start(at first: Int, of total: Int) {
    self.first = first
    done = first
    self.total = total
    started = clock.now
    lastShown = isTerminal ? nil : clock.now
    latest = []
    metrics = []
  }

  /// Whether an update would be shown now.
  package var isDue: Bool {
    guard let lastShown else { return true }
    return clock.now - lastShown >= (isTerminal ? .milliseconds(100) : .seconds(10))
  }

  /// Shows how far the run is, with the metrics of the last epoch.
  package func update(_ done: Int, metrics: [(name: String, value: Double)]) {
    self.metrics = metrics
    update(done, latest: [])
  }

  /// Shows how far the run is, with metrics from within an epoch before those of the last one.
  package func update(_ done: Int, latest: [(name: String, value: Double)]) {
    self.done = done
    self.latest = latest
    if isDue { show(lineEnd: isTerminal ? "" : "\n") }
  }

  /// Writes a line that stays, above the bar where there is one.
  package func note(_ text: String) {
    write((isTerminal && lastShown != nil ? "\r\u{1B}[K" : "") + text + "\n")
    if isTerminal { lastShown = nil }
  }

  /// Writes a line in the place of whatever bar there is, which comes back with its next update.
  package static func note(_ text: String) {
    Terminal.write((Terminal.canShowBar ? "\r\u{1B}[K" : "") + text + "\n")
  }

  package func finish() {
    if isTerminal, lastShown != nil { show(lineEnd: "\n") }
  }

  private func show(lineEnd: String) {
    lastShown = clock.now
    let width = isTerminal ? Terminal.width : nil
    let text = line(elapsed: clock.now - started, width: width)
    write((isTerminal ? "\r\u{1B}[K" : "") + text + lineEnd)
  }

  /// The text of a state: title, bar, share done, items a second, time left, metrics.
  ///
  /// - Parameter width: the columns there are, which alone say how long the bar is, so that it does
  ///   not come and go as numbers grow. Metrics that do not fit go from the end, and stay away; then
  ///   the line is cut. One column stays free, where the cursor stands.
  package func line(elapsed: Duration, width: Int? = nil) -> String {
    let share = total == 0 ? 1 : Double(done) / Double(total)
    var parts = ["\(Int(share * 100)) %"]
    let seconds = elapsed / .seconds(1)
    if done > first {
      if let unit, seconds > 0 {
        let rate = Double(done - first) * Double(itemsPerStep) / seconds
        parts.append("\(Self.rate(rate)) \(unit)/s")
      }
      parts.append(
        done < total
          ? Self.duration(seconds / Double(done - first) * Double(total - done)) + " left"
          : Self.duration(seconds))
    }
    let required = parts.count
    let names = Set(latest.map(\.name))
    parts += (latest + metrics.filter { !names.contains($0.name) }).map {
      "\($0.name) \(Self.number($0.value))"
    }
    func line(barWidth: Int, _ parts: some Sequence<String>) -> String {
      let filled = Int(share * Double(barWidth))
      let bar =
        String(repeating: "█", count: filled) + String(repeating: "░", count: barWidth - filled)
      return ([title] + (barWidth > 0 ? [bar] : []) + parts).joined(separator: "  ")
    }
    guard let width else { return line(barWidth: isTerminal ? 24 : 0, parts) }
    let barWidth = !isTerminal || width < 50 ? 0 : width < 70 ? 6 : width < 100 ? 12 : 24
    if width != shownWidth { (shownWidth, mostMetrics) = (width, .max) }
    parts = Array(parts.prefix(required + min(mostMetrics, parts.count - required)))
    while true {
      let text = line(barWidth: barWidth, parts)
      if text.count < width { return text }
      guard parts.count > required else {
        let bare = barWidth > 0 ? line(barWidth: 0, parts) : text
        return String(bare.prefix(max(0, width - 1)))
      }
      parts.removeLast()
      mostMetrics = parts.count - required
    }
  }

  private static func duration(_ seconds: Double) -> String {
    if seconds < 59.95 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(seconds.rounded())
    return whole < 3600
      ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    let scale: Double = abs(value) < 1 ? 10_000 : 1000
    return "\((value * scale).rounded() / scale)"
  }

  /// Three digits at least: more would only flicker.
  private static func rate(_ value: Double) -> String {
    if value < 9.95 { return "\((value * 100).rounded() / 100)" }
    if value < 99.5 { return "\((value * 10).rounded() / 10)" }
    return "\(Int(min(value, 1e18).rounded()))"
  }
}
