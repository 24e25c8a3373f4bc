import CGumbelMath
import GumbelTensors

// The largest of logits + Gumbel noise is a Gumbel value around the logSumExp of the logits, and
// independent of which it is (Maddison, Tarlow & Minka 2014, arXiv 1411.0030). So the noise can be
// drawn in two steps: first who wins, or with how much, then all the rest.

/// Draws logits + Gumbel noise given that class `argmax` has the largest: its value, then the
/// others truncated to below it.
///
/// A class with logit -inf stays there. Traps unless the class exists.
public func conditionalGumbels(logits: [Double], argmax: Int, key: RandomKey) -> [Double] {
  require(
    logits.indices.contains(argmax),
    "conditionalGumbels: class \(argmax) does not lie in 0..<\(logits.count)")
  let noise = standardGumbels(logits.count, key: key)
  let largest = logits.logSumExp + noise[argmax]
  return logits.indices.map {
    $0 == argmax ? largest : truncated(logits[$0] + noise[$0], below: largest)
  }
}

/// Draws logits + Gumbel noise given that the largest of them is `maximum`.
///
/// Which class is the largest is drawn as well. A class with logit -inf stays there.
///
/// The stable form of Kool, van Hoof & Welling 2019 (arXiv 1903.06059), appendix B.3.
public func conditionalGumbels(logits: [Double], maximum: Double, key: RandomKey) -> [Double] {
  let perturbed = zip(logits, standardGumbels(logits.count, key: key)).map { $0 + $1 }
  guard let top = perturbed.max(), top > -.infinity else { return perturbed }
  return perturbed.map { value in
    let excess = maximum - value + log1mexp(value - top)
    return maximum - max(0, excess) - log1p(exp(-excess.magnitude))
  }
}

private func standardGumbels(_ count: Int, key: RandomKey) -> [Double] {
  let standard = Gumbel(location: 0, scale: 1)
  return key.unitPoints(count).map(standard.quantile(at:))
}

/// Takes a Gumbel value to one truncated to below a bound, by the same quantile:
/// `-log(exp(-value) + exp(-bound))`.
private func truncated(_ value: Double, below bound: Double) -> Double {
  let shift = log1p(exp(-(value - bound).magnitude))
  return (min(value, bound) - shift)
}

/// Draws logits + Gumbel noise given which class has the largest, with their gradient in the logits
/// at fixed noise.
///
/// The largest element of each row is the class given, strictly. A class with logit -inf stays
/// there, and no gradient passes to it.
///
/// - Parameters:
///   - logits: `[…, k]`.
///   - oneHot: 1 at the class given and 0 elsewhere, `[…, k]`; both broadcast, so that `[m, rows, k]`
///     asks for m draws.
///   - key: of the noise.
/// - Returns: `[…, k]`.
public func conditionalGumbels(logits: Tensor, oneHot: Tensor, key: RandomKey) -> Tensor {
  let shape = batchShape("conditionalGumbels", ["logits": logits, "oneHot": oneHot])
  requireClasses(logits)
  let noise = Tensor.gumbel(shape, key: key)
  let winner = (noise * oneHot).sum(along: -1, keepingAxis: true)
  let largest = logits.logSumExp(keepingAxis: true) + winner
  let perturbed = logits + noise
  // Infinite ones leave the arithmetic, so that neither they nor their gradients become NaN.
  let isOrdinary = isFinite(perturbed) * isFinite(largest)
  let bound = select(isOrdinary, largest, Tensor(0))
  let value = select(isOrdinary, perturbed, Tensor(0))
  // At least a rounding error below the largest.
  let smallest = abs(bound.stoppingGradient()) * 0x1p-23 + 1e-37
  let below = bound - maximum(softplus(bound - value), smallest)
  let others = select(isOrdinary, below, perturbed.stoppingGradient())
  return select(oneHot.broadcast(to: shape), largest.broadcast(to: shape), others)
}

/// Draws logits + Gumbel noise given the index of the class with the largest, as
/// ``conditionalGumbels(logits:oneHot:key:)``.
///
/// - Parameters:
///   - logits: `[…, k]`.
///   - argmax: int32, `[…]`.
///   - key: of the noise.
public func conditionalGumbels(logits: Tensor, argmax: Tensor, key: RandomKey) -> Tensor {
  requireClasses(logits)
  return conditionalGumbels(
    logits: logits, oneHot: argmax.oneHot(depth: logits.shape[-1]), key: key)
}

/// Draws logits + Gumbel noise given the largest of each row, with their gradients in the logits and
/// the maximum at fixed noise.
///
/// Which class is the largest is drawn as well, and that element is the maximum itself. A class with
/// logit -inf stays there, and no gradient passes to it.
///
/// The stable form of Kool, van Hoof & Welling 2019 (arXiv 1903.06059), appendix B.3.
///
/// - Parameters:
///   - logits: `[…, k]`.
///   - top: the maximum, `[…]`; broadcasts with the logits' rows.
///   - key: of the noise.
/// - Returns: `[…, k]`.
public func conditionalGumbels(logits: Tensor, maximum top: Tensor, key: RandomKey) -> Tensor {
  requireClasses(logits)
  let bound = top.reshaped(to: top.shape + [1])
  let shape = batchShape("conditionalGumbels", ["logits": logits, "maximum": bound])
  let perturbed = logits + Tensor.gumbel(shape, key: key)
  let isWinner = perturbed.argmax().oneHot(depth: shape[-1])
  let isOrdinary = isFinite(perturbed) * (1 - isWinner)
  let value = select(isOrdinary, perturbed, Tensor(0))
  let largest = select(isOrdinary, perturbed.max(along: -1, keepingAxis: true), Tensor(1))
  // Equal to the largest by rounding only: the difference is at least some tiny number.
  let difference = minimum(value - largest, Tensor(-1e-30))
  let excess = bound - value + log1mexp(difference)
  let others = bound - softplus(excess)
  let masked = select(isFinite(perturbed), others, perturbed.stoppingGradient())
  return select(isWinner, bound.broadcast(to: shape), masked)
}

private func requireClasses(_ logits: Tensor) {
  require(
    logits.rank > 0 && logits.shape[-1] > 0,
    "conditionalGumbels: logits of shape \(logits.shape), expected […, classes]")
}
