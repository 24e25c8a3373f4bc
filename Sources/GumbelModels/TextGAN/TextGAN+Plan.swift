import GumbelTraining

extension TextGAN.Settings {
  /// The usual plan: rates that end at a tenth along half a cosine, and the usual temperatures of the
  /// estimator, from 1 to 0.5 where it relaxes or perturbs, else a constant one. The inverse temperature
  /// grows exponentially, as in RelGAN (Nie et al. 2019).
  ///
  /// - Parameters:
  ///   - epochs: how many.
  ///   - roundsPerEpoch: in each.
  ///   - rate: the learning rate of both players in the first round.
  ///   - pretrainingEpochs: the first epochs, in which the generator is trained by likelihood and the
  ///     discriminator not at all.
  public func plan(
    epochs: Int, roundsPerEpoch: Int, rate: Double = 1e-3, pretrainingEpochs: Int = 0
  ) -> AdversarialPlan {
    var plan = AdversarialPlan(epochs: epochs, stepsPerEpoch: roundsPerEpoch)
    plan.momentum = 0.5
    plan.secondMomentum = 0.9
    plan.averageDecay = 0.999
    plan.pretrainingSteps = min(pretrainingEpochs, epochs) * roundsPerEpoch
    plan.change(
      temperature: usualTemperatures, discriminatorRate: (rate, rate / 10),
      generatorRate: (rate, rate / 10))
    return plan
  }
}
