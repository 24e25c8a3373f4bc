import SwiftGumbel

let logits = log(Tensor([0.1, 0.3, 0.6]))
let noise = Tensor.gumbel([3], key: RandomKey(1))
for temperature: Float in [10, 1, 0.1, 0.001] {
  print(((logits + noise) / temperature).softmax().scalars)
}

// A thousand draws at each temperature, as points between three corners.
func triangle(_ temperature: Float) -> TernaryPlot {
  let draws = Tensor.gumbelSoftmax(
    logits: logits, temperature: Tensor(temperature), shape: [1000], key: RandomKey(2))
  return TernaryPlot(
    points: (0..<1000).map { draws[$0].scalars.map(Double.init) },
    pointName: "relaxed draws", cornerLabels: ["0", "1", "2"],
    title: "Temperature \(temperature)", colors: Array(Drawing.Color.palette.prefix(3)),
    size: Drawing.Size(width: 240, height: 240))
}
let figure = Figure(columns: [5, 1, 0.2].map(triangle))
try AtomicFile.write(figure.png(scale: 1), to: "stream-relaxed.png")

// Prints:
// [0.318, 0.356, 0.326]
// [0.184, 0.576, 0.240]
// [0.000, 1.000, 0.000]
// [0.0, 1.0, 0.0]
