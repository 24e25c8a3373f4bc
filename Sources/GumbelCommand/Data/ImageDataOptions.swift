import ArgumentParser
import SwiftGumbel

/// How images are read, for all commands that learn from them.
struct ImageDataOptions: ParsableArguments {
  @Option("The images' height, where a file says only how many pixels they have.", valueName: "n")
  var height: Int?
  @Option("Their width.", valueName: "n") var width: Int?
  @Option(
    "The column of a text that has the labels: first, last, none or its name.", valueName: "column")
  var labels = ImageFileOptions.LabelColumn.automatic
  @Option(
    "Where an array has its channels: first (images, channels, height, width) or last; by default "
      + "it is found out.", valueName: "place")
  var channels: ImageFileOptions.ChannelOrder?
  @Option(
    "The most memory that the pixels of a file or folder may take; k, M and G stand for 2^10, 2^20 "
      + "and 2^30 bytes.", valueName: "bytes")
  var maxBytes = ByteCount(ImageFileOptions.usualLimit)
  @Option(
    "The part of the images that is set apart for testing, where the data do not say. (default: "
      + "0.1, with a run's network that of the run)", valueName: "part")
  var testFraction: Double?

  static let usualTestFraction = 0.1

  /// The options that were given.
  var given: [String] {
    [
      ("--height", height != nil), ("--width", width != nil), ("--labels", labels != .automatic),
      ("--channels", channels != nil), ("--test-fraction", testFraction != nil),
    ].filter(\.1).map(\.0)
  }

  func validate() throws {
    try OptionChecks.count(height, "--height", upTo: 65_536)
    try OptionChecks.count(width, "--width", upTo: 65_536)
    try OptionChecks.part(testFraction, "--test-fraction")
  }

  /// Reads a named set, a file or a folder.
  ///
  /// - Parameter usual: the part set apart for testing where no other is asked for.
  func load(
    _ argument: String, testFraction usual: Double? = nil,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws -> ImageSplit {
    do {
      return try ImageSplit.load(
        argument, testFraction: testFraction ?? usual ?? Self.usualTestFraction,
        options: ImageFileOptions(
          height: height, width: width, labels: labels, channels: channels, limit: maxBytes.value),
        shouldStop: shouldStop)
    } catch {
      guard case .image(let problem, _) = error.problem as? DataProblem else { throw error }
      switch problem {
      case .tooManyPixels: throw CommandFailure("\(error); --max-bytes allows more")
      case .channelsUnknown: throw CommandFailure("\(error): --channels first or last")
      default: throw error
      }
    }
  }
}

extension ImageFileOptions.ChannelOrder: ExpressibleByArgument {}

extension ImageFileOptions.LabelColumn: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "": return nil
    case "automatic": self = .automatic
    case "first": self = .first
    case "last": self = .last
    case "none": self = .none
    default: self = .named(argument)
    }
  }

  public var defaultValueDescription: String { "automatic" }
}
