import GumbelModels
import GumbelTensors
import GumbelTraining
import Testing

@Suite struct VectorQuantiserTests {
  /// Images of 8 x 8 made of four kinds of patches of 4 x 4: black, white, and halves.
  private func batch(_ step: Int, count: Int = 40) -> Tensor {
    let kinds = Tensor.categorical(
      logits: Tensor.zeros([count * 4, 4]), key: RandomKey(200).folding(in: step)
    ).int32Scalars
    var pixels = [Float](repeating: 0, count: count * 64)
    for image in 0..<count {
      for y in 0..<8 {
        for x in 0..<8 {
          let isWhite =
            switch kinds[image * 4 + y / 4 * 2 + x / 4] {
            case 0: false
            case 1: true
            case 2: x % 4 < 2
            default: y % 4 < 2
            }
          pixels[image * 64 + y * 8 + x] = isWhite ? 1 : 0
        }
      }
    }
    return Tensor(pixels, shape: [count, 64])
  }

  private func network(codes: Int = 8, estimator: String = "gumbel-softmax") throws
    -> VectorQuantiser
  {
    var settings = VectorQuantiser.Settings(image: VAE.ImageShape(height: 8, width: 8))
    settings.codeCount = codes
    settings.codeWidth = 6
    settings.network = .patches(size: 4, widths: [16])
    settings.estimator = estimator
    return try VectorQuantiser(settings, key: RandomKey(1))
  }

  @Test func aCodeIsOfItsPatchAlone() throws {
    let network = try network()
    let pixels = batch(0, count: 1)
    let logits = network.logits(of: pixels)
    #expect(logits.shape == [1, 4, 8])
    // One pixel in row 2, column 5: of the patch to the right above.
    var changed = pixels.scalars
    changed[2 * 8 + 5] = 1 - changed[2 * 8 + 5]
    let others = network.logits(of: Tensor(changed, shape: [1, 64]))
    for patch in 0..<4 {
      let isSame = logits[0][patch].scalars == others[0][patch].scalars
      #expect(isSame == (patch != 1))
    }
    // And one code of the image.
    let codes = network.codes(of: pixels).int32Scalars
    var other = codes
    other[2] = (other[2] + 1) % 8
    let images = [codes, other].map {
      network.images(of: Tensor(int32: $0, shape: [1, 4])).scalars
    }
    for i in 0..<64 where images[0][i] != images[1][i] { #expect(i / 8 >= 4 && i % 8 < 4) }
    #expect(images[0] != images[1])
  }

  @Test(arguments: ["gumbel-softmax", "straight-through-gumbel-softmax"])
  func theCodesBecomeThePatches(_ estimator: String) throws {
    let steps = 400
    let training = try trained(
      network(estimator: estimator), steps: steps,
      temperature: .geometric(from: 1, to: 1 / 16, over: steps),
      weight: .linear(from: 0, to: 0.02, over: steps), batch: { batch($0) })
    let test = batch(1_000_000, count: 130)
    let found = training.model.evaluate(
      count: 130, images: { test.gatheringRows(at: Tensor(int32: $0.map(Int32.init))) },
      progress: { _ in })
    #expect(found.usage.reduce(0, +) == 4 * 130)
    // An untrained decoder costs 64 log 2 = 44; hard draws may give two kinds one code.
    let isSoft = estimator == "gumbel-softmax"
    #expect(found.reconstruction < (isSoft ? 3 : 15), "\(estimator)")
    #expect(found.perplexity > (isSoft ? 3.8 : 2.5) && found.perplexity < 8.01, "\(estimator)")
    #expect(found.usedCodes >= (isSoft ? 4 : 3))
    let (drawn, pixels) = (
      training.model.images(of: training.model.codes(of: test)).scalars, test.scalars
    )
    let error = zip(drawn, pixels).reduce(0.0) {
      $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
    }
    #expect(abs(error / Double(pixels.count) - found.squaredError) < 1e-5)
  }

  @Test func convolutionsHalveTheImage() throws {
    var settings = VectorQuantiser.Settings(image: VAE.ImageShape(height: 8, width: 12))
    settings.codeCount = 5
    settings.codeWidth = 3
    settings.network = .convolutional(channels: [4, 6])
    let network = try VectorQuantiser(settings, key: RandomKey(2))
    #expect(network.rows == 2 && network.columns == 3)
    let pixels = Tensor.bernoulli(
      probabilities: Tensor(repeating: 0.5, shape: [3, 96]), key: RandomKey(3))
    let codes = network.codes(of: pixels)
    #expect(codes.shape == [3, 6])
    #expect(network.images(of: codes).shape == [3, 96])
    let history = try trained(network, steps: 100, batch: { _ in pixels }).history
    #expect(history[9][1] < 0.9 * history[0][1])
    settings.image.width = 10
    #expect(throws: VAESettingsError.self) { try settings.validate() }
  }

  @Test func perplexityCountsCodes() {
    var found = VectorQuantiser.Evaluation(
      images: 1, reconstruction: 0, squaredError: 0, usage: [5, 0, 5, 5, 5])
    #expect(abs(found.perplexity - 4) < 1e-12)
    #expect(found.usedCodes == 4)
    found.usage = [0, 7]
    #expect(found.perplexity == 1)
  }

  @Test func compiledIsEagerAndPatchesHaveToFit() throws {
    let network = try network()
    let compiled = try trained(network, steps: 10, batch: { batch($0) })
    let eager = try trained(network, steps: 10, compiled: false, batch: { batch($0) })
    #expect(compiled.bits == eager.bits)
    let names = network.namedTensors.map(\.name)
    #expect(Set(names).count == 4 + 1 + 4 + 1)
    var settings = network.settings
    settings.network = .patches(size: 3, widths: [])
    #expect(throws: VAESettingsError.self) { try settings.validate() }
  }
}
