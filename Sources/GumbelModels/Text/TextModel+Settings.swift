import GumbelDatasets
import GumbelLayers
import GumbelTensors

extension TextModel {
  /// The kinds of networks of texts.
  public enum NetworkKind: String, Codable, CaseIterable, Sendable {
    /// Long short-term memory.
    case lstm
    /// Gated recurrent units.
    case gru
    /// Causal self-attention, of a limited number of tokens.
    case transformer

    func network(_ settings: Settings, key: RandomKey) -> any TextNetwork {
      func cells<Cell>(_ make: (Int, Int, RandomKey) -> Cell) -> [Cell] {
        (0..<settings.layers).map { layer in
          make(
            layer == 0 ? settings.embedding : settings.hidden, settings.hidden,
            key.folding(in: layer))
        }
      }
      switch self {
      case .lstm:
        return RecurrentTextNetwork(
          cells { LSTMCell($0, $1, key: $2) }, dropout: settings.dropout)
      case .gru:
        return RecurrentTextNetwork(
          cells { GRUCell($0, $1, key: $2) }, dropout: settings.dropout)
      case .transformer: return TransformerTextNetwork(settings, key: key)
      }
    }
  }

  /// What a model of texts is made of.
  public struct Settings: Hashable, Codable, Sendable {
    /// The tokens that there are, the end among them.
    public var vocabularyCount: Int
    /// The kind of network.
    public var kind = NetworkKind.lstm
    /// Elements of a token's vector.
    public var embedding = 64
    /// Elements of a layer's output.
    public var hidden = 256
    /// Layers on each other.
    public var layers = 1
    /// Heads of a transformer's attention, of which each sees so many parts of the hidden elements.
    public var heads = 4
    /// Tokens of a sequence at most, the end among them, where the network has to know.
    public var time = 128
    /// The part of the layers' outputs that is set to 0 in training.
    public var dropout: Float = 0
    /// Whether the output layer's weight is the table of the tokens' vectors (Press & Wolf 2017),
    /// which is then stored once.
    public var tiesWeights = false

    /// The tokens that a sequence may have; nil for any number.
    public var timeLimit: Int? { kind == .transformer ? time : nil }

    /// Settings for so many tokens.
    public init(vocabularyCount: Int) { self.vocabularyCount = vocabularyCount }

    /// Throws where the settings contradict each other.
    public func validate() throws(TextSettingsError) {
      for (name, value) in [
        ("tokens", vocabularyCount), ("embedding", embedding), ("hidden", hidden),
        ("layers", layers), ("heads", heads), ("time", time),
      ] where value < 1 {
        throw TextSettingsError("\(name) of \(value), expected 1 or more")
      }
      guard dropout >= 0, dropout < 1 else {
        throw TextSettingsError("a dropout of \(dropout), expected a number from 0 to below 1")
      }
      guard kind != .transformer || hidden % heads == 0 else {
        throw TextSettingsError(
          "\(heads) heads of \(hidden) elements, expected a number that divides them")
      }
      guard !tiesWeights || embedding == hidden else {
        throw TextSettingsError(
          "tied weights with an embedding of \(embedding) and outputs of \(hidden), expected them "
            + "to be the same")
      }
    }
  }
}

extension TextModel.Settings {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let sizes = 1...(1 << 20)
    vocabularyCount = try values.count(.vocabularyCount, 1...(1 << 21))
    kind = try values.named(.kind)
    embedding = try values.count(.embedding, sizes)
    hidden = try values.count(.hidden, sizes)
    layers = try values.count(.layers, 1...1024)
    heads = try values.count(.heads, sizes)
    time = try values.count(.time, sizes)
    dropout = try values.checked(
      .dropout, "a number from 0 to below 1", where: { $0 >= 0 && $0 < 1 })
    tiesWeights = try values.decode(Bool.self, forKey: .tiesWeights)
    try values.check(validate)
  }
}

/// Why there is no model of texts with some settings.
public struct TextSettingsError: Error, Hashable, CustomStringConvertible {
  /// What was found, and what was expected.
  public let description: String

  init(_ description: String) { self.description = description }
}
