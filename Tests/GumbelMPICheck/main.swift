import GumbelDatasets
// What processes compute together, for `script/test`, which starts it with and without a launcher and
// compares what it prints: a line each, which has to be the same for any number of processes that divides 8.
import GumbelMPI
import GumbelModels
import GumbelOptimizers
import GumbelTensors
import GumbelTraining

let communicator = try Communicator.launched()
let isFirst = communicator.rank == 0

func say(_ line: String) {
  if isFirst { print(line) }
}

/// The shards of this process.
func ownShards(of count: Int) -> [Int] {
  let local = count / communicator.count
  return (0..<local).map { communicator.rank * local + $0 }
}

// Sums of 8 shards, of sizes that no number of processes divides.
for sizes in [[1], [7, 0, 3], [1000, 33], [1_234_567]] {
  let shards = ownShards(of: 8).map { shard in
    sizes.enumerated().map { i, size in
      Tensor.normal([size], key: RandomKey(1).folding(in: shard).folding(in: i)) * 1000
    }
  }
  let sums = communicator.sum(sizes.indices.map { i in TreeSum.of(shards.map { $0[i] }) })
  say("sum \(sizes): \(String(sums.digest, radix: 16))")
}

// Any bytes, from any process.
for length in [0, 1, 4, 1_000_003] {
  let text = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
  let root = communicator.count - 1
  let found = communicator.broadcast(communicator.rank == root ? text : [], from: root)
  say("broadcast \(length): \(found == text)")
}
say(
  "gather: \(communicator.gather(UInt64(communicator.rank) << 40) == (0..<UInt64(communicator.count)).map { $0 << 40 })"
)

// The gradient of what all processes sum: 2 Σ_s x_s each, once for every process that takes the sum.
let x = Tensor(1 + Float(communicator.rank))
let slope = gradient(at: x) { square(communicator.sum([$0])[0]).sum() }
let total = Float(communicator.count * (communicator.count + 1) / 2)
say("gradient: \(slope.scalar == 2 * total * Float(communicator.count))")

// Trainings.
func finish<Subject: Trainable>(
  _ name: String, _ training: Training<Subject>, on batch: (Int) -> Subject.Batch
) throws {
  var training = training
  try training.share(by: DataParallelism(shards: 8, among: communicator))
  let isDone = try training.run(on: batch)
  say("\(name): \(isDone) \(training.history) \(String(training.digest, radix: 16))")
}

let images = (Tensor.uniform([32, 64], key: RandomKey(2)) .< 0.3).converted(to: .float32)
for estimator in [
  "gumbel-softmax", "straight-through-gumbel-softmax", "reinmax", "rloo", "score-function",
] {
  var settings = VAE.Settings(image: VAE.ImageShape(height: 8, width: 8))
  settings.latents = [.categorical(variables: 4, classes: 5)]
  settings.encoder = .perceptron([24])
  settings.decoder = .perceptron([24])
  settings.estimator = estimator
  try finish(
    "VAE by \(estimator)",
    Training(settings, plan: DescentPlan(epochs: 2, stepsPerEpoch: 3), key: RandomKey(3))
  ) { _ in images }
}

// Trainings that are not the same in all processes are found before the first step.
var settings = VAE.Settings(image: VAE.ImageShape(height: 8, width: 8))
settings.latents = [.categorical(variables: 2, classes: 3)]
(settings.encoder, settings.decoder) = (.perceptron([8]), .perceptron([8]))
let others = try Training(
  settings, plan: DescentPlan(epochs: 1, stepsPerEpoch: 1),
  key: RandomKey(communicator.rank == 1 ? 9 : 8))
do {
  var training = others
  try training.share(by: DataParallelism(among: communicator))
  _ = try training.run(on: { _ in images })
  say("disagreement: \(communicator.count == 1)")
} catch let error as CommunicationError {
  let isSaid = error.description.hasPrefix("processes 0 and 1 disagree since epoch 0")
  say("disagreement: \(communicator.count > 1 && isSaid)")
}

// Strings of several lengths: shards have other numbers of tokens.
let symbols = 5
for kind in [TextModel.NetworkKind.lstm, .transformer] {
  var settings = TextModel.Settings(vocabularyCount: symbols + 1)
  settings.kind = kind
  (settings.hidden, settings.embedding, settings.heads, settings.dropout) = (16, 8, 2, 0.1)
  var tokens: [Int32] = []
  var mask: [Float] = []
  for t in 0..<6 {
    for row in 0..<16 {
      let isInside = t <= row % 6
      tokens.append(isInside && t < row % 6 ? Int32(1 + (3 * t + row) % symbols) : 0)
      mask.append(isInside ? 1 : 0)
    }
  }
  let batch = TextBatch(
    tokens: Tensor(int32: tokens, shape: [6, 16]), mask: Tensor(mask, shape: [6, 16]))
  let model = try TextModel(settings, key: RandomKey(4))
  try finish(
    "text by \(kind)",
    Training(Descent(model, plan: DescentPlan(epochs: 2, stepsPerEpoch: 3)), key: RandomKey(5))
  ) { _ in batch }
}

var model = TextModel.Settings(vocabularyCount: symbols + 1)
(model.hidden, model.embedding) = (16, 8)
var gan = TextGAN.Settings(model, length: 5)
(gan.batchSize, gan.discriminatorWidths) = (16, [16])
let strings = Tensor(int32: (0..<100).map { Int32($0 * 7 % 6) }, shape: [20, 5])
try finish(
  "text GAN",
  Training(gan, plan: AdversarialPlan(epochs: 2, stepsPerEpoch: 2), key: RandomKey(6))
) { _ in strings }
communicator.finalize()
