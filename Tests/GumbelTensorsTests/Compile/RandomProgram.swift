import GumbelTensors
import _GumbelTestSupport

/// A program made by chance: what it does follows from its seed and the shapes of its arguments
/// alone, so running it again, traced or not, repeats the same operations.
///
/// Each step has random numbers of its own, so that a program without some of them is much like it.
struct RandomProgram {
  let seed: UInt64
  let constants: [Tensor]
  /// The steps, by number.
  var steps: [Int]

  init(seed: UInt64) {
    self.seed = seed
    let key = RandomKey(seed).folding(in: "constants")
    constants = [
      Tensor(0.5), Tensor.normal([4], key: key.folding(in: 0)),
      Tensor.normal([3, 4], key: key.folding(in: 1)), key.words,
    ]
    var generator = RandomKeyStream(RandomKey(seed).folding(in: "steps"))
    steps = Array(0..<Int.random(in: 3...50, using: &generator))
  }

  private func generator(_ name: String, _ step: Int = 0) -> RandomKeyStream {
    RandomKeyStream(RandomKey(seed).folding(in: name).folding(in: step))
  }

  /// Shapes for the arguments: few, so that values meet others that they fit; some longer than a
  /// tile of the kernels.
  static func argument(_ key: RandomKey, large: Bool) -> Tensor {
    var generator = RandomKeyStream(key.folding(in: 0))
    let shapes: [Shape] =
      large ? [[3, 4], [600], [1, 600], [3, 1]] : [[], [4], [3, 4], [3, 1], [2, 3, 4], [1]]
    let choice = Int.random(in: 0..<(shapes.count + 1), using: &generator)
    if choice == shapes.count { return key.folding(in: 1).words }
    return Tensor.normal(shapes[choice], key: key.folding(in: 2))
  }

  private func builder(_ arguments: [Tensor]) -> Builder {
    var builder = Builder(generator: generator(""), values: arguments + constants)
    for step in steps {
      builder.generator = generator("operations", step)
      builder.step()
    }
    return builder
  }

  /// All that its steps compute.
  func values(_ arguments: [Tensor]) -> [Tensor] {
    Array(builder(arguments).values.dropFirst(arguments.count + constants.count))
  }

  func callAsFunction(_ state: inout [Tensor], _ inputs: [Tensor]) -> [Tensor] {
    var builder = builder(state + inputs)
    builder.generator = generator("results")
    let old = state
    for i in state.indices { state[i] = builder.newState(old, i) }
    return (0..<Int.random(in: 1...6, using: &builder.generator)).map { _ in
      builder.output(old, state)
    }
  }

  /// A program with as few steps as can be found of which the same holds: without any one of those that
  /// are left it does not.
  func shrunk(while holds: (RandomProgram) -> Bool) -> RandomProgram {
    var program = self
    // Many at once first, then fewer: most steps have nothing to do with it.
    var size = program.steps.count
    while size > 0 {
      var start = program.steps.count
      var isSmaller = false
      while start > 0 {
        let range = max(0, start - size)..<start
        var smaller = program
        smaller.steps.removeSubrange(range)
        if holds(smaller) { (program, isSmaller) = (smaller, true) }
        start = range.lowerBound
      }
      size = size > 1 ? size / 2 : isSmaller ? 1 : 0
    }
    return program
  }
}

private struct Builder {
  var generator: RandomKeyStream
  var values: [Tensor]

  mutating func pick(where fits: (Tensor) -> Bool) -> Tensor? {
    // Recent values more often, so that chains form.
    let candidates = values.filter(fits)
    if candidates.isEmpty { return nil }
    let recent = Bool.random(using: &generator) ? candidates.suffix(4) : candidates[...]
    return recent.randomElement(using: &generator)
  }
  mutating func float() -> Tensor { pick { $0.elementType == .float32 }! }
  mutating func key() -> RandomKey {
    RandomKey(words: pick { $0.type == TensorType([2], .int32) }!)
  }

