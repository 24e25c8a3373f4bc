import GumbelLayers
import GumbelTensors

// The rows that a stream GAN's discriminator sees.
extension StreamGAN {
  /// A batch of a generator's rows.
  func drawnRows(from logits: Tensor, key: RandomKey) -> Tensor {
    let shape: Shape = [settings.batchSize]
    let rows =
      switch settings.sampling {
      case .soft:
        Tensor.gumbelSoftmax(logits: logits, temperature: temperature, shape: shape, key: key)
      case .straightThrough:
        Tensor.straightThroughGumbelSoftmax(
          logits: logits, temperature: temperature, shape: shape, key: key)
      }
    return rows.sharded()
  }

  /// The stream's categories: as they are, or as relaxed rows.
  func realRows(_ categories: Tensor, key: RandomKey) -> Tensor {
    let categories = categories.sharded()
    return settings.smoothsRealRows ? relaxed(categories, key: key) : categories
  }

  /// Real categories as relaxed rows, drawn as the generator would have drawn them: with noise
  /// conditioned on the category having won. Where the generator has learned the distribution,
  /// real and drawn rows are then equally distributed, and nothing gives them away.
  ///
  /// Given the winner d, exponentials E and Z = Σ exp θ, the perturbed logits are
  /// `-log E_d + log Z` for d and `-log(E_i / exp θ_i + E_d / Z)` for the others.
  private func relaxed(_ categories: Tensor, key: RandomKey) -> Tensor {
    let logits = generator
    let k = settings.categoryCount
    let exponentials = Tensor.exponential([categories.count, k], key: key)
    let won = categories.oneHot(depth: k)
    let logTotal = logits.logSumExp()
    let winner = (exponentials * won).sum(along: -1, keepingAxis: true)
    let winning = logTotal - log(winner)
    let losing = -log(exponentials * exp(-logits) + winner * exp(-logTotal))
    let perturbed = select(won, winning.broadcast(to: won.shape), losing)
    return (perturbed / temperature).softmax()
  }

  /// The discriminator's logits for rows, or for the one-hot rows that categories stand for.
  static func judge(_ rows: Tensor, by discriminator: Sequential) -> Tensor {
    guard rows.elementType == .int32, let first = discriminator.layers.first as? Dense else {
      return discriminator(rows)
    }
    // A one-hot row times the first weight is a row of it.
    let hidden = first.activation(first.weight.gatheringRows(at: rows) + first.bias)
    if discriminator.layers.count == 1 { return hidden }
    return Sequential(Array(discriminator.layers.dropFirst()))(hidden)
  }
}
