import ArgumentParser

struct VAECommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vae",
    abstract: "Variational autoencoders of images, with discrete or continuous codes.",
    discussion: """
      A variational autoencoder learns a short code for images: an encoder gives each image a \
      distribution over codes, a decoder makes an image of a code. The codes are categories, bits, \
      normal numbers, or several of these; gradients pass through discrete codes by an estimator, \
      such as Gumbel-softmax.

      A run is kept in a directory, and the other commands read the network from there.

      EXAMPLES
        gumbel vae train fashion-mnist --checkpoint run
        gumbel vae evaluate fashion-mnist --checkpoint run --samples 1000
        gumbel vae generate --checkpoint run --count 64 --output samples.png
        gumbel vae reconstruct fashion-mnist --checkpoint run --output pairs.png
        gumbel vae interpolate fashion-mnist --checkpoint run --output ways.png
        gumbel vae encode fashion-mnist --checkpoint run --output codes.npy
        gumbel vae compare fashion-mnist --estimator gumbel-softmax --estimator rloo
      """,
    subcommands: [
      VAETrainCommand.self, VAEEvaluateCommand.self, VAEGenerateCommand.self,
      VAEReconstructCommand.self, VAEInterpolateCommand.self, VAEEncodeCommand.self,
      VAECompareCommand.self,
    ])
}
