extension VAE {
  /// A group of latent variables of one kind, written `gaussian:32`, `bernoulli:200` or
  /// `categorical:20x10`.
  public struct Latent: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    /// The kind's name.
    public let kind: String
    /// How many variables, and what else the kind counts.
    public let sizes: [Int]

    init(kind: String, sizes: [Int]) {
      self.kind = kind
      self.sizes = sizes
    }

    /// Reads a group; nil where the text names none.
    public init?(rawValue text: String) {
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let type = Self.types.first(where: { $0.kind == parts[0] }) else {
        return nil
      }
      let sizes = parts[1].split(separator: "x", omittingEmptySubsequences: false)
      guard sizes.count == type.smallest.count else { return nil }
      var numbers: [Int] = []
      for (size, smallest) in zip(sizes, type.smallest) {
        guard size.allSatisfy(\.isASCII), size.allSatisfy(\.isNumber), let number = Int(size),
          number >= smallest, number <= Self.largest
        else { return nil }
        numbers.append(number)
      }
      guard numbers.reduce(1, { min($0 * $1, Self.largest + 1) }) <= Self.largest else {
        return nil
      }
      self.init(kind: String(parts[0]), sizes: numbers)
    }

    /// As it is written.
    public var rawValue: String { kind + ":" + sizes.map(String.init).joined(separator: "x") }
    public var description: String { rawValue }

    /// The most values of a group.
    static let largest = 1 << 20

    /// The kinds that there are: a new one is a file, and a line here.
    static let types: [any LatentGroup.Type] = [
      GaussianLatents.self, BernoulliLatents.self, CategoricalLatents.self,
    ]

    /// Whether the variables are discrete.
    package var isDiscrete: Bool { type.isDiscrete }

    var type: any LatentGroup.Type { Self.types.first { $0.kind == kind }! }
  }
}

extension [VAE.Latent] {
  /// Reads groups joined by `+`; nil where one of them is none.
  public init?(text: String) {
    self.init()
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      guard let latent = VAE.Latent(rawValue: String(part)) else { return nil }
      append(latent)
    }
  }

  /// The groups joined by `+`.
  public var text: String { map(\.rawValue).joined(separator: "+") }
}
