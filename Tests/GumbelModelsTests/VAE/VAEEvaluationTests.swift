import GumbelModels
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct VAEEvaluationTests {
  /// Two binary latent variables, with logits that are far from 0.
  private func tinyNetwork() throws -> VAE {
    let settings = Patterns.settings("bernoulli:2") {
      $0.encoder = .linear
      $0.decoder = .perceptron([8])
    }
    return try VAE(settings, key: RandomKey(4)).mapTensors {
      $0.rank == 0 ? $0 : $0 + 0.3 * Tensor.normal($0.shape, key: RandomKey(5))
    }
  }

  private func exact(_ vae: VAE, _ image: [Float]) -> (logEvidence: Double, bound: Double) {
    let p = vae.encode(Tensor(image, shape: [1, 16]))[0].means.scalars.map(Double.init)
    let states: [[Float]] = [[0, 0], [0, 1], [1, 0], [1, 1]]
    let means = vae.decode([Tensor(states.flatMap { $0 }, shape: [4, 2])]).scalars
    var (evidence, bound) = (0.0, 0.0)
    for (i, state) in states.enumerated() {
      var logJoint = logarithm(0.25)
      for (j, x) in image.enumerated() {
        let mean = Double(means[16 * i + j])
        logJoint += logarithm(x == 1 ? mean : 1 - mean)
      }
      let q = zip(p, state).reduce(1.0) { $0 * ($1.1 == 1 ? $1.0 : 1 - $1.0) }
      evidence += exponential(logJoint)
      bound += q * (logJoint - logarithm(q))
    }
    return (logarithm(evidence), bound)
  }

  @Test func theBoundsAreOrderedAndTendToTheEvidence() throws {
    let vae = try tinyNetwork()
    let pixels = Patterns.batch(20, step: 1)
    let images = (0..<20).map { Array(pixels.scalars[(16 * $0)..<(16 * $0 + 16)]) }
    let exact = images.map { self.exact(vae, $0) }
    let evidence = exact.map(\.logEvidence).reduce(0, +) / 20
    let bound = exact.map(\.bound).reduce(0, +) / 20
    #expect(evidence > bound + 0.1)

    // 6500 draws are more than are decoded at once.
    let many = vae.evaluate(on: pixels, samples: 6500, key: RandomKey(1))
    #expect(abs(many.importanceWeightedBound - evidence) < 0.02)
    #expect(abs(many.bound - bound) < 0.03)
    #expect(abs(many.bound + many.reconstruction + many.divergence) < 1e-9)
    let few = vae.evaluate(on: pixels, samples: 5, key: RandomKey(1))
    #expect(few.bound < few.importanceWeightedBound)
    #expect(few.importanceWeightedBound < evidence)
    #expect(few.images == 20 && few.samples == 5)
  }

  /// With one draw an image the two bounds share the draw, and differ in the divergence alone:
  /// closed, or log q(z|x) - log p(z).
  @Test(arguments: ["gaussian:3", "bernoulli:3", "categorical:3x4", "categorical:2x3+gaussian:2"])
  func theDivergenceIsThatOfItsDraws(_ latents: String) throws {
    for prior in VAE.Prior.allCases {
      let settings = Patterns.settings(latents) { $0.prior = prior }
      let vae = try VAE(settings, key: RandomKey(6)).mapTensors {
        $0.rank == 0 ? $0 : $0 + 0.3 * Tensor.normal($0.shape, key: RandomKey(7))
      }
      let pixels = Patterns.batch(1, step: 0).broadcast(to: [20_000, 16])
      let found = vae.evaluate(on: pixels, key: RandomKey(2))
      #expect(found.divergence > 0.05)
      let difference = abs(found.bound - found.importanceWeightedBound)
      #expect(difference < allowedDeviations * found.importanceWeightedBoundError)
    }
  }

  @Test func whatIsDrawnForAnImageDependsOnItsPositionAlone() throws {
    let vae = try VAE(Patterns.settings("categorical:2x3+gaussian:2"), key: RandomKey(6))
    let pixels = Patterns.batch(800, step: 0)
    func sum(_ count: Int) -> Double {
      let part = vae.evaluate(on: pixels.sliced(along: 0, 0..<count), samples: 3, key: RandomKey(2))
      return part.importanceWeightedBound * Double(count)
    }
    // The last of 700 images by itself: the others cancel.
    let last = sum(700) - sum(699)
    let again = vae.evaluate(count: 800, samples: 3, key: RandomKey(2)) { range in
      // All others are replaced by one whose bound is measured below.
      let rows = pixels.sliced(along: 0, range)
      guard range.contains(699) else { return rows * 0 }
      let keep = Tensor(range.map { $0 == 699 ? 1 : 0 }, shape: [range.count, 1])
      return rows * keep
    } progress: { _ in
    }
    let none = vae.evaluate(count: 800, samples: 3, key: RandomKey(2)) { range in
      Tensor.zeros([range.count, 16])
    } progress: { _ in
    }
    let blank = vae.evaluate(count: 700, samples: 3, key: RandomKey(2)) { range in
      Tensor.zeros([range.count, 16])
    } progress: { _ in
    }
    let blankBefore = vae.evaluate(count: 699, samples: 3, key: RandomKey(2)) { range in
      Tensor.zeros([range.count, 16])
    } progress: { _ in
    }
    let blankLast =
      blank.importanceWeightedBound * 700 - blankBefore.importanceWeightedBound * 699
    let lastAmongBlanks =
      (again.importanceWeightedBound - none.importanceWeightedBound) * 800 + blankLast
    #expect(abs(last - lastAmongBlanks) < 1e-3)
  }

  @Test func imagesAndCodes() throws {
    let vae = try VAE(
      Patterns.settings("categorical:2x3+gaussian:2+bernoulli:4"), key: RandomKey(6))
    let five = vae.generate(5, key: RandomKey(1))
    let three = vae.generate(3, key: RandomKey(1))
    #expect(five.shape == [5, 16])
    #expect(haveSameBits(five.sliced(along: 0, 0..<3), three))

    let pixels = Patterns.batch(30, step: 0)
    let rows = [0, 1].map { pixels.sliced(along: 0, $0..<($0 + 1)) }
    let way = vae.interpolate(from: rows[0], to: rows[1], steps: 5)
    #expect(way.shape == [5, 16])
    for (i, row) in [0, 4].enumerated() {
      let end = vae.reconstruct(rows[i])
      let found = way.sliced(along: 0, row..<(row + 1))
      #expect(largestDifference(found, end.scalars.map(Double.init)) < 1e-5)
    }
    let drawn = vae.reconstruct(pixels, by: .sample(key: RandomKey(3)))
    #expect(drawn.shape == [30, 16])
    #expect(!haveSameBits(drawn, vae.reconstruct(pixels)))

    let codes = vae.encode(pixels)
    #expect(codes.map(\.means.shape) == [[30, 6], [30, 2], [30, 4]])
    #expect(codes.map { $0.codes?.shape } == [[30, 2], nil, [30, 4]])
    let usage = vae.codeUsage(of: pixels)
    #expect(usage.map(\.latent) == [.categorical(variables: 2, classes: 3), .bernoulli(4)])
    let means = codes[0].means.mean(along: 0).scalars.map(Double.init)
    let frequencies = usage[0].frequencies.flatMap { $0 }
    #expect(zip(means, frequencies).allSatisfy { abs($0 - $1) < 1e-5 })
    for one in usage {
      for (row, perplexity) in zip(one.frequencies, one.perplexities) {
        #expect(abs(row.reduce(0, +) - 1) < 1e-5)
        #expect(perplexity >= 1 && perplexity <= Double(row.count) + 1e-4)
      }
    }
    // One-hot values of the codes are what is reconstructed.
    let values = zip(codes, [3, 0, 2]).map { code, classes in
      switch classes {
      case 3: code.codes!.oneHot(depth: 3).reshaped(to: [30, 6])
      case 2: code.codes!.converted(to: .float32)
      default: code.means
      }
    }
    #expect(haveSameBits(vae.decode(values), vae.reconstruct(pixels)))
  }
}
