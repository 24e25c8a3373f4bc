#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Progress on standard error: a bar on a terminal, a plain line now and then elsewhere.
public final class ProgressBar {
  private let title: String
  private let isTerminal: Bool
  private let clock = ContinuousClock()
  private var started: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant?
  private var first = 0
  private var total = 0
  private var done = 0
  private var metrics: [(name: String, value: Double)] = []

  /// Creates a bar that shows nothing yet.
  ///
  /// - Parameters:
  ///   - title: what stands before the bar.
  ///   - isTerminal: whether to draw a bar; by default whether standard error is a terminal.
  public init(title: String, isTerminal: Bool? = nil) {
    self.title = title
    self.isTerminal = isTerminal ?? (isatty(STDERR_FILENO) == 1)
    started = clock.now
  }

  package func start(at first: Int, of total: Int) {
    self.first = first
    done = first
    self.total = total
    started = clock.now
    lastShown = isTerminal ? nil : clock.now
  }

  package func update(_ done: Int, metrics: [(name: String, value: Double)]) {
    self.done = done
    self.metrics = metrics
    let interval: Duration = isTerminal ? .milliseconds(100) : .seconds(10)
    if let lastShown, clock.now - lastShown < interval { return }
    show(lineEnd: isTerminal ? "" : "\n")
  }

  package func finish() {
    if isTerminal, lastShown != nil { show(lineEnd: "\n") }
  }

  private func show(lineEnd: String) {
    lastShown = clock.now
    let text = line(elapsed: clock.now - started)
    write((isTerminal ? "\r\u{1B}[K" : "") + text + lineEnd)
  }

  /// The text of a state: title, bar, share done, time left, metrics.
  package func line(elapsed: Duration) -> String {
    let share = total == 0 ? 1 : Double(done) / Double(total)
    var parts = [title]
    if isTerminal {
      let width = 24
      let filled = Int(share * Double(width))
      parts.append(
        String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled))
    }
    parts.append("\(Int(share * 100)) %")
    let seconds =
      Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    if done > first, done < total {
      parts.append(
        Self.duration(seconds / Double(done - first) * Double(total - done)) + " left")
    } else if done > first {
      parts.append(Self.duration(seconds))
    }
    parts += metrics.map { "\($0.name) \(Self.number($0.value))" }
    return parts.joined(separator: "  ")
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

  private func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { buffer in
        #if canImport(Darwin)
          Darwin.write(STDERR_FILENO, buffer.baseAddress, buffer.count)
        #else
          Glibc.write(STDERR_FILENO, buffer.baseAddress, buffer.count)
        #endif
      }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }
}
