/// What is wrong with the data read: which file, where in it, what was found and what was expected.
///
/// `description` is one line, ready to be shown: `data.csv, line 7: found 2 fields, expected 3`.
public struct InputError: Error, Equatable, Sendable {
  /// The file's path, `standard input`, or what else the data came from.
  public var source: String

  /// The line, counted from 1, or nil where the problem is not in one line.
  public var line: Int?

  /// What is wrong: a ``FileProblem``, or one of what a reader looks for in a file.
  public var problem: any InputProblem {
    get { box.problem }
    set { box = Box(newValue) }
  }

  /// Functions that throw a value of unknown size, such as a problem, are not inlined.
  private final class Box: Sendable {
    let problem: any InputProblem
    init(_ problem: any InputProblem) { self.problem = problem }
  }

  private var box: Box

  /// A problem, in a line if it is given.
  public init(source: String, line: Int? = nil, problem: any InputProblem) {
    self.source = source
    self.line = line
    box = Box(problem)
  }

  /// A problem of the file itself.
  public init(source: String, line: Int? = nil, problem: FileProblem) {
    self.init(source: source, line: line, problem: problem as any InputProblem)
  }

  public static func == (a: InputError, b: InputError) -> Bool {
    a.source == b.source && a.line == b.line && a.problem.isEqual(to: b.problem)
  }
}

extension InputError: CustomStringConvertible {
  public var description: String {
    let place = line.map { ", line \($0)" } ?? ""
    return "\(escaped(source))\(place): \(problem)"
  }
}

/// A kind of things that can be wrong with what is read, each described in one line.
public protocol InputProblem: Equatable, Sendable, CustomStringConvertible {}

extension InputProblem {
  fileprivate func isEqual(to other: any InputProblem) -> Bool { self == other as? Self }
}

/// A problem of a part of a file, and the byte of the file, from 0, where it is.
package struct FailureAtByte<Problem: Sendable>: Error {
  package let problem: Problem
  package let byte: Int

  package init(_ problem: Problem, byte: Int) {
    self.problem = problem
    self.byte = byte
  }
}
