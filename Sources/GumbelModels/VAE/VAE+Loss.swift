import CGumbelMath
import GumbelDistributions
import GumbelEstimators
import GumbelTensors

extension VAE {
  /// What a training step computes of a batch: means an image, in nats.
  public struct Loss: TensorGroup, Sendable {
    /// What is minimised: the negated bound. Reconstruction and weighted divergence, for a bound
    /// of one sample.
    public var total: Tensor
    /// -log p(x|z).
    public var reconstruction: Tensor
    /// The divergence of the posterior from the prior.
    public var divergence: Tensor

    public mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("total", &total)
      visitor.visit("reconstruction", &reconstruction)
      visitor.visit("divergence", &divergence)
    }
  }

  /// The loss on a batch.
  ///
  /// - Parameters:
  ///   - pixels: `[n, height · width · channels]`.
  ///   - divergenceWeight: what the divergence is multiplied by: a scalar; nil for 1. With another
  ///     value the total is no bound (Higgins et al. 2017, β-VAE).
  ///   - key: of all that is drawn.
  public func loss(on pixels: Tensor, divergenceWeight: Tensor? = nil, key: RandomKey) -> Loss {
    requireImages(pixels)
    switch settings.objective {
    case .expectation: return expectedLoss(pixels, divergenceWeight, key)
    case .pathwiseBound: return pathwiseLoss(pixels, divergenceWeight, key)
    case .scoreBound: return scoreLoss(pixels, divergenceWeight, key)
    }
  }

  /// Traps unless these are images of the network's shape.
  func requireImages(_ pixels: Tensor) {
    require(
      pixels.elementType == .float32 && pixels.rank == 2
        && pixels.shape[1] == settings.image.count && pixels.shape[0] >= 1,
      "VAE: images \(pixels.type), expected float32[n, \(settings.image.count)]")
  }

  private func expectedLoss(_ pixels: Tensor, _ weight: Tensor?, _ key: RandomKey) -> Loss {
    let parameters = posterior(of: pixels)
    let reconstruction = expectation(under: parameters, key: key) { values in
      reconstructionCost(of: pixels, values: values)
    }.mean()
    let divergence = divergence(under: parameters).mean()
    return Loss(
      total: reconstruction + weighted(divergence, weight), reconstruction: reconstruction,
      divergence: divergence)
  }

  private func weighted(_ divergence: Tensor, _ weight: Tensor?) -> Tensor {
    weight.map { $0 * divergence } ?? divergence
  }

  /// KL(q(z|x) ‖ p(z)): `[n]`.
  func divergence(under parameters: [Tensor]) -> Tensor {
    let terms = zip(groups, parameters).map { $0.divergence(under: $1) }
    return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
  }

  /// The expectation of a function of all groups' values: one group's estimator inside another's,
  /// the continuous ones outermost, since those draw once.
  private func expectation(
    under parameters: [Tensor], key: RandomKey, of f: ([Tensor]) -> Tensor
  ) -> Tensor {
    let continuous = groups.indices.filter { !type(of: groups[$0]).isDiscrete }
    let discrete = groups.indices.filter { type(of: groups[$0]).isDiscrete }
    return expectation(
      over: ArraySlice(continuous + discrete), [Tensor?](repeating: nil, count: groups.count),
      parameters, key, f)
  }

  private func expectation(
    over order: ArraySlice<Int>, _ values: [Tensor?], _ parameters: [Tensor], _ key: RandomKey,
    _ f: ([Tensor]) -> Tensor
  ) -> Tensor {
    guard let i = order.first else { return f(values.map { $0! }) }
    return groups[i].expectation(
      of: { value in
        var values = values
        values[i] = value
        return expectation(over: order.dropFirst(), values, parameters, key, f)
      }, under: parameters[i], key: key.folding(in: i))
  }

  /// Burda, Grosse & Salakhutdinov 2015 (arXiv 1509.00519), with relaxed draws where variables are
  /// discrete.
  private func pathwiseLoss(_ pixels: Tensor, _ weight: Tensor?, _ key: RandomKey) -> Loss {
    let m = settings.boundSamples
    let parameters = posterior(of: pixels).map { $0.repeatingRows(m) }
    let draws = groups.indices.map { i in
      groups[i].relaxedDraw(under: parameters[i], key: key.folding(in: i))
    }
    let cost = reconstructionCost(of: pixels, values: draws.map(\.value), draws: m)
    let ratio = draws.dropFirst().reduce(draws[0].logRatio) { $0 + $1.logRatio }
      .reshaped(to: cost.shape)
    let logWeights = -cost - weighted(ratio, weight)
    let bound =
      m == 1 ? logWeights.mean() : logWeights.logSumExp().mean() - Float(log(Double(m)))
    return Loss(total: -bound, reconstruction: cost.mean(), divergence: ratio.mean())
  }

  private func scoreLoss(_ pixels: Tensor, _ weight: Tensor?, _ key: RandomKey) -> Loss {
    let parameters = posterior(of: pixels)
    let m = settings.boundSamples
    let discrete = groups.indices.filter { type(of: groups[$0]).isDiscrete }
    let joint = JointPosterior(
      groups: discrete.map { groups[$0] }, parameters: discrete.map { parameters[$0] })
    var costs: [Tensor] = []
    var ratios: [Tensor] = []
    let bound = VIMCOEstimator<JointPosterior>(draws: m).bound(
      of: { drawn in
        let parts = joint.split(drawn)
        // Continuous values are drawn anew for each of the draws.
        let drawKey = key.folding(in: costs.count)
        let values = groups.indices.map { i in
          discrete.firstIndex(of: i).map { parts[$0] }
            ?? groups[i].sample(under: parameters[i], key: drawKey.folding(in: i))
        }
        let cost = reconstructionCost(of: pixels, values: values)
        let ratio = logRatio(of: values, under: parameters)
        costs.append(cost)
        ratios.append(ratio)
        return -cost - weighted(ratio, weight)
      }, under: joint, key: key.folding(in: "discrete"))
    return Loss(
      total: -bound.mean(), reconstruction: Tensor.stacked(costs).mean(),
      divergence: Tensor.stacked(ratios).mean())
  }

  /// log q(z|x) - log p(z) of values that were drawn: `[n]`.
  func logRatio(of values: [Tensor], under parameters: [Tensor]) -> Tensor {
    let terms = groups.indices.map { i in
      groups[i].logPosterior(of: values[i], under: parameters[i])
        - groups[i].logPrior(of: values[i])
    }
    return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
  }
}

