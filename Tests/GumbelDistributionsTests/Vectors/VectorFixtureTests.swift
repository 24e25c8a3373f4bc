import Foundation
import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Numbers of PyTorch, from `script/vector_fixtures.py`, against both forms.
@Suite struct VectorFixtureTests {
  private struct Line {
    let name: String
    let parameter: String
    let logits: [Double]
    let value: [Double]
    let expected: Double
  }

  private static func lines() throws -> [Line] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = folder.appendingPathComponent("Fixtures/vectors.tsv")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    return try text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t").map(String.init)
      let numbers = fields[2...].map { $0.split(separator: ",").compactMap { Double($0) } }
      return Line(
        name: fields[0], parameter: fields[1], logits: numbers[0], value: numbers[1],
        expected: try #require(numbers[2].first))
    }
  }

  @Test func agrees() throws {
    let lines = try Self.lines()
    #expect(lines.count == 70)
    for line in lines {
      let (single, batch) = results(line)
      let scale = max(1, abs(line.expected))
      let error = abs(single - line.expected) / scale
      #expect(error < 1e-12, "\(line.name) \(line.parameter) of \(line.logits.count) classes")
      // A float32 density has the rounding of each of its terms.
      let rounding = abs(Double(batch.scalar) - line.expected) / scale
      #expect(rounding < 1e-5, "\(line.name) \(line.parameter) of \(line.logits.count) classes")
    }
  }

  private func results(_ line: Line) -> (Double, Tensor) {
    let (logits, value) = (line.logits, line.value)
    let tensor = Tensor(logits.map { Float($0) })
    let floats = Tensor(value.map { Float($0) })
    let t = Double(line.parameter) ?? 1
    let temperature = Tensor(Float(t))
    switch (line.name, line.parameter) {
    case ("Categorical", "entropy"):
      return (Categorical(logits: logits).entropy, Categorical(logits: tensor).entropy)
    case ("Categorical", "kl"):
      return (
        Categorical(logits: logits).klDivergence(to: Categorical(logits: value)),
        Categorical(logits: tensor).klDivergence(to: Categorical(logits: floats))
      )
    case ("Categorical", _):
      return (
        Categorical(logits: logits).logProbability(of: Int(value[0])),
        Categorical(logits: tensor).logProbability(of: Tensor(int32: Int32(value[0])))
      )
    case ("OneHotCategorical", _):
      return (
        OneHotCategorical(logits: logits).logProbability(of: value),
        OneHotCategorical(logits: tensor).logProbability(of: floats)
      )
    case ("Multinomial", _):
      return (
        Multinomial(trials: Int(t), logits: logits).logProbability(of: value.map { Int($0) }),
        Multinomial(trials: Int(t), logits: tensor).logProbability(of: floats)
      )
    case ("RelaxedCategorical", _):
      return (
        RelaxedCategorical(logits: logits, temperature: t).logProbability(of: value),
        RelaxedCategorical(logits: tensor, temperature: temperature).logProbability(of: floats)
      )
    case ("RelaxedOneHotCategorical", _):
      return (
        RelaxedOneHotCategorical(logits: logits, temperature: t).logProbability(of: value),
        RelaxedOneHotCategorical(logits: tensor, temperature: temperature)
          .logProbability(of: floats)
      )
    case ("RelaxedBernoulli", _):
      return (
        RelaxedBernoulli(logits: logits[0], temperature: t).logProbability(of: value[0]),
        RelaxedBernoulli(logits: tensor[0], temperature: temperature)
          .logProbability(of: floats[0])
      )
    case ("UnitRelaxedBernoulli", _):
      return (
        UnitRelaxedBernoulli(logits: logits[0], temperature: t).logProbability(of: value[0]),
        UnitRelaxedBernoulli(logits: tensor[0], temperature: temperature)
          .logProbability(of: floats[0])
      )
    default: return (.nan, Tensor(.nan))
    }
  }
}