  mutating func newState(_ old: [Tensor], _ i: Int) -> Tensor {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return old[i]
    case 1: return old.filter { $0.type == old[i].type }.randomElement(using: &generator)!
    default: return values.filter { $0.type == old[i].type }.randomElement(using: &generator)!
    }
  }

  mutating func output(_ old: [Tensor], _ new: [Tensor]) -> Tensor {
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: old.randomElement(using: &generator)!
    case 1: new.randomElement(using: &generator)!
    default: values.randomElement(using: &generator)!
    }
  }

  mutating func step() {
    let choice = Int.random(in: 0..<100, using: &generator)
    let made =
      switch choice {
      case 0..<30: unary()
      case 30..<65: binary()
      case 65..<75: rearranged()
      case 75..<83: reduced()
      case 83..<90: random()
      default: other()
      }
    if let made, made.count <= 4000 { values.append(made) }
  }

  mutating func unary() -> Tensor? {
    let x = float()
    switch Int.random(in: 0..<12, using: &generator) {
    case 0: return tanh(x)
    case 1: return exp(-abs(x))
    case 2: return sigmoid(x)
    case 3: return -x
    case 4: return sqrt(abs(x))
    case 5: return relu(x)
    case 6: return sin(x)
    case 7: return log1p(square(x))
    case 8: return x * 0.5
    case 9: return softplus(x)
    case 10: return x + x
    default: return (x * 3).converted(to: .int32).converted(to: .float32)
    }
  }

  mutating func binary() -> Tensor? {
    let x = float()
    guard
      let y = pick(where: {
        $0.elementType == .float32 && $0.shape.broadcast(with: x.shape) != nil
      })
    else { return nil }
    switch Int.random(in: 0..<9, using: &generator) {
    case 0, 1: return x + y
    case 2: return x - y
    case 3: return tanh(x) * y
    case 4: return x / (square(y) + 1)
    case 5: return maximum(x, y)
    case 6: return minimum(x, y)
    case 7: return select(x .> y, y, x)
    default:
      let z = float()
      guard
        let joint = x.shape.broadcast(with: y.shape), z.shape.broadcast(with: joint) != nil
      else { return x .< y }
      return select(z .> 0, x, y)
    }
  }

  mutating func rearranged() -> Tensor? {
    let x = values.randomElement(using: &generator)!
    let axis = x.rank == 0 ? 0 : Int.random(in: 0..<x.rank, using: &generator)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return x.reshaped(to: [x.count])
    case 1: return x.rank < 4 ? x.reshaped(to: [1] + x.shape) : nil
    case 2: return x.rank >= 2 ? x.transposed() : nil
    case 3: return x.rank > 0 ? x.sliced(along: axis, 0..<((x.shape[axis] + 1) / 2)) : nil
    case 4: return x.rank > 0 ? Tensor.concatenated([x, x], along: axis) : nil
    case 5: return x.stoppingGradient()
    case 6: return x.rank > 0 && x.shape[0] == 1 ? x.reshaped(to: x.shape.removing(axis: 0)) : nil
    default: return x.rank < 3 ? x.broadcast(to: [2] + x.shape) : nil
    }
  }

  mutating func reduced() -> Tensor? {
    let x = float()
    if x.rank == 0 || x.count == 0 { return nil }
    let axis = Int.random(in: 0..<x.rank, using: &generator)
    let keeps = Bool.random(using: &generator)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return x.sum(along: axis, keepingAxis: keeps)
    case 1: return x.mean()
    case 2: return x.max(along: axis, keepingAxis: keeps)
    case 3: return x.logSumExp(along: axis, keepingAxis: keeps)
    case 4: return x.softmax(along: axis)
    default: return x.argmax(along: axis)
    }
  }

  mutating func random() -> Tensor? {
    let key = key()
    let x = float()
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return key.folding(in: 3).words
    case 1: return key.split().1.words
    case 2: return Tensor.normal(x.shape, key: key)
    case 3: return x + Tensor.gumbel(x.shape, key: key)
    case 4:
      return x.rank > 0 && x.count > 0
        ? Tensor.gumbelSoftmax(logits: x, temperature: Tensor(0.7), key: key) : nil
    default:
      return x.rank > 0 && x.count > 0 ? Tensor.categorical(logits: x, key: key) : nil
    }
  }

  mutating func other() -> Tensor? {
    let x = float()
    switch Int.random(in: 0..<5, using: &generator) {
    case 0:
      guard x.rank >= 2,
        let w = pick(where: {
          $0.elementType == .float32 && $0.rank == 2 && $0.shape[0] == x.shape[-1]
        })
      else { return nil }
      return tanh(matmul(x, w))
    case 1:
      // An optimizer's step updates three values at once, in place where it can.
      let type = x.type
      let (p, m, v) = adamStep(
        parameter: x, gradient: pick { $0.type == type }!, firstMoment: pick { $0.type == type }!,
        secondMoment: square(pick { $0.type == type }!), learningRate: Tensor(0.1),
        step: Tensor(int32: 3), beta1: 0.9, beta2: 0.99, epsilon: 1e-3, weightDecay: 0.01)
      values += [m, v]
      return p
    case 2:
      let y = float()
      guard y.shape.broadcast(with: x.shape) != nil else { return nil }
      return gradient(at: x) { (tanh($0 * y) + square($0)).sum() }
    case 3: return pick { $0.elementType == .int32 }.map { $0 + Tensor(int32: 1) }
    default:
      return x.rank == 2 && x.count > 0
        ? dense(
          x, weight: Tensor.ones([x.shape[-1], 4]) * 0.25, bias: Tensor.zeros([4]),
          activation: .relu) : nil
    }
  }
}
