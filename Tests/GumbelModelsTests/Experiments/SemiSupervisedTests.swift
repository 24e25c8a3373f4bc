import Foundation
import GumbelEstimators
import GumbelModels
import GumbelTensors
import Testing

@Suite struct SemiSupervisedTests {
  private func settings(_ images: SyntheticImages, _ estimator: String)
    -> SemiSupervisedVAE.Settings
  {
    var settings = SemiSupervisedVAE.Settings(image: images.shape, classCount: images.classes)
    settings.style = .gaussian(2)
    settings.classifierWidths = [16]
    settings.encoderWidths = [16]
    settings.decoderWidths = [16]
    settings.classificationWeight = 5
    settings.estimator = estimator
    return settings
  }

  @Test func marginalisationIsTheSumOverTheClasses() throws {
    let images = SyntheticImages()
    let network = try SemiSupervisedVAE(settings(images, "exact"), key: RandomKey(1))
    let pixels = images.batch(0, count: 5).pixels
    let logits = network.classifier(pixels)
    let (_, styleKey) = RandomKey(2).split()
    var expected = [Double](repeating: 0, count: 5)
    let logQ = logits.logSoftmax().scalars.map(Double.init)
    for label in 0..<3 {
      let classes = Tensor(int32: [Int32](repeating: Int32(label), count: 5)).oneHot(depth: 3)
      let bound = network.labelledBound(pixels, classes: classes, key: styleKey).scalars
      for i in 0..<5 {
        let log = logQ[i * 3 + label]
        expected[i] += exp(log) * (Double(bound[i]) + log)
      }
    }
    let found = network.unlabelledBound(
      pixels, logits: logits, by: ExactEstimator(), key: RandomKey(2)
    ).scalars
    for i in 0..<5 { #expect(abs(Double(found[i]) - expected[i]) < 1e-4) }
  }

  @Test(arguments: ["exact", "gumbel-softmax", "straight-through-gumbel-softmax", "rloo"])
  func classesAreLearnedFromFewLabels(_ estimator: String) throws {
    let images = SyntheticImages(classes: 4)
    let network = try SemiSupervisedVAE(settings(images, estimator), key: RandomKey(3))
    let (labelled, known) = images.batch(1_000_000, count: 24)
    let training = try trained(network, steps: 300) { step in
      SemiSupervisedVAE.Batch(
        unlabelled: images.batch(step).pixels, labelled: labelled, labels: known)
    }
    #expect(training.history.last![1] < 0.6 * training.history[0][1])
    let test = images.batch(2_000_000, count: 250)
    let found = training.model.evaluate(
      count: 250, key: RandomKey(4),
      images: { range in
        let rows = Tensor(int32: range.map(Int32.init))
        let labels = range.map { test.labels.int32Scalars[$0] }
        return (test.pixels.gatheringRows(at: rows), Tensor(int32: labels))
      }, progress: { _ in })
    #expect(found.accuracy > 0.95, "\(estimator)")
    // Each pixel of a template is flipped in 5 of 100: an entropy of 7.1, and log 4 for the class.
    #expect(found.bound > -12 && found.bound < -7.5, "\(estimator)")
  }

  @Test func everyParameterIsVisitedAndCompiledIsEager() throws {
    let images = SyntheticImages()
    let network = try SemiSupervisedVAE(settings(images, "gumbel-softmax"), key: RandomKey(5))
    let names = network.namedTensors.map(\.name)
    // Two dense layers; input, condition and one more layer, twice; the temperature.
    #expect(Set(names).count == 4 + 5 + 5 + 1)
    func batch(_ step: Int) -> SemiSupervisedVAE.Batch {
      let labelled = images.batch(step + 1000, count: 6)
      return SemiSupervisedVAE.Batch(
        unlabelled: images.batch(step).pixels, labelled: labelled.pixels, labels: labelled.labels)
    }
    let compiled = try trained(network, steps: 10, batch: batch)
    let eager = try trained(network, steps: 10, compiled: false, batch: batch)
    #expect(compiled.bits == eager.bits)
    let grid = compiled.model.classGrid(styles: 2, key: RandomKey(6))
    #expect(grid.shape == [6, 36])
  }
}
