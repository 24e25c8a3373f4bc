import GumbelDistributions
import GumbelTensors

// The tensor form against the double-precision one: values, gradients, shapes and draws.

extension DistributionLaw {
  /// What does not hold of the tensor form.
  public func batchFailures() -> [String] {
    densityFailures() + momentFailures() + divergenceFailures() + shapeFailures() + drawFailures()
      + pathwiseFailures()
  }

  private var singles: [any RealDistribution] { parameters.map(single) }

  /// A distribution with one of its parameters moved.
  private func moved(_ parameters: [Double], _ i: Int, by step: Double) -> any RealDistribution {
    var moved = parameters
    moved[i] += step
    return single(moved)
  }

  // MARK: - Densities and their gradients

  private func densityFailures() -> [String] {
    let rows = singles.map(values)
    let value = Tensor(
      rows[0].indices.flatMap { i in rows.map { Float($0[i]) } },
      shape: [rows[0].count, parameters.count])
    let found = DoubleTensor(batch(tensors()).logProbability(of: value))
    let slopes = gradient(at: [value] + tensors()) { point in
      batch(Array(point.dropFirst())).logProbability(of: point[0]).sum()
    }
    var failures: [String] = []
    for (column, d) in singles.enumerated() {
      var sums = [Double](repeating: 0, count: parameters[column].count)
      var magnitudes = sums
      for (row, x) in rows[column].enumerated() {
        let expected = d.logProbability(of: x)
        failures += compare("\(d): log p(\(x))", found[[row, column]], expected, tolerance)
        let slope = isDiscrete ? 0 : difference { d.logProbability(of: x + $0) }
        let foundSlope = DoubleTensor(slopes[0])[[row, column]]
        failures += compare("\(d): d/dx log p(\(x))", foundSlope, slope, 10 * tolerance)
        for i in differentiable {
          let slope = difference {
            moved(parameters[column], i, by: $0).logProbability(of: x)
          }
          sums[i] += slope
          magnitudes[i] += slope.magnitude
        }
      }
      for i in differentiable {
        failures += compare(
          "\(d): gradient of parameter \(i)", DoubleTensor(slopes[i + 1])[[column]], sums[i],
          10 * tolerance * (1 + magnitudes[i]))
      }
    }
    return failures
  }

  /// The derivative at 0, by central differences and Richardson's extrapolation.
  private func difference(_ function: (Double) -> Double) -> Double {
    func slope(_ h: Double) -> Double { (function(h) - function(-h)) / (2 * h) }
    let h = 1e-4
    return (4 * slope(h / 2) - slope(h)) / 3
  }

  // MARK: - Moments and divergences

  private func momentFailures() -> [String] {
    let (batch, singles) = (batch(tensors()), singles)
    var failures: [String] = []
    func check(_ what: String, _ tensor: Tensor, _ expected: (any HasRealMoments) -> Double) {
      if tensor.shape != batch.batchShape {
        failures.append("\(name): \(what) of shape \(tensor.shape)")
        return
      }
      for (found, single) in zip(tensor.scalars, singles) {
        guard let single = single as? any HasRealMoments else { continue }
        failures += compare("\(single): \(what)", Double(found), expected(single), tolerance)
      }
    }
    if let batch = batch as? any HasMoments {
      check("the mean", batch.mean) { $0.mean }
      check("the variance", batch.variance) { $0.variance }
    }
    if let batch = batch as? any HasEntropy { check("the entropy", batch.entropy) { $0.entropy } }
    return failures
  }

  /// Divergences from every distribution to the next one, with their gradients.
  private func divergenceFailures() -> [String] {
    let point = tensors()
    let others = point.map { Tensor.concatenated([$0[1..<parameters.count], $0[0..<1]]) }
    guard let found = closedDivergence(batch(point), batch(others)) else { return [] }
    let slopes = gradient(at: point) { closedDivergence(batch($0), batch(others))!.sum() }
    let otherSlopes = gradient(at: others) { closedDivergence(batch(point), batch($0))!.sum() }
    var failures: [String] = []
    for i in parameters.indices {
      let (own, other) = (parameters[i], parameters[(i + 1) % parameters.count])
      // Binomials with other numbers of trials have no divergence.
      if name == "Binomial", own[0] != other[0] { continue }
      let expected = closedDivergence(single(own), single(other))!
      failures += compare(
        "\(single(own)): divergence to \(single(other))", DoubleTensor(found)[[i]], expected,
        tolerance)
      if expected.isInfinite { continue }
      for j in differentiable {
        let slope = difference { closedDivergence(moved(own, j, by: $0), single(other))! }
        let otherSlope = difference { closedDivergence(single(own), moved(other, j, by: $0))! }
        failures += compare(
          "\(single(own)): the divergence's gradient \(j)", DoubleTensor(slopes[j])[[i]], slope,
          20 * tolerance)
        failures += compare(
          "\(single(other)): the divergence's gradient \(j) of the second",
          DoubleTensor(otherSlopes[j])[[i]], otherSlope, 20 * tolerance)
      }
    }
    return failures
  }

