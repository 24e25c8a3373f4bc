import SwiftGumbel

// What a class costs: the squared distance of its value from 2.
let values = Tensor([1, 2, 4])
func cost(_ draws: Tensor) -> Tensor { square((draws * values).sum(along: -1) - 2) }

let logits = log(Tensor([0.1, 0.3, 0.6]))
let exact = gradient(at: logits) { ($0.softmax() * square(values - 2)).sum() }

// A row for each of 100,000 draws, whose slopes are then apart.
let rows = logits.broadcast(to: [100_000, 3])
print("temperature, bias, spread of one draw's slope")
for temperature: Float in [2, 1, 0.5, 0.1] {
  let slopes = gradient(at: rows) { rows in
    cost(Tensor.gumbelSoftmax(logits: rows, temperature: Tensor(temperature), key: RandomKey(1)))
      .sum()
  }
  let mean = slopes.mean(along: 0)
  let bias = sqrt(square(mean - exact).sum())
  let spread = sqrt(square(slopes - mean).sum(along: -1).mean())
  print(temperature, bias.scalar, spread.scalar)
}

// Prints:
// temperature, bias, spread of one draw's slope
// 2.0 0.792 0.270
// 1.0 0.445 0.655
// 0.5 0.191 1.329
// 0.1 0.041 3.894
