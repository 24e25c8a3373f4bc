import GumbelCLibrary
import SwiftGumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a directory with the runs of a group says of them: its `group.json`.
struct GroupDescription: Codable, Equatable {
  static let currentFormat = "gumbel group 1"

  let format: String
  /// The command, such as `gumbel vae train`.
  let trainer: String
  /// How it was begun, with as many runs and epochs as it has now.
  let command: [String]
}

/// The directory of a group: a directory for each run, with `group.json` beside them, for each run that
/// is done a file with its results, and the link `best`.
struct GroupDirectory {
  let path: String

  static func holdsGroup(_ path: String) -> Bool { access(path + "/group.json", F_OK) == 0 }

  func path(of member: GroupMember) -> String { path + "/" + member.name }

  /// Whether a run has begun, so that its directory says how it goes on.
  func hasBegun(_ member: GroupMember) -> Bool {
    access(path(of: member) + "/settings.json", F_OK) == 0
  }

  var descriptionPath: String { path + "/group.json" }

  func description() throws -> GroupDescription {
    let expected = "what gumbel … train --seeds or --sweep wrote"
    let bytes = try RunFile.bytes(
      of: descriptionPath, limit: RunFile.Limit.settings, expected: expected)
    let found = try JSON.value(
      GroupDescription.self, from: String(decoding: bytes, as: UTF8.self), path: descriptionPath,
      expected: expected)
    guard found.format == GroupDescription.currentFormat else {
      throw CommandFailure(
        "\(descriptionPath): found the format \(quoted(found.format)), expected "
          + "\"\(GroupDescription.currentFormat)\"")
    }
    return found
  }

  func write(_ description: GroupDescription) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("\(path): the directory cannot be made")
    }
    try AtomicFile.write(JSON.indentedText(of: description) + "\n", to: descriptionPath)
  }

  // MARK: - Results

  private func resultPath(_ member: GroupMember) -> String { path(of: member) + ".json" }

  /// What a run that is done has found; nil where it is not, or has been given more to do since.
  func result(_ member: GroupMember, of run: some RunDescription) throws -> GroupResult.Run? {
    let path = resultPath(member)
    guard access(path, F_OK) == 0 else { return nil }
    let expected = "the results of a run of a group"
    let bytes = try RunFile.bytes(
      of: path, limit: RunFile.Limit.measurements, expected: expected)
    let found = try JSON.value(
      GroupResult.Run.self, from: String(decoding: bytes, as: UTF8.self), path: path,
      expected: expected)
    return found.plannedSteps == run.steps ? found : nil
  }

  func write(_ result: GroupResult.Run, of member: GroupMember) throws {
    try AtomicFile.write(JSON.text(of: result) + "\n", to: resultPath(member))
  }

  /// Makes `best` lead to a run, at once.
  ///
  /// It leads to a directory of links to the run's files, and not to the run: TensorBoard would take
  /// the events there for those of one more.
  func link(best name: String) throws {
    let (folder, new) = (".best/" + name, path + "/.best-\(getpid())")
    do {
      let folderPath = path + "/" + folder
      try FileManager.default.createDirectory(
        atPath: folderPath, withIntermediateDirectories: true)
      for file in ["settings.json", "checkpoint.safetensors", "best.safetensors", "metrics.jsonl"] {
        try link(folderPath + "/" + file, to: "../../\(name)/\(file)", by: new)
      }
      try link(path + "/best", to: folder, by: new)
    } catch {
      unlink(new)
      throw CommandFailure(
        "\(path)/best: the link to \(name) cannot be made (\(String(cString: strerror(errno))))")
    }
  }

  private struct LinkError: Error {}

  /// Makes or replaces a link, at once.
  private func link(_ path: String, to target: String, by new: String) throws {
    unlink(new)
    guard symlink(target, new) == 0, rename(new, path) == 0 else { throw LinkError() }
  }

  /// Removes the runs of an earlier group, and what was found with them.
  func remove(_ members: [GroupMember]) throws {
    unlink(path + "/best")
    try? FileManager.default.removeItem(atPath: path + "/.best")
    for member in members {
      unlink(resultPath(member))
      let directory = path(of: member)
      if access(directory, F_OK) == 0 {
        _ = try RunDirectory(directory, .overwrite)
        unlink(directory + "/.lock")
        rmdir(directory)
      }
    }
  }
}
