import ArgumentParser
import Gumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

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
  let rowCount, classCount: Int

  /// Reads a list such as `0.2,0.8`, or else the file or standard input.
  init(_ argument: String, kind: Kind) throws {
    self.kind = kind
    let array: NumberArray
    if argument != "-", argument.contains(",") || Double(argument) != nil {
      name = kind.rawValue
      array = try .parse(argument, name: name)
    } else {
      let source = InputSource(argument: argument)
      name = source.name
      array = try .load(source, shouldStop: { Interruption.isRequested })
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
    if rowCount == 0 || classCount == 0 {
      throw CommandFailure("\(name): an array of shape \(array.shape), expected at least one class")
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
  func logits(_ index: Int) throws -> Tensor {
    // Every sampler checks its row; this one does nothing else before it draws.
    _ = try sampler(index, method: .gumbelMax)
    let logits = kind == .logits ? row(index) : row(index).map { log($0) }
    let top = logits.max()!
    return Tensor(
      logits.map { top == .infinity ? ($0 == top ? 0 : -.infinity) : Float($0 - top) })
  }

  /// Says in which row of which input something is wrong.
  func failure(_ error: any Error, row: Int) -> CommandFailure {
    CommandFailure("\(name)\(isBatch ? ", row \(row)" : ""): \(error)")
  }
}
