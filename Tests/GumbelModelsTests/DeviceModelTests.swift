import GumbelDatasets
import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestDevice

@testable import GumbelModels

/// The training steps of all models on XLA's plug-in for processors, against the host's: the same draws,
/// and what is computed of them up to rounding.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized)
struct DeviceModelTests {
  let device: Device

  init() throws { device = try Device(plugin: XLAPlugin.path!) }

  /// Trains on both, and compares every term of every tenth step.
  private func check<Subject: Trainable>(
    _ training: Training<Subject>, on device: Device? = nil, against reference: Device = .host,
    steps: Int = 50, tolerance: Float = 2e-3, _ name: String, batch: (Int) -> Subject.Batch
  ) {
    let device = device ?? self.device
    func step(on device: Device) -> Compiled<Training<Subject>, Subject.Batch, [Tensor]> {
      compile(on: device) { (training: inout Training<Subject>, batch: Subject.Batch) in
        training.trainStep(on: batch)
      }
    }
    let (hostStep, deviceStep) = (step(on: reference), step(on: device))
    var (host, remote) = (training, training)
    for i in 0..<steps {
      host.setRates(at: i)
      remote.setRates(at: i)
      let batch = batch(i)
      let (a, b) = (hostStep(&host, batch), deviceStep(&remote, batch))
      if i % 10 != 0, i != steps - 1 { continue }
      for (a, b) in zip(a, b) {
        let distance = abs(a.scalar - b.scalar)
        #expect(
          distance <= tolerance * max(1, abs(a.scalar)),
          "\(name), step \(i): \(a.scalar) on \(reference), \(b.scalar) on \(device)")
      }
    }
    #expect(deviceStep.recordingCount <= 2)
  }

  private func check(_ settings: VAE.Settings, _ name: String) throws {
    var plan = Patterns.plan(epochs: 1, steps: 50)
    plan.temperature = .exponential(from: 1, rate: 0.01, floor: 0.5)
    check(try Training(settings, plan: plan, key: RandomKey(5)), name) { Patterns.batch(step: $0) }
  }

  @Test(
    arguments: CategoricalLatents.estimatorNames.map { ("categorical:3x4", $0) }
      + BernoulliLatents.estimatorNames.map { ("bernoulli:6", $0) })
  func discreteAutoencoders(_ latents: String, _ estimator: String) throws {
    let settings = Patterns.settings(latents) {
      $0.estimator = estimator
      $0.boundSamples = estimator == "vimco" ? 2 : 1
    }
    try check(settings, "\(latents), \(estimator)")
  }

  @Test(arguments: ["gaussian:4", "gaussian:3+categorical:2x3"])
  func convolutionalAutoencoders(_ latents: String) throws {
    let settings = Patterns.settings(latents) {
      $0.encoder = .convolutional([4, 8])
      $0.decoder = .convolutional([8, 4])
    }
    try check(settings, latents)
  }

  private static let strings = try! TextSet(
    ["ab", "abc", "aabbc", "ca", "bcbc", "a"], name: "strings")

  private func textTraining(
    _ kind: TextModel.NetworkKind
  ) throws -> Training<Descent<TextModel, Adam>> {
    var settings = TextModel.Settings(vocabularyCount: Self.strings.vocabulary.count)
    (settings.kind, settings.hidden, settings.embedding) = (kind, 8, 8)
    (settings.layers, settings.dropout) = (2, 0.2)
    var plan = DescentPlan(epochs: 1, stepsPerEpoch: 50)
    plan.gradientNorm = 1
    let model = try TextModel(settings, key: RandomKey(5))
    return Training(Descent(model, plan: plan), key: RandomKey(6))
  }

  @Test(arguments: TextModel.NetworkKind.allCases)
  func textModels(_ kind: TextModel.NetworkKind) throws {
    check(try textTraining(kind), "\(kind)") { _ in Self.strings.batch([0, 1, 2, 3, 4, 5]) }
  }

  @Test(arguments: TextGAN.Settings.DiscriminatorKind.allCases)
  func textGANs(_ kind: TextGAN.Settings.DiscriminatorKind) throws {
    var settings = Sums.settings(hidden: 8)
    settings.discriminatorKind = kind
    let plan = Sums.plan(settings, epochs: 1, rounds: 50)
    check(
      try Training(settings, plan: plan, key: RandomKey(4)), steps: 20, tolerance: 1e-2, "\(kind)"
    ) { _ in Sums.strings }
  }

  @Test(arguments: StreamGAN.Settings.Sampling.allCases)
  func streamGANs(_ sampling: StreamGAN.Settings.Sampling) throws {
    try checkStreamGAN(sampling)
  }

  private func checkStreamGAN(
    _ sampling: StreamGAN.Settings.Sampling, on device: Device? = nil,
    against reference: Device = .host
  ) throws {
    var plan = StreamGAN.Hyperparameters.article()
    plan.settings.sampling = sampling
    plan.settings.hiddenWidths = [8]
    plan.settings.smoothsRealRows = true
    plan.discriminatorSteps = 2
    plan.averageDecay = 0.9
    plan.temperature = (2, 0.5)
    let training = Training(plan, key: RandomKey(3))
    var source = SyntheticSource(probabilities: [0.2, 0.3, 0.5, 0, 0], key: RandomKey(4))
    let shape = StreamGAN.batchShape(plan.settings, plan.plan)
    var batches: [Tensor] = []
    for i in 0..<50 { batches.append(try #require(try source.batch(of: shape, round: i))) }
    check(training, on: device, against: reference, "\(sampling)") { batches[$0] }
  }

  /// Several devices share the batches, whole shares and others.
  @Test(arguments: [2, 4])
  func severalDevices(_ count: Int) throws {
    let devices = try Device(plugin: XLAPlugin.path!, indices: 0..<count)
    let images = try Training(
      Patterns.settings("gaussian:3+categorical:2x3") {
        $0.encoder = .convolutional([4, 8])
        $0.decoder = .convolutional([8, 4])
      }, plan: Patterns.plan(epochs: 1, steps: 20), key: RandomKey(5))
    // Two devices share them evenly, and four do not.
    let (rows, columns) = count == 2 ? (32, [0, 1, 2, 3]) : (27, [0, 1, 2, 3, 4, 5])
    check(images, on: devices, against: device, steps: 20, "\(rows) images") {
      Patterns.batch(rows, step: $0)
    }
    for kind in [TextModel.NetworkKind.lstm, .transformer] {
      check(try textTraining(kind), on: devices, against: device, steps: 20, "\(kind)") { _ in
        Self.strings.batch(columns)
      }
    }
    let settings = Sums.settings(hidden: 8)
    check(
      try Training(
        settings, plan: Sums.plan(settings, epochs: 1, rounds: 50), key: RandomKey(4)),
      on: devices, against: device, steps: 11, tolerance: 1e-2, "strings"
    ) { _ in Sums.strings }
    try checkStreamGAN(.soft, on: devices, against: device)
  }

  @Test func otherImageModels() throws {
    let images = SyntheticImages(classes: 4)
    let plan = DescentPlan(epochs: 1, stepsPerEpoch: 50)

    var quantiser = VectorQuantiser.Settings(image: VAE.ImageShape(height: 6, width: 6))
    quantiser.network = .patches(size: 3, widths: [8])
    let network = try VectorQuantiser(quantiser, key: RandomKey(1))
    check(Training(Descent(network, plan: plan), key: RandomKey(7)), "vector quantisation") {
      images.batch($0).pixels
    }

    var classes = SemiSupervisedVAE.Settings(image: images.shape, classCount: 4)
    classes.style = .gaussian(2)
    let (labelled, labels) = images.batch(1_000_000, count: 24)
    for estimator in ["exact", "gumbel-softmax", "rloo"] {
      classes.estimator = estimator
      let network = try SemiSupervisedVAE(classes, key: RandomKey(3))
      check(Training(Descent(network, plan: plan), key: RandomKey(7)), "labels, \(estimator)") {
        SemiSupervisedVAE.Batch(
          unlabelled: images.batch($0).pixels, labelled: labelled, labels: labels)
      }
    }

    var halves = StructuredPrediction.Settings(image: images.shape)
    halves.layers = [.bernoulli(5), .categorical(variables: 2, classes: 3)]
    let prediction = try StructuredPrediction(halves, key: RandomKey(6))
    check(Training(Descent(prediction, plan: plan), key: RandomKey(7)), "halves") {
      images.batch($0).pixels
    }
  }
}
