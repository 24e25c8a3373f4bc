import GumbelLayers
import GumbelTensors

/// What the two players see and minimise.
package struct TextGANLosses {
  package let settings: TextGAN.Settings
  package let estimator: StringEstimator

  package init(settings: TextGAN.Settings, estimator: StringEstimator) {
    self.settings = settings
    self.estimator = estimator
  }

  // MARK: - Strings

  /// A batch of the real strings, drawn with replacement: int32 [time, batch].
  package func tokens(of strings: Tensor, key: RandomKey) -> Tensor {
    require(
      strings.rank == 2 && strings.elementType == .int32 && strings.shape[0] > 0
        && strings.shape[1] == settings.length,
      "TextGAN: strings of type \(strings.type), expected int32 [strings, \(settings.length)]")
    let count = strings.shape[0]
    let indices = (Tensor.uniform([settings.batchSize], key: key) * Float(count)).converted(
      to: .int32)
    // A product that rounds up may reach the count itself.
    let last = Tensor(int32: Int32(count - 1))
    let inside = indices - (last .< indices).converted(to: .int32)
    return strings.gatheringRows(at: inside.sharded()).transposed()
  }

  /// The same as one-hot rows: [time, batch, vocabulary].
  package func batch(of strings: Tensor, key: RandomKey) -> Tensor {
    tokens(of: strings, key: key).oneHot(depth: settings.model.vocabularyCount)
  }

  /// A batch of the generator's strings, drawn as the estimator has them.
  package func written(
    by generator: TextGAN.Generator, key: RandomKey
  ) -> (rows: Tensor, logProbabilities: Tensor) {
    let (rows, logProbabilities) = generator.strings(
      batch: settings.batchSize, draw: estimator.draw, key: key)
    return (rows.sharded(along: 1), logProbabilities.sharded())
  }

  // MARK: - Losses

  package func discriminatorLoss(
    of discriminator: TextDiscriminator, real: Tensor, generated: Tensor, key: RandomKey
  ) -> Tensor {
    let both = discriminator(Tensor.concatenated([real, generated], along: 1))
    let n = settings.batchSize
    let (onReal, onGenerated) = (both[0..<n], both[n..<(2 * n)])
    let loss =
      switch settings.loss {
      case .nonSaturating: (softplus(-onReal) + softplus(onGenerated)).mean()
      case .relativistic: softplus(onGenerated - onReal).mean()
      case .wasserstein: (onGenerated - onReal).mean()
      }
    return loss + penalty(discriminator, real, generated, key)
  }

  private func penalty(
    _ discriminator: TextDiscriminator, _ real: Tensor, _ generated: Tensor, _ key: RandomKey
  ) -> Tensor {
    /// |g|² of each sequence.
    func squares(at rows: Tensor) -> Tensor {
      let slope = gradient(at: rows) { discriminator($0).sum() }
      return square(slope).sum(along: 2).sum(along: 0)
    }
    let n = settings.batchSize
    switch settings.penalty {
    case .none, .spectral:
      return Tensor(0)
    case .real:
      return squares(at: real).mean() * (settings.penaltyWeight / 2)
    case .realAndGenerated:
      // The sum over both kinds, each a mean over its batch.
      let all = squares(at: Tensor.concatenated([real, generated], along: 1))
      return all.mean() * settings.penaltyWeight
    case .interpolated:
      let share = Tensor.uniform([1, n, 1], key: key)
      let between = real * share + generated * (1 - share)
      let norms = sqrt(squares(at: between) + 1e-12)
      return square(norms - 1).mean() * settings.penaltyWeight
    }
  }

  package func generatorLoss(
    of generator: TextGAN.Generator, by discriminator: TextDiscriminator, real: Tensor,
    key: RandomKey
  ) -> Tensor {
    let (rows, logProbabilities) = written(by: generator, key: key)
    let judgement = discriminator(rows)
    let costs =
      switch settings.loss {
      case .nonSaturating: softplus(-judgement)
      case .relativistic: softplus(discriminator(real) - judgement)
      case .wasserstein: -judgement
      }
    return estimator.mean(of: costs, logProbabilities: logProbabilities)
  }
}

extension TextGAN.Settings {
  func makeGenerator(key: RandomKey) throws(TextSettingsError) -> TextGAN.Generator {
    TextGAN.Generator(
      try TextModel(model, key: key.folding(in: "model")), latentWidth: latentWidth,
      length: length, key: key.folding(in: "latents"))
  }

  func makeDiscriminator(key: RandomKey) -> TextDiscriminator {
    let vocabularySize = model.vocabularyCount
    switch discriminatorKind {
    case .perceptron:
      return TextDiscriminator(
        PerceptronDiscriminator(
          length: length, vocabularySize: vocabularySize, hiddenWidths: discriminatorWidths,
          key: key))
    case .convolutional:
      return TextDiscriminator(
        ConvolutionalDiscriminator(
          vocabularySize: vocabularySize, embeddingWidth: embeddingWidth,
          windows: windows.filter { $0 <= length + 1 }, features: features,
          hiddenWidths: discriminatorWidths, key: key))
    case .recurrent:
      return TextDiscriminator(
        RecurrentDiscriminator(
          cell: GRUCell(vocabularySize, features, key: key.folding(in: "cell")),
          hiddenWidths: discriminatorWidths, key: key.folding(in: "head")))
    }
  }
}
