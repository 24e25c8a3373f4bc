import SwiftGumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The first `count` images of `peers/vae_data.py`, as rows of pixels.
func hashedPixels(_ count: Int) -> Tensor {
  Tensor(
    (0..<UInt64(count * 784)).map { i in
      var h = (i + 1) * 2_654_435_761 % (1 << 32)
      h = (h ^ (h >> 16)) * 2_246_822_519 % (1 << 32)
      h ^= h >> 13
      return h % 8 == 0 ? 1 : 0
    }, shape: [count, 784])
}

/// The encoder that `peers/convolution_data.py` specifies: forward and backward.
func convolution(_ options: Options) {
  let (batch, steps) = (100, 20)
  func layer(_ inputs: Int, _ outputs: Int, scale: Double) -> Conv2D {
    var layer = Conv2D(
      inputs, outputs, kernel: 4, stride: 2, padding: .zeros(1), activation: .relu,
      key: RandomKey(0))
    layer.weight = Tensor(
      (0..<(16 * inputs * outputs)).map { Float(scale * sin(Double($0))) },
      shape: layer.weight.shape)
    layer.bias = Tensor(repeating: 0.1, shape: layer.bias.shape)
    return layer
  }
  let encoder = Sequential(layer(1, 32, scale: 0.25), layer(32, 64, scale: 0.05))
  let images = hashedPixels(batch).reshaped(to: [batch, 28, 28, 1])
  let step = compile { (_: inout EmptyGroup, input: Pair<Sequential, Tensor>) in
    let (loss, slope) = valueAndGradient(at: input.first) { square($0(input.second)).mean() }
    return Pair(loss, slope)
  }
  var empty = EmptyGroup()
  var result = step(&empty, Pair(encoder, images))
  let seconds = measure(options, count: steps) { _ in
    for _ in 0..<steps { result = step(&empty, Pair(encoder, images)) }
  }
  let slope = abs(result.second.tensors[0]).mean().scalar
  Report(
    workload: "convolution", unit: "pass", seconds: seconds,
    check: [("loss", "\(result.first.scalar)"), ("gradient", "\(slope)")]
  ).print()
}
