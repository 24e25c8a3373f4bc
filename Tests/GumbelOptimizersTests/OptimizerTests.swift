import GumbelLayers
import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestSupport

/// A problem whose gradient is known in both precisions: `sum (p - target)² scale / 2 + cos p`.
struct Problem: TensorGroup {
  var p = Tensor([1, -2, 0.5, 3])
  var category = Tensor(int32: [1, 2])
  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("category", &category)
    visitor.visit("p", &p)
  }

  static let targets: [Double] = [0, 1, -1, 2]
  static let scales: [Double] = [1, 0.1, 3, 0.5]

  var loss: Tensor {
    let difference = p - Tensor(Self.targets.map { Float($0) })
    return (square(difference) * Tensor(Self.scales.map { Float($0 / 2) }) + cos(p)).sum()
  }

  static func gradient(_ p: [Double]) -> [Double] {
    p.indices.map { scales[$0] * (p[$0] - targets[$0]) - sine(p[$0]) }
  }
}

/// A rule in double precision: the parameter's new value from its old one, its gradient and the
/// step (from 1), with up to two numbers of state.
struct Rule: Sendable, CustomStringConvertible {
  let name: String
  let make: @Sendable (Problem) -> any Optimizer
  let step: @Sendable (_ p: Double, _ g: Double, _ t: Int, _ state: inout [Double]) -> Double
  var description: String { name }
}

private func adam(_ rate: Double, _ decay: Double) -> Rule {
  Rule(
    name: "Adam, decay \(decay)",
    make: { Adam(for: $0, learningRate: Float(rate), weightDecay: Float(decay)) },
    step: { p, g, t, state in
      state[0] = 0.9 * state[0] + 0.1 * g
      state[1] = 0.999 * state[1] + 0.001 * g * g
      let m = state[0] / (1 - power(0.9, Double(t)))
      let v = state[1] / (1 - power(0.999, Double(t)))
      return p - rate * (m / (v.squareRoot() + 1e-8) + decay * p)
    })
}

private func sgd(_ momentum: Double, nesterov: Bool, decay: Double) -> Rule {
  Rule(
    name: "SGD, momentum \(momentum)\(nesterov ? " of Nesterov" : ""), decay \(decay)",
    make: {
      SGD(
        for: $0, learningRate: 0.05, momentum: Float(momentum), nesterov: nesterov,
        weightDecay: Float(decay))
    },
    step: { p, g, t, state in
      let d = g + decay * p
      state[0] = momentum * state[0] + d
      return p - 0.05 * (nesterov ? d + momentum * state[0] : state[0])
    })
}

@Suite struct OptimizerTests {
  static let rules = [
    sgd(0, nesterov: false, decay: 0), sgd(0, nesterov: false, decay: 0.1),
    sgd(0.9, nesterov: false, decay: 0), sgd(0.9, nesterov: true, decay: 0.1),
    adam(0.05, 0), adam(0.05, 0.1),
    Rule(
      name: "RMSProp", make: { RMSProp(for: $0, learningRate: 0.02) },
      step: { p, g, _, state in
        state[0] = 0.99 * state[0] + 0.01 * g * g
        return p - 0.02 * g / (state[0].squareRoot() + 1e-8)
      }),
  ]

  private static func update(
    _ optimizer: inout some Optimizer, _ problem: inout Problem
  ) {
    let slope = gradient(at: problem) { $0.loss }
    optimizer.update(&problem, along: slope)
  }

  /// Where a gradient is 0 from the start, an update can be differentiated all the same.
  @Test func updatesByNothingHaveADerivative() {
    func after(_ optimizer: some Optimizer, _ slope: Tensor) -> Tensor {
      var (optimizer, model) = (optimizer, Tensor([1]))
      optimizer.update(&model, along: slope)
      return model.sum()
    }
    let model = Tensor([1])
    let rules: [any Optimizer] = [
      RMSProp(for: model, learningRate: 0.5, epsilon: 0.25),
      Adam(for: model, learningRate: 0.5, epsilon: 0.25),
    ]
    for rule in rules {
      #expect(gradient(at: Tensor([0])) { after(rule, $0) }.scalars == [-2])
    }
  }

  @Test(arguments: rules)
  func followsItsFormula(_ rule: Rule) {
    var problem = Problem()
    var optimizer = rule.make(problem)
    var p = DoubleTensor(problem.p).values
    var states = [[Double]](repeating: [0, 0], count: 4)
    var worst = 0.0
    for t in 1...100 {
      Self.update(&optimizer, &problem)
      let g = Problem.gradient(p)
      for i in p.indices { p[i] = rule.step(p[i], g[i], t, &states[i]) }
      worst = max(worst, largestDifference(problem.p, p))
    }
    #expect(worst < 2e-4)
    #expect(problem.category.int32Scalars == [1, 2], "integers are not parameters")
    let moved = largestDifference(problem.p, DoubleTensor(Problem().p).values)
    #expect(moved > 0.5)
  }

