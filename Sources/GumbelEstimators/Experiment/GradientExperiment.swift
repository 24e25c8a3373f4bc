import GumbelDistributions
import GumbelMPI
import GumbelTensors

// Snippet: let target = Tensor([0.2, 0.3, 0.5])
/// Measures estimators on one problem, of which the exact gradient is known: how far the mean of
/// an estimator's gradients is from it, how much one gradient varies, and what it takes.
///
/// ```swift
/// let experiment = GradientExperiment<OneHotCategorical<Tensor>>(logits: logits) { z in
///   square(z - target).sum(along: -1)
/// }
/// for found in try experiment.measureAll(draws: 100_000, key: RandomKey(1)) {
///   print(found.name, found.relativeBias, found.variance)
/// }
/// ```
///
/// The numbers other than times depend on the key and on the number of draws alone: not on
/// threads or processes, nor on which other estimators are measured. Draws are taken in blocks and forgotten,
/// so that memory does not grow with them.
public struct GradientExperiment<Choice: MeasurableChoice> {
  /// The point at which gradients are estimated: `[variables…, event…]`.
  public let logits: Tensor
  /// E[f], by enumeration.
  public let exactValue: Double
  /// The gradient of E[f] in the logits, by enumeration; row-major.
  public let exactGradient: [Double]
  /// The number of joint states of the variables.
  public let stateCount: Int

  private let cost: (Tensor) -> Tensor
  private let isCompiled: Bool
  /// How many draws are taken at once; a function of the problem alone, as draws depend on it.
  private let blockRows: Int

  /// Creates an experiment, and evaluates f at all joint states.
  ///
  /// - Parameters:
  ///   - logits: `[variables…, event…]`. Traps where there are more than 2¹⁶ joint states.
  ///   - isCompiled: whether estimators are compiled; not where f reads the elements of tensors.
  ///   - cost: f, from `[rows, variables…, event…]` to `[rows]`: all variables make one cost.
  public init(logits: Tensor, isCompiled: Bool = true, cost: @escaping (Tensor) -> Tensor) {
    self.logits = logits
    self.cost = cost
    self.isCompiled = isCompiled
    // As much as stays in a processor's caches.
    blockRows = max(64, min(8192, (1 << 15) / max(logits.count, 1)))
    let enumeration = Enumeration<Choice>(logits: logits, rows: blockRows, cost: cost)
    exactValue = enumeration.value
    exactGradient = enumeration.gradient
    stateCount = enumeration.stateCount
  }

