import GumbelCommandMemory
import SwiftGumbel

/// What the system lets the process have. Where that is too little the end would be a trap, which
/// says nothing about it.
enum ResourceLimits {
  /// What any command takes, and some room.
  private static let leastStack = 512 << 10
  private static let leastMemory = 16 << 20

  /// From now on, the end of memory is said in one line.
  static func prepare() {
    command_on_memory_exhausted { LastWords.sayNoMemory(bytes: $0) }
    RefusableMemory.reallocate = { command_reallocate($0, $1) }
  }

  /// Throws where there is too little to begin with.
  static func check() throws(CommandFailure) {
    let stack = command_stack_limit(8 << 20)
    guard stack >= leastStack else {
      throw CommandFailure(
        "the stack is limited to \(stack >> 10) kB, expected at least \(leastStack >> 10) kB "
          + "(ulimit -s)")
    }
    let memory = command_memory_left()
    guard memory >= leastMemory else {
      throw CommandFailure(
        "memory is limited so that \(memory >> 10) kB are left, expected at least "
          + "\(leastMemory >> 10) kB more (ulimit -v)")
    }
  }
}
