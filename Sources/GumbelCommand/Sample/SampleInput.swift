import GumbelCLibrary
import SwiftGumbel

/// The logits or probabilities that `gumbel sample` was given: a row a distribution.
struct SampleInput {
  enum Kind: String {
    case logits = "--logits"
    case probabilities = "--probabilities"
  }

  let kind: Kind
  /// What messages call it.
  let name: String
  let isBatch: Bool
  private let values: [Double]
  private let roundoff: Double
  let rowCount, classCount: Int

  /// Reads a list such as `0.2,0.8`, or else the file or standard input.
  ///
  /// - Parameter lineLimit: The most bytes that a line of text may have.
  init(
    _ argument: String, kind: Kind, decimalMark: NumberNotation.DecimalMark?, lineLimit: Int
  ) throws {
    self.kind = kind
    let array: NumberArray
    if Self.isList(argument, decimalMark) {
      name = kind.rawValue
      array = try .parse(argument, name: name, decimalMark: decimalMark)
    } else {
      let source = InputSource(argument: argument)
      name = source.name
      array = try .load(
        source, lineLimit: lineLimit, decimalMark: decimalMark,
        shouldStop: { Interruption.isRequested })
    }
    guard 1...2 ~= array.shape.count else {
      throw CommandFailure(
        "\(name): an array of shape \(array.shape), expected a vector or a matrix of "
          + kind.rawValue.dropFirst(2))
    }
    isBatch = array.shape.count == 2
    classCount = array.shape.last!
    rowCount = isBatch ? array.shape[0] : 1
    values = array.values
    roundoff = array.roundoff
    if classCount == 0 {
      throw CommandFailure("\(name): an array of shape \(array.shape), expected at least one class")
    }
  }

  /// Whether an argument is a list of numbers rather than a path: it has commas, or begins with a
  /// number that ends at a blank or a semicolon.
  private static func isList(
    _ argument: String, _ decimalMark: NumberNotation.DecimalMark?
  ) -> Bool {
    if argument.isEmpty || argument.contains(",") && decimalMark != .comma { return true }
    let first = argument.split { " ;\t\r\n".contains($0) }.first.map(String.init) ?? ""
    return Double(decimalMark == .comma ? first.replacing(",", with: ".") : first) != nil
  }

  /// A sampler of what a temperature and filters leave of a row: of probabilities as they are given,
  /// of logits in float32. Throws if the row is no distribution.
  func sampler(
    _ index: Int, filtered settings: TokenSampling, method: SamplingMethod?
  ) throws -> CategoricalSampler {
    do {
      switch kind {
      case .logits:
        let logits = settings.logProbabilities(logits: try logits(index)).scalars
        return try CategoricalSampler(logits: logits.map(Double.init), method: method)
      case .probabilities:
        let weights = try settings.filter(probabilities: row(index), roundoff: roundoff)
        return try CategoricalSampler(probabilities: weights, method: method)
      }
    } catch let error as SamplingError {
      throw failure(error, row: index)
    }
  }

  func row(_ index: Int) -> [Double] {
    isBatch ? Array(values[(index * classCount)..<((index + 1) * classCount)]) : values
  }

  /// An exact sampler of a row. Throws if the row is no distribution.
  ///
  /// The method, where none is given, does not depend on how many samples are wanted, so that fewer
  /// samples are the first of more.
  func sampler(_ index: Int, method: SamplingMethod?) throws -> CategoricalSampler {
    do {
      return switch kind {
      case .logits: try CategoricalSampler(logits: row(index), method: method)
      case .probabilities: try CategoricalSampler(probabilities: row(index), method: method)
      }
    } catch {
      throw failure(error, row: index)
    }
  }

  /// A row as logits in float32, the largest 0, for what is drawn by tensors. Throws if the row is
  /// no distribution.
  func logits(_ index: Int, filtered settings: TokenSampling? = nil) throws -> Tensor {
    // Every sampler checks its row; this one does nothing else before it draws.
    _ = try sampler(index, method: .gumbelMax)
    if let settings, kind == .logits {
      return settings.logProbabilities(logits: try self.logits(index))
    }
    var row = row(index)
    if let settings { row = try settings.filter(probabilities: row, roundoff: roundoff) }
    let logits = kind == .logits ? row : row.map { log($0) }
    let top = logits.max()!
    return Tensor(
      logits.map { top == .infinity ? ($0 == top ? 0 : -.infinity) : Float($0 - top) })
  }

  /// Says in which row of which input something is wrong.
  func failure(_ error: any Error, row: Int) -> CommandFailure {
    CommandFailure("\(name)\(isBatch ? ", row \(row)" : ""): \(error)")
  }
}
