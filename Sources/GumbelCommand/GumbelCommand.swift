import ArgumentParser

struct GumbelCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "gumbel",
    abstract: "Neural networks that make discrete choices.",
    discussion: """
      All is computed on the processor, unless --device asks for a GPU or another accelerator.

      EXAMPLES
        gumbel learn                     the article's experiment
        gumbel learn words.txt           learn the distribution of a file's lines
        gumbel vae train fashion-mnist   an autoencoder with discrete codes
        gumbel text grammar arithmetic --balanced
        gumbel text train names          a network that writes names
        gumbel sample --probabilities 0.5,0.2,0.3 --count 10
        gumbel fit levels.csv --column level --report levels.html
        gumbel explore                   the Gumbel-softmax trick in pictures
        gumbel estimators --problem k3   bias and variance of gradient estimators
        gumbel data                      sets of images and texts to learn from
        gumbel info                      what there is to compute on

      EXIT STATUS
        0    done
        1    a file cannot be read or written, or what is in it does not fit; a device
             is not there, or fails
        64   a mistake in the options, found before any file is read
        130  stopped by Ctrl-C; 143 by SIGTERM, 129 by SIGHUP
        141  the reader of standard output, such as head, had enough
      """,
    version: version,
    subcommands: [
      LearnCommand.self, VAECommand.self, TextCommand.self, SampleCommand.self, FitCommand.self,
      EstimatorsCommand.self, ExploreCommand.self, DataCommand.self, InfoCommand.self,
    ])
}
