import SwiftGumbel

/// How a network of texts is trained, by either objective.
enum TextPlan: TrainingPlan {
  case likelihood(DescentPlan)
  case adversarial(TextGAN.Settings, AdversarialPlan)

  var epochs: Int {
    get { steps.epochs }
    set {
      switch self {
      case .likelihood(var plan):
        plan.epochs = newValue
        self = .likelihood(plan)
      case .adversarial(let settings, var plan):
        plan.epochs = newValue
        self = .adversarial(settings, plan)
      }
    }
  }

  var stepsPerEpoch: Int { steps.stepsPerEpoch }

  private var steps: any TrainingPlan {
    switch self {
    case .likelihood(let plan): plan
    case .adversarial(_, let plan): plan
    }
  }

  /// Of the two players; nil by likelihood alone.
  var adversarialSettings: TextGAN.Settings? {
    if case .adversarial(let settings, _) = self { settings } else { nil }
  }

  var gradientNorm: Float? {
    switch self {
    case .likelihood(let plan): plan.gradientNorm
    case .adversarial(_, let plan): plan.gradientNorm
    }
  }

  /// The network's learning rate at a step.
  func learningRate(_ step: Int) -> Double {
    switch self {
    case .likelihood(let plan): plan.learningRate(step)
    case .adversarial(_, let plan):
      step < plan.pretrainingSteps
        ? plan.pretrainingRate(step) : plan.generatorRate(step - plan.pretrainingSteps)
    }
  }

  private enum Key: CodingKey { case network }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    if let settings = try values.decodeIfPresent(TextGAN.Settings.self, forKey: .network) {
      self = .adversarial(settings, try AdversarialPlan(from: decoder))
    } else {
      self = .likelihood(try DescentPlan(from: decoder))
    }
  }

  func encode(to encoder: any Encoder) throws {
    try steps.encode(to: encoder)
    if let settings = adversarialSettings {
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(settings, forKey: .network)
    }
  }
}
