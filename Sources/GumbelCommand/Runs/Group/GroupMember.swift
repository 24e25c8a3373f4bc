import SwiftGumbel

/// One training of a group: the options that it has of its own.
struct GroupMember: Equatable {
  /// An option, by its long name, and the value that this training has.
  struct Setting: Codable, Equatable { let option, value: String }

  let settings: [Setting]
  let seed: UInt64
  /// What its directory in the group's is called.
  let name: String

  /// What tells it from those with other values, whatever the seed.
  var setting: String { Self.text(settings) }

  static func text(_ settings: [Setting]) -> String {
    settings.map { "\($0.option)=\($0.value)" }.joined(separator: " ")
  }

  /// All combinations of values with all seeds, those of one combination one after the other.
  static func all(_ sweeps: [Sweep], seeds: [UInt64], namesSeeds: Bool) -> [GroupMember] {
    var combinations: [[Setting]] = [[]]
    for sweep in sweeps {
      combinations = combinations.flatMap { settings in
        sweep.values.map { settings + [Setting(option: sweep.option, value: $0)] }
      }
    }
    var names: Set<String> = ["best"]
    return combinations.flatMap { settings in
      seeds.map { seed in
        var parts = settings.map { "\($0.option)=\($0.value)" }
        if namesSeeds { parts.append("seed=\(seed)") }
        return GroupMember(
          settings: settings, seed: seed,
          name: unused(fileName(parts.joined(separator: "_")), &names))
      }
    }
  }

  /// A name that every system takes, and no shell has a meaning for.
  private static func fileName(_ text: String) -> String {
    let kept = text.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "=", "_", "-", "+", ".": Character(scalar)
      default: "-"
      }
    }
    return String(kept.prefix(150))
  }

  private static func unused(_ name: String, _ names: inout Set<String>) -> String {
    var (result, number) = (name, 2)
    while !names.insert(result).inserted {
      result = "\(name)-\(number)"
      number += 1
    }
    return result
  }
}

/// What is true of a training in a group, and of none by itself.
enum GroupContext {
  /// The arguments that the training would have alone; nil outside of groups.
  @TaskLocal static var arguments: [String]?
  /// What the training has of its own, but for the seed.
  @TaskLocal static var setting = ""

  private static let said = Locked<Set<String>>([])

  /// Prints on standard error what trainings of a group would each say.
  static func sayOnce(_ line: String) {
    if said.withLock({ $0.insert(line).inserted }) { StandardError.print(line) }
  }
}
