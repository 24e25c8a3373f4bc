import Foundation
import GumbelDatasets
import GumbelModels
import GumbelTensors
import GumbelTraining
import Testing

/// The code of the article on autoencoders, which is in it line by line.
@Suite struct VAEArticleTests {
  @Test func `the article's code fits the library's types`() throws {
    let train = Self.noise(images: 100)
    let test = Self.noise(images: 4)

    var settings = VAE.Settings(image: VAE.ImageShape(height: 28, width: 28))
    settings.latents = [.categorical(variables: 20, classes: 10)]
    var batches = ImageBatches(train, batchSize: 100, binarisation: .dynamic, key: RandomKey(0))
    var plan = DescentPlan(epochs: 100, stepsPerEpoch: batches.batchesPerEpoch)
    plan.temperature = .exponential(from: 1, rate: 3e-5, floor: 0.5, every: 1000)
    plan.epochs = 1  // Not in the article.
    var training = try Training(settings, plan: plan, key: RandomKey(1))
    let isDone = try training.run(on: { step in batches.batch(step).pixels })
    let found = training.model.evaluate(
      on: test.tensor(of: 0..<test.count), samples: 100, key: RandomKey(2))
    print(found.bound, found.importanceWeightedBound)

    #expect(isDone)
    #expect(found.importanceWeightedBound.isFinite)
  }

  @Test func `the article has that code`() throws {
    let tests = URL(fileURLWithPath: #filePath)
    let here = try String(contentsOf: tests, encoding: .utf8)
      .split(separator: "\n").map { $0.drop { $0 == " " } }
    let root = (0..<4).reduce(tests) { path, _ in path.deletingLastPathComponent() }
    let article = try String(
      contentsOf: root.appendingPathComponent("Sources/GumbelModels/GumbelModels.docc/TheVAE.md"),
      encoding: .utf8)
    let start = try #require(article.range(of: "```swift\n")).upperBound
    let end = try #require(article.range(of: "```\n", range: start..<article.endIndex)).lowerBound
    let code = article[start..<end].split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(code.count > 8)
    for line in code { #expect(here.contains(line), "\(line)") }
  }

  private static func noise(images: Int) -> ImageSet {
    let pixels = (0..<(images * 784)).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }
    return ImageSet(
      name: "noise", bytes: pixels, height: 28, width: 28)
  }
}
