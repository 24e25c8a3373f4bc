import GumbelLayers
import GumbelTensors

/// Scores sequences of one-hot rows, or of mixtures of them: the logit of being real.
public protocol SequenceDiscriminator: TensorGroup, Sendable {
  /// [time, batch, vocabulary] to [batch]: large for what it takes for real.
  func callAsFunction(_ rows: Tensor) -> Tensor
}

/// A perceptron over all symbols at once: for short strings.
public struct PerceptronDiscriminator: SequenceDiscriminator {
  /// From [batch, time · vocabulary] to [batch, 1].
  public var network: Sequential

  /// Creates a discriminator of sequences of a length, with hidden layers of these widths.
  public init(length: Int, vocabularySize: Int, hiddenWidths: [Int], key: RandomKey) {
    network = TextDiscriminator.head(
      [length * vocabularySize] + hiddenWidths + [1], key: key)
  }

  public func callAsFunction(_ rows: Tensor) -> Tensor {
    let batch = rows.shape[1]
    let flat = rows.transposed([1, 0, 2]).reshaped(to: [batch, rows.shape[0] * rows.shape[2]])
    return network(flat).reshaped(to: [batch])
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("network", &network)
  }
}

/// Convolutions over time of several widths, each pooled by maximum and mean: says which pieces
/// occur, wherever they stand (Kim 2014, arXiv 1408.5882). One position of zeros before the sequence
/// tells its beginning from what is inside.
public struct ConvolutionalDiscriminator: SequenceDiscriminator {
  /// The symbols' vectors: a mixture of symbols gives the mixture of their vectors.
  public var embedding: Embedding
  /// One for each window: from the vectors in it, side by side, to features.
  public var convolutions: [GumbelLayers.Dense]
  /// From the pooled features to a logit.
  public var network: Sequential

  /// Creates a discriminator.
  ///
  /// - Parameters:
  ///   - vocabularySize: the number of symbols.
  ///   - embeddingWidth: elements of a symbol's vector.
  ///   - windows: how many symbols the convolutions see; at most one more than a sequence has.
  ///   - features: of each convolution.
  ///   - hiddenWidths: of the layers after the pooling.
  ///   - key: of the weights.
  public init(
    vocabularySize: Int, embeddingWidth: Int, windows: [Int], features: Int, hiddenWidths: [Int],
    key: RandomKey
  ) {
    embedding = Embedding(
      count: vocabularySize, width: embeddingWidth, key: key.folding(in: "embedding"))
    convolutions = windows.enumerated().map { index, window in
      Dense(
        window * embeddingWidth, features, initializer: .heUniform, key: key.folding(in: index))
    }
    network = TextDiscriminator.head(
      [2 * features * windows.count] + hiddenWidths + [1], key: key.folding(in: "head"))
  }

  public func callAsFunction(_ rows: Tensor) -> Tensor {
    let vectors = embedding(rows)
    let (batch, width) = (rows.shape[1], vectors.shape[2])
    let padded = Tensor.concatenated([Tensor.zeros([1, batch, width]), vectors])
    let features = convolutions.flatMap { convolution in
      let window = convolution.weight.shape[0] / width
      let positions = padded.shape[0] - window + 1
      require(
        positions > 0,
        "ConvolutionalDiscriminator: a window of \(window) does not fit into \(rows.shape)")
      let pieces = (0..<window).map { padded[$0..<($0 + positions)] }
      let found = leakyReLU(convolution(Tensor.concatenated(pieces, along: -1)), slope: 0.2)
      return [found.max(along: 0), found.mean(along: 0)]
    }
    return network(Tensor.concatenated(features, along: -1)).reshaped(to: [batch])
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("embedding", &embedding)
    visitor.visit("convolutions", &convolutions)
    visitor.visit("network", &network)
  }
}

/// A recurrent cell that reads the sequence; what it shows at the end, and on average, is judged.
public struct RecurrentDiscriminator: SequenceDiscriminator {
  /// Takes one-hot rows.
  public var cell: any RecurrentCell
  /// From what the cell shows to a logit.
  public var network: Sequential

  /// Creates a discriminator with hidden layers of these widths after the cell.
  public init(cell: some RecurrentCell, hiddenWidths: [Int], key: RandomKey) {
    self.cell = cell
    network = TextDiscriminator.head([2 * cell.hiddenSize] + hiddenWidths + [1], key: key)
  }

  public func callAsFunction(_ rows: Tensor) -> Tensor { judged(rows, by: cell) }

  private func judged(_ rows: Tensor, by cell: some RecurrentCell) -> Tensor {
    let shown = Recurrent(cell)(rows, from: nil, mask: nil).outputs
    let features = Tensor.concatenated(
      [shown[shown.shape[0] - 1], shown.mean(along: 0)], along: -1)
    return network(features).reshaped(to: [rows.shape[1]])
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("cell", ofAnyType: &cell)
    visitor.visit("network", &network)
  }
}

/// A discriminator of any kind.
public struct TextDiscriminator: TensorGroup, Sendable {
  /// What judges.
  public var network: any SequenceDiscriminator

  /// Creates a discriminator.
  public init(_ network: any SequenceDiscriminator) { self.network = network }

  /// [time, batch, vocabulary] to [batch].
  public func callAsFunction(_ rows: Tensor) -> Tensor { network(rows) }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("type", ObjectIdentifier(type(of: network)))
    network.visit(&visitor)
  }

  /// Dense layers with leaky rectifiers between them, whose slope is nowhere 0.
  static func head(_ widths: [Int], key: RandomKey) -> Sequential {
    var layers: [any Layer] = []
    for i in 0..<(widths.count - 1) {
      if i > 0 { layers.append(Activate { leakyReLU($0, slope: 0.2) }) }
      layers.append(
        Dense(
          widths[i], widths[i + 1], initializer: i + 2 < widths.count ? .heUniform : nil,
          key: key.folding(in: i)))
    }
    return Sequential(layers)
  }
}
