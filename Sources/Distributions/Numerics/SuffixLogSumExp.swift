import CMath
import Tensors

/// `log Σ exp` of each element of a row and all after it: of what remains, where a row is an order.
struct SuffixLogSumExp: Primitive {
  var name: String { "suffixLogSumExp" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    if inputs[0].shape.rank == 0 { reject(inputs, "expected rows") }
    return OutputTypes(inputs[0])
  }

  var inPlace: [(operand: Int, result: Int)] { [] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    for row in 0..<(k == 0 ? 0 : inputs[0].count / k) {
      let (x, y) = (inputs[0].floats + row * k, outputs[0].floats + row * k)
      // The sum is kept relative to the largest so far.
      var (top, sum) = (-Double.infinity, 0.0)
      for i in (0..<k).reversed() {
        let value = Double(x[i])
        if value > top {
          sum = sum * exp(top - value) + 1
          top = value
        } else if value != -.infinity {
          sum += exp(value - top)
        }
        y[i] = Float(sum == 0 ? -.infinity : top + log(sum))
      }
    }
  }

  func pullback(_ p: Pullback) {
    p.add(apply(SuffixLogSumExpPullback(), [p.input(0), p.output(), p.cotangent])[0], to: 0)
  }
}

/// `dx[i] = Σ c[j] exp(x[i] - y[j])` over j ≤ i, y the suffixes' logarithms and c their cotangents.
struct SuffixLogSumExpPullback: Primitive {
  var name: String { "suffixLogSumExp.pullback" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3)
    return OutputTypes(inputs[0])
  }

  var inPlace: [(operand: Int, result: Int)] { [] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let k = inputs[0].shape[-1]
    for row in 0..<(k == 0 ? 0 : inputs[0].count / k) {
      let (x, y) = (inputs[0].floats + row * k, inputs[1].floats + row * k)
      let (c, dx) = (inputs[2].floats + row * k, outputs[0].floats + row * k)
      // sum = Σ c[j] exp(y[i] - y[j]), in which no power exceeds 1: suffixes grow shorter.
      var sum = 0.0
      for i in 0..<k {
        let own = Double(y[i])
        if own == -.infinity {
          dx[i] = 0
          continue
        }
        if i > 0 { sum *= exp(own - Double(y[i - 1])) }
        sum += Double(c[i])
        dx[i] = Float(exp(Double(x[i]) - own) * sum)
      }
    }
  }

  /// The same in elementary operations; it is what differentiates it.
  private func composed(_ x: Tensor, _ c: Tensor) -> Tensor {
    let k = x.shape[-1]
    let isAfter = Tensor((0..<(k * k)).map { $0 % k >= $0 / k ? 1 : 0 }, shape: [k, k])
    let suffixes = select(isAfter, x.reshaped(to: x.rowShape + [1, k]), Tensor(-.infinity))
    let isSome = suffixes.max(along: -1, keepingAxis: true).isPossible
    let shares = select(isSome, suffixes, Tensor(0)).softmax()
    return (shares * (isSome * c.reshaped(to: x.shape + [1]))).sum(along: -2)
  }

  func pullback(_ p: Pullback) {
    let cotangent = p.cotangent
    let gradients = gradient(at: [p.input(0), p.input(2)]) { operands in
      (composed(operands[0], operands[1]) * cotangent).sum()
    }
    // What the second operand contributes is part of the first one's gradient.
    p.add(gradients[0], to: 0)
    p.add(gradients[1], to: 2)
  }
}

extension Tensor {
  /// `log Σ exp` of each element of a row and all after it; -inf where they all are.
  var suffixLogSumExp: Tensor { apply(SuffixLogSumExp(), [self])[0] }
}
