/// The pullback of one step of a loop: a step of another loop, which runs the other way.
///
/// It is recorded by pulling cotangents back through the body. What of the body's variables it uses has to be
/// kept for every step, and becomes what the other loop runs over.
final class ScanDerivative {
  /// What the pullback runs over.
  enum Source {
    /// The gradient with respect to one of the outputs, by position.
    case cotangent(Int)
    /// What the loop itself runs over.
    case input(Int)
    /// A variable of the body, kept for every step.
    case stacked(Tensor)
  }

  /// A constant of the body, by position.
  struct Constant {
    let position: Int
    let isTransposed: Bool
  }

  /// The carries that have a gradient.
  let carryPositions: [Int]
  /// The variables of the body that have to be kept.
  var residuals: [Tensor] {
    sources.compactMap { if case .stacked(let variable) = $0 { variable } else { nil } }
  }

  fileprivate let trace: Trace
  fileprivate var carries: [Tensor] = []
  fileprivate var inputs: [Tensor] = []
  fileprivate var sources: [Source] = []
  fileprivate var constants: [Tensor] = []
  fileprivate var constantSources: [Constant] = []
  fileprivate var nextCarries: [Tensor] = []
  fileprivate var inputGradients: [(position: Int, gradient: Tensor)] = []
  fileprivate var sums: [Sum] = []

  /// The gradient with respect to a constant of the body: the sum of terms over all steps.
  fileprivate struct Sum {
    let constant: Int
    /// Terms that are summed after the loop.
    var terms: [ScanTerm] = []
    /// What the loop sums itself: its value before and after a step.
    var accumulator: (before: Tensor, after: Tensor)?
  }

  init(of body: ScanBody, from outputs: [Tensor]) {
    let forward = body.trace
    let firstOfPullback = forward.equations.count
    let arguments = body.carries + body.inputs + body.constants
    let walk = PullbackWalk(
      trace: forward, firstVariable: 0,
      inputs: arguments.filter { $0.elementType.isDifferentiable }, firstEquation: 0)
    let positions = body.carries.indices.filter { body.carries[$0].elementType.isDifferentiable }
    carryPositions = positions
    func seed(_ tensor: Tensor) -> Tensor {
      let seed = forward.makeInput(Tensor(abstract: tensor.type))
      if walk.isActive(tensor) { walk.accumulate(seed, into: tensor) }
      return seed
    }
    let (carrySeeds, outputSeeds) = Trace.withCurrent(forward) {
      let seeds = (positions.map { seed(body.nextCarries[$0]) }, outputs.map(seed))
      walk.run()
      return seeds
    }
    func gradient(_ variable: Tensor) -> Tensor? {
      variable.elementType.isDifferentiable ? walk.cotangents[Int(variable.variable)] : nil
    }

    trace = Trace(bodyInside: nil)
    var copy = ScanCopy(from: body, to: trace, firstOfPullback: firstOfPullback)
    for seed in carrySeeds { carries.append(copy.addInput(seed)) }
    for (i, seed) in outputSeeds.enumerated() {
      inputs.append(copy.addInput(seed))
      sources.append(.cotangent(i))
    }
    let carryGradients = positions.map { gradient(body.carries[$0]) }
    let allInputGradients = body.inputs.map(gradient)
    let constantGradients = body.constants.map(gradient)
    copy.copyEquations(
      for: (carryGradients + allInputGradients + constantGradients).compactMap { $0 })
    inputs += copy.inputs.map(\.inside)
    sources += copy.inputs.map(\.source)
    constants = copy.constants.map(\.inside)
    constantSources = copy.constants.map { Constant(position: $0.position, isTransposed: false) }
    for (i, factor) in trace.hoistTransposedFactors(among: constants) {
      constants.append(factor)
      constantSources.append(
        Constant(position: constantSources[i].position, isTransposed: true))
    }

    for (i, gradient) in carryGradients.enumerated() {
      nextCarries.append(
        gradient.map { copy.mapped($0) } ?? Tensor.zeros(body.carries[positions[i]].shape))
    }
    for (i, gradient) in allInputGradients.enumerated() {
      if let gradient { inputGradients.append((i, copy.mapped(gradient))) }
    }
    let terms = ScanTerms(trace)
    for (i, gradient) in constantGradients.enumerated() {
      guard let gradient else { continue }
      var sum = Sum(constant: i)
      var inLoop: [Tensor] = []
      terms.split(copy.mapped(gradient), into: &sum.terms, &inLoop)
      if !inLoop.isEmpty {
        let before = trace.makeInput(Tensor(abstract: inLoop[0].type))
        let after = Trace.withCurrent(trace) { inLoop.reduce(before) { $0 + $1 } }
        sum.accumulator = (before, after)
      }
      sums.append(sum)
    }
  }
}

extension ScanDerivative {
  /// The part of the pullback that somebody asks for.
  struct Part {
    let body: ScanBody
    /// What it runs over, and which of the forward body's constants it uses.
    private(set) var sources: [Source] = []
    private(set) var constants: [Constant] = []
    /// The variables that it stacks.
    private(set) var stacked: [Tensor] = []
    /// The values at the start of the sums in the loop.
    private(set) var accumulators: [Tensor] = []
    private(set) var inputGradients: [(position: Int, gradient: Tensor)] = []
    private(set) var sums: [(constant: Int, terms: [ScanTerm], accumulator: Int?)] = []

    init(_ back: ScanDerivative, inputs: [Bool], constants: [Bool]) {
      let inputVariables = Set(back.inputs.map(\.variable))
      var found = Set<UInt32>()
      var stacked: [Tensor] = []
      func stack(_ tensor: Tensor) {
        if tensor.traceID == back.trace.id, inputVariables.contains(tensor.variable) { return }
        if tensor.traceID != back.trace.id || found.insert(tensor.variable).inserted {
          stacked.append(tensor)
        }
      }
      inputGradients = back.inputGradients.filter { inputs[$0.position] }
      for (_, gradient) in inputGradients { stack(gradient) }
      var after: [Tensor] = []
      for sum in back.sums where constants[sum.constant] {
        for term in sum.terms { term.operands.forEach(stack) }
        var accumulator: Int?
        if let inLoop = sum.accumulator {
          accumulator = accumulators.count
          accumulators.append(inLoop.before)
          after.append(inLoop.after)
        }
        sums.append((sum.constant, sum.terms, accumulator))
      }
      let whole = ScanBody(
        trace: back.trace, carries: back.carries + accumulators, inputs: back.inputs,
        constants: back.constants, nextCarries: back.nextCarries + after)
      // What a term takes as it comes in is needed as well.
      let directly = sums.flatMap(\.terms).flatMap(\.operands) + inputGradients.map(\.gradient)
      let part = whole.narrowed(to: stacked + directly)
      body = part.body
      sources = part.inputs.map { back.sources[$0] }
      self.constants = part.constants.map { back.constantSources[$0] }
      self.stacked = stacked
    }

    /// Where a variable stands among those that are stacked.
    func position(ofStacked variable: Tensor) -> Int? {
      stacked.firstIndex {
        $0.traceID == variable.traceID && $0.variable == variable.variable
          && (body.isVariable($0) || $0.storage === variable.storage)
      }
    }

    /// Where a variable stands among what the pullback runs over.
    func position(ofInput variable: Tensor) -> Int? {
      body.inputs.firstIndex { body.isVariable(variable) && $0.variable == variable.variable }
    }
  }
}
