import ArgumentParser
import SwiftGumbel

/// The commands that arguments name, such as `gumbel vae train`.
enum CommandPath {
  /// The names of the command that arguments lead to.
  static func names(_ arguments: [String]) -> [String] {
    let named = arguments.first == "help" ? Array(arguments.dropFirst()) : arguments
    return ([GumbelCommand.self] + walk(named).path).map(name)
  }

  /// The command that arguments lead to; nil where that is the program's own.
  static func command(_ arguments: [String]) -> (any ParsableCommand.Type)? {
    walk(arguments).path.last
  }

  /// Throws where arguments name a command that does not exist, in `gumbel help` too, or where its
  /// options are such as nobody means.
  static func check(_ arguments: [String]) throws {
    let isHelp = arguments.first == "help"
    let (path, rest) = walk(isHelp ? Array(arguments.dropFirst()) : arguments)
    if !isHelp, let command = path.last, command.configuration.subcommands.isEmpty {
      return try ArgumentCheck.check(rest, of: command)
    }
    guard let wrong = rest.first, !wrong.hasPrefix("-"), wrong != "help" || !path.isEmpty else {
      return
    }
    let known = (path.last ?? GumbelCommand.self).configuration.subcommands.map(name)
    let place = (["gumbel"] + path.map(name)).joined(separator: " ")
    if known.isEmpty { throw ValidationError("\(place) has no command \(quoted(wrong))") }
    let near = known.map { (name: $0, distance: distance(wrong.lowercased(), $0)) }
      .min { $0.distance < $1.distance }!
    let advice =
      near.distance <= max(1, near.name.count / 3)
      ? "did you mean \(quoted(near.name))?"
      : "expected one of " + known.joined(separator: ", ")
    throw ValidationError("\(place) has no command \(quoted(wrong)); \(advice)")
  }

  private static func name(_ command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? ""
  }

  private static func walk(
    _ arguments: [String]
  ) -> (path: [any ParsableCommand.Type], rest: ArraySlice<String>) {
    var path: [any ParsableCommand.Type] = []
    var rest = arguments[...]
    while let first = rest.first,
      let next = (path.last ?? GumbelCommand.self).configuration.subcommands
        .first(where: { name($0) == first })
    {
      path.append(next)
      rest.removeFirst()
    }
    return (path, rest)
  }

  /// Characters to insert, delete, replace or swap with their neighbour on the way from one word to
  /// the other.
  private static func distance(_ from: String, _ to: String) -> Int {
    let (a, b) = (Array(from.prefix(64)), Array(to))
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(
          rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, rows[i - 1][j - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
