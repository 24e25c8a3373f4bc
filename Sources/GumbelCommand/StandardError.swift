import GumbelCLibrary
import SwiftGumbel

/// Standard error. What cannot be written there is lost: nothing else is to suffer from it.
enum StandardError {
  /// Writes a message and ends the line. Control characters, which may come from a file's names,
  /// are shown rather than sent.
  static func print(_ line: String) {
    var bytes = Array((escapedLines(line) + "\n").utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes.removeFirst(count)
      } else if count < 0, errno == EAGAIN {
        var query = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        if poll(&query, 1, 1000) <= 0 { return }
      } else if count == 0 || errno != EINTR {
        return
      }
    }
  }
}
