import Foundation
import Testing

@Suite struct ExploreTests {
  struct Numbers: Decodable {
    struct Maxima: Decodable {
      struct Experiment: Decodable {
        let parent: String
        let location, scale, theoreticalLocation, theoreticalScale, distance: Double
        let edges, densities: [Double]
      }
      let experiments: [Experiment]
    }
    struct Noise: Decodable {
      struct Result: Decodable {
        let noise: String
        let frequencies, margins, rareFrequencies: [Double]
      }
      let probabilities, rareProbabilities: [Double]
      let draws, rareDraws: Int
      let results: [Result]
    }
    struct Relaxation: Decodable {
      struct Sample: Decodable {
        let temperature: Double
        let points: [[Double]]
        let largest: [Double]
      }
      let samples: [Sample]
    }
    struct Temperature: Decodable {
      struct Estimator: Decodable {
        let name: String
        let bias, variance: [Double]
      }
      let temperatures, probabilities, exactGradient: [Double]
      let means: [[Double]]
      let scoreFunctionVariance: Double
      let estimators: [Estimator]
    }
    struct Experiment: Decodable {
      let probabilities, totalVariation: [Double]
      let history: [[Double]]
      let discriminatorSteps, generatorSteps: Int
    }
    let seed: UInt64
    let maxima: Maxima
    let noise: Noise
    let relaxation: Relaxation
    let temperature: Temperature
    let experiment: Experiment
  }

  @Test func thePageStandsAlone() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gumbel.run(["explore"], in: folder.folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output == "wrote explore.html\n")
    let page = try folder.read("explore.html")
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    // Fourteen panels, before the script.
    let still = page.components(separatedBy: "<script>")[0]
    #expect(still.components(separatedBy: "<svg").count == 15)
    #expect(!page.contains("src=") && !page.contains("<link"))
    #expect(page.components(separatedBy: "<script").count == 2)
    #expect(page.contains("prefers-color-scheme: dark"))
    for word in ["Optional(", "nan", "inf<"] { #expect(!page.contains(word), "\(word)") }
    for tag in ["p", "section", "figure", "em", "strong", "i", "sub"] {
      let opened =
        still.components(separatedBy: "<\(tag)>").count
        + still.components(separatedBy: "<\(tag) ").count
      #expect(opened == still.components(separatedBy: "</\(tag)>").count + 1, "\(tag)")
    }
  }

  @Test(arguments: [42, 1] as [UInt64]) func theNumbersAreRight(seed: UInt64) throws {
    let outcome = try Gumbel.run(["explore", "--json", "-", "--seed", "\(seed)"])
    #expect(outcome.status == 0)
    let numbers = try JSONDecoder().decode(Numbers.self, from: Data(outcome.output.utf8))
    #expect(numbers.seed == seed)

    // Of 20,000 maxima the location has a standard error below 0.01, the scale too.
    for experiment in numbers.maxima.experiments {
      #expect(abs(experiment.location - experiment.theoreticalLocation) < 0.05)
      #expect(abs(experiment.scale - experiment.theoreticalScale) < 0.05)
      #expect(experiment.distance < 0.04)
      let width = experiment.edges[1] - experiment.edges[0]
      let mass = experiment.densities.reduce(0, +) * width
      #expect(abs(mass - 1) < 0.005)
    }

    let expected = [
      "Gumbel": [0.5, 0.2, 0.3], "exponential": [0.580, 0.160, 0.259],
    ]
    for result in numbers.noise.results {
      guard let expected = expected[result.noise] else { continue }
      // Five standard deviations, of which the margins are 1.96.
      for (frequency, (p, margin)) in zip(result.frequencies, zip(expected, result.margins)) {
        #expect(abs(frequency - p) < 5 / 1.96 * margin, "\(result.noise)")
      }
    }
    let gumbel = numbers.noise.results[0]
    for (frequency, p) in zip(gumbel.rareFrequencies, numbers.noise.rareProbabilities) {
      let deviation = (p * (1 - p) / Double(numbers.noise.rareDraws)).squareRoot()
      #expect(abs(frequency - p) < 5 * deviation)
    }
    // Light tails miss the rare ones.
    for result in numbers.noise.results where ["normal", "uniform"].contains(result.noise) {
      #expect(result.rareFrequencies[9] < 0.1 * gumbel.rareFrequencies[9])
    }

    let samples = numbers.relaxation.samples
    #expect(samples.map(\.temperature) == [10, 1, 0.5, 0.1])
    for sample in samples {
      let isOnSimplex = sample.points.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-5 }
      #expect(isOnSimplex)
      #expect(sample.largest == samples[0].largest)
    }

    let temperature = numbers.temperature
    for (found, exact) in zip(temperature.exactGradient, [0.292026, -0.219474, -0.072552]) {
      #expect(abs(found - exact) < 1e-6)
    }
    #expect(abs(temperature.scoreFunctionVariance - 1.9427) < 1e-4)
    let half = try #require(temperature.temperatures.firstIndex { abs($0 - 0.5) < 1e-9 })
    let one = try #require(temperature.temperatures.firstIndex { abs($0 - 1) < 0.01 })
    let (relaxed, straight) = (temperature.estimators[0], temperature.estimators[1])
    // Known to the last digit given here; 200,000 draws leave about 0.003.
    for (found, known) in [
      (relaxed.bias[half], 0.118), (relaxed.variance[half], 0.167), (relaxed.bias[one], 0.286),
      (relaxed.variance[one], 0.037), (straight.bias[half], 0.149),
      (straight.variance[half], 0.424), (straight.bias[one], 0.181),
      (straight.variance[one], 0.135),
    ] {
      #expect(abs(found - known) < 0.015, "\(found), expected \(known)")
    }
    for (mean, p) in zip(temperature.means[0], temperature.probabilities) {
      #expect(abs(mean - p) < 0.006)
    }

    let experiment = numbers.experiment
    #expect(experiment.history.count == 201)
    #expect(experiment.history[0].allSatisfy { abs($0 - 0.2) < 1e-6 })
    #expect(experiment.discriminatorSteps == 20_000 && experiment.generatorSteps == 200_000)
    let learned = try Gumbel.run(["learn", "--json", "-", "--quiet", "--seed", "\(seed)"])
    #expect(try LearnOutput(learned.output).learned == experiment.history.last)
    #expect(experiment.totalVariation.last! < 0.06)
  }

  @Test func picturesAndNumbersOfOneLesson() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gumbel.run(
      ["explore", "--lesson", "noise", "--plot", "noise.png", "--json", "noise.json"],
      in: folder.folder)
    #expect(outcome.status == 0)
    #expect(outcome.output == "wrote noise.png\nwrote noise.json\n")
    let bytes = try Data(contentsOf: folder.url("noise.png"))
    #expect(Array(bytes.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.folder.path)
    #expect(Set(names) == ["noise.png", "noise.json"])
    let json = try folder.read("noise.json")
    #expect(json.contains("\"noise\":{") && !json.contains("\"temperature\":{"))
  }

  @Test func theSameSeedGivesTheSamePage() throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("a.html", "5"), ("b.html", "5"), ("c.html", "6")] {
      let outcome = try Gumbel.run(
        ["explore", "--lesson", "relaxation", "--seed", seed, "--output", name],
        in: folder.folder)
      #expect(outcome.status == 0)
    }
    let pages = try ["a.html", "b.html", "c.html"].map(folder.read)
    #expect(pages[0] == pages[1])
    #expect(pages[0] != pages[2])
  }
}
