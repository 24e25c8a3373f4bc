import GumbelDatasets

extension StreamGAN {
  /// What is fixed before training.
  public struct Settings: Hashable, Codable, Sendable {
    /// What the generator gives to the discriminator.
    public enum Sampling: String, Hashable, Codable, Sendable, CaseIterable {
      /// Relaxed samples.
      case soft = "gumbel-softmax"
      /// One-hot samples, with the gradient of the relaxed ones.
      case straightThrough = "straight-through"
    }

    /// The number of categories.
    public var categoryCount: Int
    /// Rows in a batch, real and drawn.
    public var batchSize = 10
    /// The widths of the discriminator's hidden layers; none makes it a logistic regression.
    public var hiddenWidths: [Int] = []
    /// What the generator gives to the discriminator.
    public var sampling = Sampling.soft
    /// Whether the discriminator sees the stream's rows relaxed as well.
    public var smoothsRealRows = false
    /// Creates the article's settings for so many categories.
    public init(categoryCount: Int) { self.categoryCount = categoryCount }
  }
}

extension StreamGAN.Settings {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    categoryCount = try values.count(.categoryCount, 2...(1 << 20))
    batchSize = try values.count(.batchSize, 1...(1 << 25))
    hiddenWidths = try values.checked(
      .hiddenWidths, "a list of up to 64 whole numbers from 1 to 65536",
      where: { $0.count <= 64 && $0.allSatisfy { 1...65_536 ~= $0 } })
    sampling = try values.named(.sampling)
    smoothsRealRows = try values.decode(Bool.self, forKey: .smoothsRealRows)
  }
}
