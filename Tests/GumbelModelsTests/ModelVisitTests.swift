import GumbelLayers
import GumbelModels
import GumbelTensors
import Testing
import _GumbelTestSupport

/// What a model forgets to visit does not learn, and a setting that it forgets to note lets another
/// model's plan be replayed for it.
@Suite struct ModelVisitTests {
  private static let key = RandomKey(1)
  private static let image = VAE.ImageShape(height: 8, width: 8)
  private static let estimators = ["gumbel-softmax", "relax", "rloo"]

  @Test(arguments: estimators) func imageModels(_ estimator: String) throws {
    var classes = SemiSupervisedVAE.Settings(image: Self.image, classCount: 3)
    classes.estimator = estimator
    classes.likelihood = .gaussian(scale: nil)
    #expect(forgottenParts(in: try SemiSupervisedVAE(classes, key: Self.key)) == [])

    var halves = StructuredPrediction.Settings(image: Self.image)
    halves.layers = [.bernoulli(3), .categorical(variables: 2, classes: 3)]
    halves.estimator = estimator
    #expect(forgottenParts(in: try StructuredPrediction(halves, key: Self.key)) == [])
  }

  @Test func vectorQuantisers() throws {
    let networks: [VectorQuantiser.Network] = [
      .patches(size: 4, widths: [16]), .convolutional(channels: [2, 3]),
    ]
    for network in networks {
      var settings = VectorQuantiser.Settings(image: Self.image)
      settings.network = network
      settings.likelihood = .gaussian(scale: nil)
      #expect(forgottenParts(in: try VectorQuantiser(settings, key: Self.key)) == [])
    }
  }

  @Test(arguments: TextModel.NetworkKind.allCases) func textModels(
    _ kind: TextModel.NetworkKind
  ) throws {
    var settings = TextModel.Settings(vocabularyCount: 4)
    settings.kind = kind
    settings.hidden = 8
    settings.embedding = 8
    settings.layers = 2
    settings.dropout = 0.5
    for isTied in [false, true] {
      settings.tiesWeights = isTied
      #expect(forgottenParts(in: try TextModel(settings, key: Self.key)) == [])
    }
  }

  /// The stream GAN notes its settings' hash, computed once: its steps are so short that hashing them
  /// each time would be seen.
  @Test func streamGANs() {
    let settings = StreamGAN.Hyperparameters.robust(categoryCount: 5).settings
    let network = StreamGAN(settings, key: Self.key)
    #expect(forgottenTensors(in: network) == [])
    #expect(forgottenSettings(in: network) == ["StreamGAN.settingsHash is not noted"])
  }
}