  /// Measures an estimator.
  ///
  /// State that no gradient trains, a moving average, first observes the costs of one block; what
  /// a gradient trains stays as it is. Exact enumeration, which always says the same, draws once.
  ///
  /// - Parameters:
  ///   - estimator: what is measured.
  ///   - draws: how many gradients to draw, at least 1.
  ///   - key: folded with the estimator's name, so that estimators see independent noise; one
  ///     estimator at several temperatures sees the same.
  ///   - communicator: processes that share the blocks, and all find the same.
  ///   - progress: called after each block with the number of its draws; what it throws ends the
  ///     measurement.
  /// - Throws: ``EstimatorError`` where the estimator cannot be applied to f, or f is not finite
  ///   at a draw; what `progress` throws.
  public func measure<E: GradientEstimator<Choice>>(
    _ estimator: E, draws: Int, key: RandomKey, among communicator: Communicator = .single,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> GradientMeasurement {
    require(draws >= 1, "GradientExperiment: \(draws) draws, expected at least 1")
    let (drawKey, pilotKey) = key.folding(in: estimator.name).split()
    try estimator.check(cost, under: Choice(logits: batch(rows: 1)), key: pilotKey)
    let isExact = estimator is ExactEstimator<Choice>
    let rows = isExact ? max(1, blockRows / stateCount) : min(draws, blockRows)

    var estimator = estimator
    var step = step(estimator, rows: rows, isCompiled: isCompiled && !isExact)
    let pilot = try checked(step(pilotKey), estimator, first: 0)
    let parameters = estimator.tensors.map(\.scalars)
    estimator.observe(pilot.costs)
    if estimator.tensors.map(\.scalars) != parameters {
      step = self.step(estimator, rows: rows, isCompiled: isCompiled)
      _ = step(pilotKey)
    }

    var gradients = GradientSums(width: logits.count)
    var values = GradientSums(width: 1)
    var (time, timed) = (Duration.zero, 0)
    let clock = ContinuousClock()
    let count = isExact ? rows : draws
    for base in stride(from: 0, to: count, by: rows * communicator.count) {
      let own = base + communicator.rank * rows
      var numbers = [Float](repeating: 0, count: rows * (1 + logits.count))
      if own < count {
        var result: (costs: Tensor, gradients: Tensor)?
        let here = min(rows, count - own)
        time += clock.measure { result = step(drawKey.folding(in: own / blockRows)) } * here / rows
        timed += here
        let found = try checked(result!, estimator, first: own)
        numbers = found.costs.scalars + found.gradients.scalars
      }
      for (i, found) in communicator.gather(numbers).enumerated() {
        // Of a block that is cut short only the beginning counts: draws are the same in any block.
        let here = min(rows, count - base - i * rows)
        if here <= 0 { break }
        values.add(Array(found[..<here]))
        gradients.add(Array(found[rows..<(rows + here * logits.count)]))
        try progress(here)
      }
    }
    return GradientMeasurement(
      name: estimator.name, isUnbiased: estimator.isUnbiased, draws: count,
      evaluations: estimator.evaluations(states: stateCount), exactGradient: exactGradient,
      mean: gradients.mean, standardErrors: gradients.standardErrors,
      variance: gradients.variances.reduce(0, +), value: values.mean[0],
      valueStandardError: values.standardErrors[0],
      nanosecondsPerDraw: time / .nanoseconds(1) / Double(max(timed, 1)))
  }

  /// Measures all estimators of this package for the choice, in the order of their list.
  ///
  /// - Parameters:
  ///   - temperature: of all that have one; nil for each one's own default.
  ///   - draws: as in `measure`.
  ///   - key: as in `measure`.
  public func measureAll(
    temperature: Float? = nil, draws: Int, key: RandomKey
  ) throws -> [GradientMeasurement] {
    try Choice.builtInEstimators.map { builtIn in
      try measure(builtIn.make(options(temperature: temperature)), draws: draws, key: key)
    }
  }

  /// What estimators for this problem are made with.
  public func options(temperature: Float? = nil) -> EstimatorOptions {
    EstimatorOptions(featureCount: logits.count, temperature: temperature)
  }

  // MARK: - One block

  private func batch(rows: Int) -> Tensor { logits.broadcast(to: [rows] + logits.shape) }

  /// Draws a block: a row of the batch is a draw of its own.
  private func step<E: GradientEstimator<Choice>>(
    _ estimator: E, rows: Int, isCompiled: Bool
  ) -> (RandomKey) -> (costs: Tensor, gradients: Tensor) {
    let (batch, cost) = (batch(rows: rows), cost)
    func draw(_ key: RandomKey) -> Pair<Tensor, Tensor> {
      let (_, costs, gradients) = valueOutputAndGradient(at: batch) { logits in
        let costs = estimator.expectation(of: cost, under: Choice(logits: logits), key: key)
        return (costs.sum(), costs)
      }
      return Pair(costs, gradients)
    }
    let compiled = compile { (key: RandomKey) in draw(key) }
    return { key in
      let result = isCompiled ? compiled(key) : draw(key)
      return (result.first, result.second)
    }
  }

  private func checked(
    _ block: (costs: Tensor, gradients: Tensor), _ estimator: some GradientEstimator, first: Int
  ) throws -> (costs: Tensor, gradients: Tensor) {
    let costs = block.costs.scalars
    if let position = costs.firstIndex(where: { !$0.isFinite }) {
      throw EstimatorError.costIsNotFinite(
        estimator: estimator.name, cost: costs[position], position: first + position,
        count: first + costs.count)
    }
    return block
  }
}
