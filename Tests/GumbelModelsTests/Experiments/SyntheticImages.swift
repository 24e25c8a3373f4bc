import GumbelModels
import GumbelOptimizers
import GumbelTensors
import GumbelTraining

/// Small black and white images: those of a class are its template with some pixels flipped.
struct SyntheticImages {
  let shape: VAE.ImageShape
  let classes: Int
  private let templates: Tensor
  private let key: RandomKey

  init(side: Int = 6, classes: Int = 3, key: RandomKey = RandomKey(100)) {
    shape = VAE.ImageShape(height: side, width: side)
    self.classes = classes
    templates = Tensor.bernoulli(
      probabilities: Tensor(repeating: 0.5, shape: [classes, side * side]),
      key: key.folding(in: "templates"))
    self.key = key
  }

  /// The batch of a step.
  func batch(_ step: Int, count: Int = 50) -> (pixels: Tensor, labels: Tensor) {
    let key = key.folding(in: step)
    let labels = Tensor.categorical(
      logits: Tensor.zeros([count, classes]), key: key.folding(in: "labels"))
    let clean = templates.gatheringRows(at: labels)
    let flips = Tensor.bernoulli(
      probabilities: Tensor(repeating: 0.05, shape: clean.shape), key: key.folding(in: "flips"))
    return (abs(clean - flips), labels)
  }
}

/// Trains for so many steps in epochs of 10.
func trained<Model: LossModel>(
  _ model: Model, steps: Int, learningRate: Double = 0.01, temperature: Schedule = .constant(0.7),
  weight: Schedule = .constant(1), compiled: Bool = true, batch: (Int) -> Model.Batch
) throws -> Training<Descent<Model, Adam>> {
  var plan = DescentPlan(epochs: steps / 10, stepsPerEpoch: 10)
  plan.learningRate = .constant(learningRate)
  plan.temperature = temperature
  plan.weight = weight
  var training = Training(Descent(model, plan: plan), key: RandomKey(7))
  _ = try training.run(on: { batch($0) }, compiled: compiled)
  return training
}

extension TensorGroup {
  /// The bits of all tensors.
  var bits: [[UInt32]] {
    tensors.map { tensor in
      tensor.elementType == .float32
        ? tensor.scalars.map(\.bitPattern) : tensor.int32Scalars.map(UInt32.init(bitPattern:))
    }
  }
}