  /// Compiled and eager steps give the same bits, and a new learning rate needs no new plan.
  @Test(arguments: rules)
  func compiled(_ rule: Rule) {
    func check(_ start: some Optimizer) {
      let step = compile { (state: inout Pair<Problem, AnyOptimizer>, _: EmptyGroup) -> Tensor in
        let (loss, slope) = valueAndGradient(at: state.first) { $0.loss }
        state.second.update(&state.first, along: slope)
        return loss
      }
      var eager = Pair(Problem(), AnyOptimizer(start))
      var replayed = eager
      for i in 0..<20 {
        let rate = Tensor(0.1 / Float(i + 1))
        eager.second.optimizer.learningRate = rate
        replayed.second.optimizer.learningRate = rate
        let (loss, slope) = valueAndGradient(at: eager.first) { $0.loss }
        eager.second.update(&eager.first, along: slope)
        let replayedLoss = step(&replayed, EmptyGroup())
        #expect(replayedLoss.scalar == loss.scalar)
      }
      let isSame = haveSameBits(eager, replayed)
      #expect(isSame)
      #expect(step.planCount == 1)
    }
    check(rule.make(Problem()))
  }

  struct AnyOptimizer: TensorGroup {
    var optimizer: any Optimizer
    init(_ optimizer: any Optimizer) { self.optimizer = optimizer }
    mutating func update(_ problem: inout Problem, along slope: Problem) {
      optimizer.update(&problem, along: slope)
    }
    mutating func visit(_ visitor: inout some TensorVisitor) { optimizer.visit(&visitor) }
  }

  /// The decay of AdamW is apart from the gradient: with a gradient of 0, p (1 - rate decay)ᵗ.
  @Test func decoupledDecay() {
    var p = Tensor([1, -4])
    var optimizer = Adam(for: p, learningRate: 0.1, weightDecay: 0.5)
    for _ in 0..<10 { optimizer.update(&p, along: Tensor.zeros([2])) }
    let factor = power(0.95, 10)
    #expect(largestDifference(p, [factor, -4 * factor]) < 1e-6)
    #expect(optimizer.step.int32Scalar == 10)
  }

  /// The first step of Adam is the rate itself, whatever the gradient's size; thousands of steps
  /// later the corrections have not gone astray.
  @Test func stepSizes() {
    for size: Float in [1e-3, 1, 1e6] {
      var p = Tensor([0])
      var optimizer = Adam(for: p, learningRate: 0.01)
      optimizer.update(&p, along: Tensor([size]))
      #expect(Swift.abs(p.scalar + 0.01) < 1e-6)
      for _ in 0..<3000 { optimizer.update(&p, along: Tensor([size])) }
      #expect(Swift.abs(p.scalar + 0.01 * 3001) < 0.05)
    }
  }

  /// d/d(start, rate) of the loss after two steps of Adam, against differences in double precision.
  @Test func gradientThroughUpdates() {
    func after(_ start: Tensor, _ rate: Tensor) -> Tensor {
      var p = start
      var optimizer = Adam(for: p, learningRate: 0, epsilon: 0.125)
      optimizer.learningRate = rate
      for _ in 0..<2 {
        let slope = gradient(at: p) { (square($0) * $0 + sin($0)).sum() }
        optimizer.update(&p, along: slope)
      }
      return square(p).sum()
    }
    func reference(_ start: [Double], _ rate: Double) -> Double {
      start.reduce(0) { sum, start in
        var (p, m, v) = (start, 0.0, 0.0)
        for t in 1...2 {
          let g = 3 * p * p + cosine(p)
          m = 0.9 * m + 0.1 * g
          v = 0.999 * v + 0.001 * g * g
          let mHat = m / (1 - power(0.9, Double(t)))
          let vHat = v / (1 - power(0.999, Double(t)))
          p -= rate * mHat / (vHat.squareRoot() + 0.125)
        }
        return sum + p * p
      }
    }
    let start = [0.8, -0.6]
    let slope = gradient(at: Pair(Tensor([0.8, -0.6]), Tensor(0.2))) { after($0.first, $0.second) }
    let h = 1e-6
    let expected = start.indices.map { i in
      var (up, down) = (start, start)
      up[i] += h
      down[i] -= h
      return (reference(up, 0.2) - reference(down, 0.2)) / (2 * h)
    }
    #expect(largestDifference(slope.first, expected) < 1e-4)
    let ofRate = (reference(start, 0.2 + h) - reference(start, 0.2 - h)) / (2 * h)
    #expect(largestDifference(slope.second, [ofRate]) < 1e-4)
  }

  /// A parameter that never had a gradient, such as a dead unit's, does not spoil the derivative
  /// through an update: p' = p - rate g / ε where g and v are 0.
  @Test func gradientThroughAnUpdateByZero() {
    let slope = gradient(at: Pair(Tensor([1, 2]), Tensor([0, 3]))) { point in
      var p = point.first
      var optimizer = Adam(for: p, learningRate: 0.1, epsilon: 0.125)
      optimizer.update(&p, along: point.second)
      return p.sum()
    }
    #expect(slope.first.scalars == [1, 1])
    let expected = [-0.1 / 0.125, -0.1 * 0.125 / (3.125 * 3.125)]
    #expect(largestDifference(slope.second, expected) < 1e-5)
  }

  @Test func optimizersAreValues() {
    var problem = Problem()
    var adam = Adam(for: problem, learningRate: 0.1)
    Self.update(&adam, &problem)
    let saved = Pair(problem, adam)
    let moments = adam.tensors.map { bits(of: $0) }
    Self.update(&adam, &problem)
    let kept = saved.second.tensors.map { bits(of: $0) }
    #expect(kept == moments)
    var (again, problemAgain) = (saved.second, saved.first)
    Self.update(&again, &problemAgain)
    let isSame = haveSameBits(Pair(again, problemAgain), Pair(adam, problem))
    #expect(isSame)
  }
}