  // MARK: - Shapes

  private func shapeFailures() -> [String] {
    // The first parameter down, the others across: every pair of them.
    let n = parameters.count
    let all = tensors()
    let split = all.enumerated().map { $0 == 0 ? $1.reshaped(to: [n, 1]) : $1 }
    let joint: Shape = all.count == 1 ? [n, 1] : [n, n]
    let d = batch(split)
    let key = RandomKey(11).folding(in: name)
    let draws = d.sample([3], key: key)
    let one = d.sample(key: key)
    var failures: [String] = []
    func check(_ what: String, _ shape: Shape, _ expected: Shape) {
      if shape != expected { failures.append("\(name): \(what) \(shape), expected \(expected)") }
    }
    check("the batch", d.batchShape, joint)
    check("an event", d.eventShape, [])
    check("draws", draws.shape, [3] + joint)
    check("one draw", one.shape, joint)
    check("log-densities", d.logProbability(of: draws).shape, [3] + joint)
    check("log-densities of one value", d.logProbability(of: draws[0].max()).shape, joint)
    // The same as with the parameters written out.
    let expanded = batch(split.map { $0.broadcast(to: joint) })
    if !haveSameBits(expanded.sample([3], key: key), draws) {
      failures.append("\(name): draws depend on how the parameters broadcast")
    }
    if !haveSameBits(expanded.logProbability(of: draws), d.logProbability(of: draws)) {
      failures.append("\(name): densities depend on how the parameters broadcast")
    }
    return failures
  }

  // MARK: - Draws

  private func drawFailures() -> [String] {
    var failures: [String] = []
    let key = RandomKey(3).folding(in: name)
    let count = 6000
    let draws = batch(tensors()).sample([count], key: key).scalars
    let few = batch(tensors()).sample([5], key: key).scalars
    if Array(draws.prefix(few.count)) != few {
      failures.append("\(name): draws depend on how many there are")
    }
    for (i, d) in singles.enumerated() {
      let column = (0..<count).map { draws[$0 * parameters.count + i] }
      failures += fitFailures(d, column, "\(d) as a tensor")
    }
    let compiled = compile { (point: inout [Tensor], key: RandomKey) -> [Tensor] in
      let d = batch(point)
      let draw = d.sample([4], key: key)
      return [draw, d.logProbability(of: draw)]
    }
    var point = tensors()
    let found = compiled(&point, key)
    let draw = batch(tensors()).sample([4], key: key)
    if !haveSameBits(found[0], draw) { failures.append("\(name): compiled, draws differ") }
    if !haveSameBits(found[1], batch(tensors()).logProbability(of: draw)) {
      failures.append("\(name): compiled, densities differ")
    }
    return failures
  }

  /// A sample's derivative in a parameter is `-(dF / dparameter) / density` there, whatever way it
  /// was made: its probability stays.
  private func pathwiseFailures() -> [String] {
    guard let d = batch(tensors()) as? any Reparameterised else { return [] }
    let key = RandomKey(7).folding(in: name)
    var failures: [String] = []
    if !haveSameBits(d.pathwiseSample([9], key: key), d.sample([9], key: key)) {
      failures.append("\(name): pathwise samples are not the samples")
    }
    for seed in 0..<20 {
      let key = key.folding(in: seed)
      let draw = d.pathwiseSample([], key: key)
      let slopes = gradient(at: tensors()) {
        (batch($0) as! any Reparameterised).pathwiseSample([], key: key).sum()
      }
      for (column, single) in singles.enumerated() {
        let x = Double(draw.scalars[column])
        for i in differentiable {
          // By the smaller tail, which has more digits.
          let isLower = single.cdf(at: x) < 0.5
          let slope = difference {
            let moved = moved(parameters[column], i, by: $0)
            return isLower ? moved.cdf(at: x) : -moved.survival(at: x)
          }
          // The sample itself is rounded, and the expected slope with it.
          failures += compare(
            "\(single): slope of sample \(x) in parameter \(i)",
            DoubleTensor(slopes[i])[[column]], -slope / single.probability(of: x), 40 * tolerance)
        }
      }
    }
    return failures
  }
}
