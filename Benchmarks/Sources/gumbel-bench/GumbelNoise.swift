import SwiftGumbel

/// 2^20 standard Gumbel values in memory.
func gumbelNoise(_ options: Options) {
  let count = 1 << 20
  var mean: Float = 0
  let noise = compile { (counter: inout Tensor, _: EmptyGroup) in
    counter = counter + Tensor(int32: 1)
    return Tensor.gumbel([count], key: RandomKey(1).folding(in: counter))
  }
  var counter = Tensor(int32: 0)
  var last: Tensor?
  let seconds = measure(options) { _ in
    last = nil
    last = noise(&counter, EmptyGroup())
    last!.waitUntilReady()
  }
  mean = last!.mean().scalar
  Report(
    workload: "gumbel-noise", unit: "2^20 values", seconds: seconds, check: [("mean", "\(mean)")]
  ).print()
}

/// Samples of rows of 10 at temperature 0.5, with or without the gradient.
func gumbelSoftmax(_ name: String, _ options: Options) {
  let isLarge = name == "large"
  let kind = isLarge ? "soft" : name
  let shape: Shape = [isLarge ? 10_000_000 : 104_857, 10]
  let logits = Tensor.normal(shape, key: RandomKey(1))
  let weights = Tensor.normal(shape, key: RandomKey(2))
  let temperature = Tensor(0.5)
  let hard = kind == "straight-through"
  func draw(_ logits: Tensor, _ key: RandomKey) -> Tensor {
    hard
      ? Tensor.straightThroughGumbelSoftmax(logits: logits, temperature: temperature, key: key)
      : Tensor.gumbelSoftmax(logits: logits, temperature: temperature, key: key)
  }
  var counter = Tensor(int32: 0)
  var results = Pair(Tensor(0), Tensor(0))
  let step = compile { (counter: inout Tensor, logits: Tensor) in
    counter = counter + Tensor(int32: 1)
    let key = RandomKey(3).folding(in: counter)
    if kind == "forward" { return Pair(draw(logits, key), Tensor(0)) }
    let (_, sample, gradient) = valueOutputAndGradient(at: logits) { logits in
      let sample = draw(logits, key)
      return ((sample * weights).sum(), sample)
    }
    return Pair(sample, gradient)
  }
  let seconds = measure(options) { _ in
    results = Pair(Tensor(0), Tensor(0))
    results = step(&counter, logits)
    results.waitUntilReady()
  }
  var check = [("meanLargest", "\(results.first.max(along: -1).mean().scalar)")]
  if kind != "forward" { check.append(("meanGradient", "\(abs(results.second).mean().scalar)")) }
  if isLarge {
    // At the least logits and weights are read, samples and the gradient written.
    let bytes = Double(4 * 4 * shape.count)
    check.append(("gigabytesPerSecond", "\(bytes / seconds.sorted()[seconds.count / 2] / 1e9)"))
  }
  Report(
    workload: "gumbel-softmax-\(name)", unit: "\(shape[0]) x 10 values", seconds: seconds,
    check: check
  ).print()
}
