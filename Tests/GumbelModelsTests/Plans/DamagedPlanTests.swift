import Foundation
import GumbelDatasets
import GumbelModels
import GumbelTensors
import GumbelTraining
import Testing

/// Plans come back from files, which may be damaged: what is decoded is used as it is, and must not
/// trap anywhere.
@Suite struct DamagedPlanTests {
  @Test(arguments: ["gaussian:4", "bernoulli:4", "categorical:4x4", "gaussian:2+categorical:3x3"])
  func autoencoders(_ latents: String) throws {
    var settings = VAE.Settings(image: VAE.ImageShape(height: 8, width: 6))
    settings.latents = try #require([VAE.Latent](text: latents))
    settings.encoder = latents.hasPrefix("c") ? .convolutional([4, 2]) : .perceptron([8])
    settings.decoder = settings.encoder
    var plan = DescentPlan(epochs: 2, stepsPerEpoch: 3)
    plan.learningRate = .cosine(from: 0.001, to: 0, over: 6)
    plan.temperature = .geometric(from: 1, to: 0.5, over: 6, every: 2)
    plan.weight = .linear(from: 0, to: 1, over: 6)
    try damage(settings) { settings in
      guard settings.size(batch: 1).trainingBytes < 1e7 else { return }
      _ = try? Training(settings, plan: plan, key: RandomKey(0))
    }
  }

  @Test(arguments: TextModel.NetworkKind.allCases)
  func models(_ kind: TextModel.NetworkKind) throws {
    var settings = TextModel.Settings(vocabularyCount: 5)
    settings.kind = kind
    settings.hidden = 8
    settings.heads = 2
    settings.embedding = 4
    settings.time = 10
    try damage(settings) { settings in
      guard settings.size(batch: 1, time: 1).trainingBytes < 1e7 else { return }
      _ = try? TextModel(settings, key: RandomKey(0))
    }
    var plan = DescentPlan(epochs: 2, stepsPerEpoch: 3)
    plan.learningRate = .exponential(from: 1, rate: 0.1, floor: 0.5, every: 2)
    plan.gradientNorm = 1
    try damage(plan) { plan in
      use([plan.learningRate, plan.temperature, plan.weight], plan.stepCount)
    }
  }

  @Test(arguments: TextGAN.Settings.DiscriminatorKind.allCases)
  func adversaries(_ kind: TextGAN.Settings.DiscriminatorKind) throws {
    var model = TextModel.Settings(vocabularyCount: 5)
    model.hidden = 8
    model.embedding = 4
    var settings = TextGAN.Settings(model, length: 6)
    settings.discriminatorKind = kind
    settings.discriminatorWidths = [8]
    settings.features = 4
    settings.batchSize = 4
    let plan = settings.plan(epochs: 2, roundsPerEpoch: 3)
    try damage(plan) { plan in
      use([plan.temperature, plan.discriminatorRate, plan.generatorRate], plan.stepCount)
      _ = (plan.adversarialSteps, plan.pretrainingRate(0))
    }
    try damage(settings) { settings in
      guard settings.size.trainingBytes < 1e7 else { return }
      _ = try? Training(settings, plan: plan, key: RandomKey(0))
    }
  }

  @Test func streams() throws {
    var plan = StreamGAN.Hyperparameters.robust(categoryCount: 4)
    plan.settings.hiddenWidths = [3]
    try damage(plan.settings) { settings in
      guard settings.size.trainingBytes < 1e7 else { return }
      _ = Training(settings, plan: plan.plan, key: RandomKey(0))
    }
  }

  @Test func anErrorSaysWhereAndWhat() throws {
    let plan = DescentPlan(epochs: 2, stepsPerEpoch: 3)
    var json = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(plan)) as? [String: Any])
    var schedule = try #require(json["temperature"] as? [String: Any])
    schedule["every"] = 0
    json["temperature"] = schedule
    let data = try JSONSerialization.data(withJSONObject: json)
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DescentPlan.self, from: data)
    }
    #expect(
      error?.line == "temperature.every: found 0, expected a whole number from 1 to 2147483647")
  }

  /// Its values at the ends of a training are numbers.
  private func use(_ schedules: [Schedule], _ steps: Int) {
    for schedule in schedules {
      for step in [0, max(steps - 1, 0), steps] { _ = schedule(step) }
    }
  }

  /// Puts other values in the place of each one of a value's, and leaves each out.
  private func damage<T: Codable>(_ value: T, use: (T) -> Void) throws {
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
    let intact = try JSONDecoder().decode(
      T.self, from: JSONSerialization.data(withJSONObject: json))
    use(intact)
    var refused = 0
    for path in JSONPath.all(in: json) {
      for mutation in JSONPath.mutations {
        let data = try JSONSerialization.data(withJSONObject: path.replaced(in: json, by: mutation))
        do {
          use(try JSONDecoder().decode(T.self, from: data))
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > 0)
  }
}

/// A place in JSON.
struct JSONPath {
  private let steps: [String]

  /// What is put in the place of values; nil for nothing.
  static var mutations: [Any?] {
    [
      0, -1, 1e308, Int.max, Int.min, NSNull(), "text", 0.5, [Int](), [String: Int](), nil,
    ]
  }

  /// All places, those of objects and lists too.
  static func all(in json: Any, _ steps: [String] = []) -> [JSONPath] {
    let own = steps.isEmpty ? [] : [JSONPath(steps: steps)]
    if let object = json as? [String: Any] {
      return own + object.sorted { $0.key < $1.key }.flatMap { all(in: $1, steps + [$0]) }
    }
    if let list = json as? [Any] {
      return own + list.enumerated().flatMap { all(in: $1, steps + ["\($0)"]) }
    }
    return own
  }

  /// The whole with another value here.
  func replaced(in json: Any, by value: Any?) -> Any { replaced(in: json, steps[...], value) }

  private func replaced(in json: Any, _ rest: ArraySlice<String>, _ value: Any?) -> Any {
    guard let step = rest.first else { return value ?? NSNull() }
    if var object = json as? [String: Any] {
      let isLast = rest.count == 1
      object[step] =
        isLast && value == nil ? nil : replaced(in: object[step]!, rest.dropFirst(), value)
      return object
    }
    var list = json as! [Any]
    let index = Int(step)!
    if rest.count == 1, value == nil {
      list.remove(at: index)
    } else {
      list[index] = replaced(in: list[index], rest.dropFirst(), value)
    }
    return list
  }
}
