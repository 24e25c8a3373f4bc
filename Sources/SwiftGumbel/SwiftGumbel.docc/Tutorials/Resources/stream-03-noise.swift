import Foundation
import SwiftGumbel

// The largest of a thousand waiting times, less what it grows by, ten thousand times.
let waits = Tensor.exponential([10_000, 1000], key: RandomKey(1))
let largest = waits.max(along: -1) - Float(log(1000.0))
let noise = Tensor.gumbel([10_000], key: RandomKey(2))
let law = Gumbel(location: 0.0, scale: 1.0)

for value in [-1.0, 0, 1, 2, 3] {
  let below = (largest .< Float(value)).mean().scalar
  let noiseBelow = (noise .< Float(value)).mean().scalar
  print(value, below, noiseBelow, law.cdf(at: value))
}

// Prints:
// -1.0 0.07 0.07 0.07
// 0.0 0.37 0.37 0.37
// 1.0 0.69 0.69 0.69
// 2.0 0.87 0.87 0.87
// 3.0 0.95 0.95 0.95