extension Tensor {
  /// Each row so many times in a row: `[n, k]` to `[n · count, k]`.
  func repeatingRows(_ count: Int) -> Tensor {
    if count == 1 { return self }
    let (n, k) = (shape[0], shape[1])
    return reshaped(to: [n, 1, k]).broadcast(to: [n, count, k]).reshaped(to: [n * count, k])
  }
}

/// The posterior of several groups of discrete variables as one distribution of rows.
private struct JointPosterior: Distribution {
  let groups: [any LatentGroup]
  let parameters: [Tensor]

  var batchShape: Shape { [parameters[0].shape[0]] }
  var eventShape: Shape { [groups.reduce(0) { $0 + $1.valueCount }] }

  /// Draws one value a row: what a bound asks for.
  func sample(_ shape: Shape, key: RandomKey) -> Tensor {
    require(shape.rank == 0, "VAE: several draws at once of a joint posterior")
    let parts = groups.indices.map { i in
      groups[i].sample(under: parameters[i], key: key.folding(in: i))
    }
    return parts.count == 1 ? parts[0] : Tensor.concatenated(parts, along: 1)
  }

  func logProbability(of value: Tensor) -> Tensor {
    let parts = split(value)
    let terms = groups.indices.map { i in
      groups[i].logPosterior(of: parts[i], under: parameters[i])
    }
    return terms.dropFirst().reduce(terms[0]) { $0 + $1 }
  }

  func split(_ value: Tensor) -> [Tensor] {
    if groups.count == 1 { return [value] }
    var start = 0
    return groups.map { group in
      defer { start += group.valueCount }
      return value.sliced(along: 1, start..<(start + group.valueCount))
    }
  }
}
