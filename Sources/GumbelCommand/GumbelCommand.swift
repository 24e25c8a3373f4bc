import Models
import Tensors
import Training

@main
struct GumbelCommand {
  static func main() throws {
    let eager = CommandLine.arguments.contains("--eager")
    let n = Int(CommandLine.arguments.dropFirst().first ?? "") ?? 200
    var plan = StreamGAN.Plan.article()
    plan.epochs = n
    var training = StreamGANTraining(plan, key: RandomKey(42))
    var source = SyntheticSource(
      probabilities: SyntheticSource.articleProbabilities, key: RandomKey(43))
    let start = ContinuousClock.now
    _ = try training.run(
      on: &source, loop: TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.roundsPerEpoch),
      compiled: !eager)
    print(ContinuousClock.now - start)
    print(training.gan.learned, training.losses.last!)
  }
}
