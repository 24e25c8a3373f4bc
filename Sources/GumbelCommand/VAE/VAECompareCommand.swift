import ArgumentParser
import GumbelCLibrary
import GumbelFiles
import SwiftGumbel

extension CompareTask: ExpressibleByArgument {}

struct VAECompareCommand: WorkSharingCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Train the same network with several gradient estimators, and compare.",
    discussion: """
      One network an estimator and seed is trained on the same batches, from the same first \
      weights, for as many steps. All are then measured alike on the test images, with exact draws \
      of the discrete variables. Pixels are made black or white once, each with its value as \
      probability.

      TASKS
        vae         autoencoders; the temperature of relaxed draws is annealed
        structured  the lower half of images from the upper one, through two layers of
                    random variables; temperature 1

      The estimators are those of gumbel estimators, and annealed-straight-through, whose gradient \
      becomes steeper. --plot draws the bounds after every epoch. With --json, what is done is kept \
      in the file after each training; the same command with --resume goes on from there. A file \
      that exists is not replaced without --overwrite.

      EXAMPLES
        gumbel vae compare fashion-mnist --epochs 5
        gumbel vae compare fashion-mnist --task structured --latent bernoulli:200
        gumbel vae compare fashion-mnist --learning-rate rloo=0.001 --seeds 3
        gumbel vae compare fashion-mnist --json compared.json --report compared.html
      """)

  @OptionGroup(title: "Data") var source: VAEDataOptions
  @Option("vae or structured.", valueName: "name") var task = CompareTask.vae
  @Option(
    "The discrete variables: categorical:20x10 or bernoulli:200; two layers of them for "
      + "structured.", valueName: "kind:size")
  var latent = "categorical:20x10"
  @Option(
    "Train with this estimator; may be repeated. By default with the usual ones.",
    valueName: "name", completion: .estimator)
  var estimator: [String] = []
  @Option(
    "From pixels to codes, with --task vae: linear, mlp:512,256. (default: linear)",
    valueName: "layers")
  var encoder: String?
  @Option("From codes to pixels, with --task vae. (default: linear)", valueName: "layers")
  var decoder: String?
  @Option("Times that each training image is seen.", valueName: "n") var epochs = 20
  @Option(
    "Images of a step (default: 100, or all training images where there are fewer).",
    valueName: "n")
  var batchSize: Int?
  @Option(
    "Adam's, of all (default: 0.001) or, as name=x, of one estimator; may be repeated.",
    valueName: "x")
  var learningRate: [String] = []
  @Option(
    "Annealed temperatures are e^(-r step), down to 0.5, with --task vae. (default: 0.0001)",
    valueName: "r")
  var annealRate: Double?
  @Option(
    "Trainings with each estimator: with --seed and the seeds that follow it.", valueName: "n")
  var seeds = 1
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option("Draws of each test image at the end.", valueName: "m") var samples = 100
  @Option("Measure on the first n test images alone.", valueName: "n") var testImages: Int?
  @OptionGroup var results: ResultOptions
  @OptionGroup var keeping: ResumeOptions
  @OptionGroup var progress: ProgressOption

  func validate() throws {
    _ = try LearningRates(learningRate, contenders(for: checkedLatent()))
    try OptionChecks.count(epochs, "--epochs", upTo: 1_000_000)
    try OptionChecks.count(batchSize, "--batch-size", upTo: 1_000_000)
    try OptionChecks.count(seeds, "--seeds", upTo: 1000)
    try OptionChecks.count(samples, "--samples", upTo: 1_000_000)
    try OptionChecks.count(testImages, "--test-images")
    try OptionChecks.notNegative(annealRate, "--anneal-rate", upTo: 1)
    try keeping.check(keptBy: keptPath, expected: "--json with the file to go on from")
    try checkUse()
    for (name, text) in [("--encoder", encoder), ("--decoder", decoder)] {
      if let text { _ = try network(text, name) }
    }
  }

  func run() throws {
    try Processes.join("gumbel vae compare")
    try device.use(quiet: progress.isQuiet)
    let latent = try checkedLatent()
    let contenders = try contenders(for: latent)
    let rates = try LearningRates(learningRate, contenders)
    try results.checkWritable()
    if Processes.isFirst, let json = results.json, !keeping.resume, !keeping.overwrite,
      holdsSomething(json)
    {
      throw CommandFailure(
        "\(json): exists already; expected another file, --resume to go on with the comparison in "
          + "it, or --overwrite to lose what it holds")
    }
    let (encoder, decoder) = (encoder ?? "linear", decoder ?? "linear")
    let networks = (try network(encoder, "--encoder"), try network(decoder, "--decoder"))
    let images = try source.load()
    let batchSize = batchSize ?? min(100, images.train.count)
    try OptionChecks.batchSize(batchSize, of: images.train.count, "images")
    _ = try OptionChecks.steps(
      epochs: epochs, stepsPerEpoch: images.train.count / batchSize)
    let comparison = Comparison(
      settings: CompareResult.Settings(
        data: images.train.name, fingerprint: String(images.train.fingerprint, radix: 16),
        task: task, latent: latent.rawValue, encoder: encoder,
        decoder: decoder, epochs: epochs, batchSize: batchSize,
        trainingImages: images.train.count,
        testImages: min(testImages ?? images.test.count, images.test.count), samples: samples,
        annealRate: annealRate ?? 1e-4, seed: seed.number),
      latent: latent, networks: networks,
      train: images.train.binarised(.fixed, key: RandomKey(0).folding(in: "training images")),
      test: images.test.binarised(.fixed, key: RandomKey(0).folding(in: "test images")),
      showsProgress: !progress.isQuiet)
    try comparison.check(contenders)

    var result = CompareResult(settings: comparison.settings)
    if keeping.resume {
      let text = try Processes.fromFirst { try JSON.text(of: earlier(comparison.settings)) }
      result = try JSON.value(
        CompareResult.self, from: text!, path: "process 0", expected: "a comparison")
    }
    var trainings = (UInt64(0)..<UInt64(seeds)).flatMap { run in
      contenders.map { (contender: $0, seed: seed.number &+ run, rate: rates[$0]) }
    }
    trainings.removeAll { training in
      result.runs.contains {
        $0.estimator == training.contender.name && $0.seed == training.seed
          && $0.learningRate == training.rate
      }
    }
    // Whole trainings side by side, one a process.
    let group = Processes.group
    for first in stride(from: 0, to: trainings.count, by: group.count) {
      let own = first + group.rank
      var found: [CompareResult.Run?] = []
      if own < trainings.count {
        let training = trainings[own]
        found = [
          try comparison.run(
            training.contender, seed: training.seed, learningRate: training.rate)
        ]
      }
      let all =
        group.count == 1
        ? found
        : try Processes.gather(JSON.text(of: found)).flatMap { text in
          try JSON.value(
            [CompareResult.Run?].self, from: text, path: "another process", expected: "trainings")
        }
      result.runs += all.compactMap(\.self)
      if let keptPath, Processes.isFirst, all.contains(where: { $0 != nil }) {
        try OutputFile.write(JSON.text(of: result) + "\n", to: keptPath)
        LastWords.keep("the comparison in \(keptPath)", in: keptPath)
      }
      if all.contains(where: { $0 == nil }) { return try stop(result, latent) }
    }
    guard Processes.isFirst else { return }
    result.sort(by: contenders)
    try write(result, latent)
  }

  // MARK: - Options

  /// The file that has what is done.
  private var keptPath: String? { results.json == StandardOutput.argument ? nil : results.json }

  private func checkedLatent() throws -> VAE.Latent {
    guard let latent = VAE.Latent(rawValue: latent),
      ["bernoulli", "categorical"].contains(latent.kind)
    else {
      throw ValidationError(
        "--latent \(latent): expected discrete variables of one kind, such as categorical:20x10 or "
          + "bernoulli:200")
    }
    return latent
  }

  private func contenders(for latent: VAE.Latent) throws -> [CompareContender] {
    if estimator.isEmpty { return CompareContender.usual(for: latent) }
    var contenders: [CompareContender] = []
    for name in estimator {
      guard let contender = CompareContender(name, for: latent) else {
        throw ValidationError(
          "--estimator \(name): no such estimator for \(latent), expected one of "
            + CompareContender.names(for: latent).joined(separator: ", "))
      }
      if !contenders.contains(contender) { contenders.append(contender) }
    }
    return contenders
  }

  /// Throws where an option would not be heeded.
  private func checkUse() throws {
    guard task == .structured else { return }
    for (name, isGiven) in [("--encoder", encoder != nil), ("--decoder", decoder != nil)]
    where isGiven {
      throw ValidationError("\(name): expected --task vae, which has an encoder and a decoder")
    }
    if annealRate != nil {
      throw ValidationError("--anneal-rate: expected --task vae, whose temperature is annealed")
    }
  }

  private func network(_ text: String, _ option: String) throws -> VAE.Network {
    guard let network = VAE.Network(rawValue: text) else {
      throw ValidationError(
        "\(option) \(text): expected linear, or mlp: and widths as in mlp:512,256")
    }
    return network
  }

  /// What the file of an earlier call has.
  private func earlier(_ settings: CompareResult.Settings) throws -> CompareResult {
    guard let json = results.json, access(json, F_OK) == 0 else {
      return CompareResult(settings: settings)
    }
    let expected = "what gumbel vae compare --json wrote"
    let bytes = try RunFile.bytes(
      of: json, limit: RunFile.Limit.measurements, expected: expected)
    let found = try JSON.value(
      CompareResult.self, from: String(decoding: bytes, as: UTF8.self), path: json,
      expected: expected)
    guard found.settings.agrees(with: settings) else {
      throw CommandFailure(
        "\(json): is of a comparison with other options or data; expected the same to go on")
    }
    LastWords.keep("the comparison in \(json)", in: json)
    return found
  }

  // MARK: - Results

  private func write(_ result: CompareResult, _ latent: VAE.Latent) throws {
    let table = CompareTable(result: result, latent: latent)
    try results.write(
      result, or: table.text, figure: ComparePictures(result: result).figure,
      page: CompareReport(table: table, command: Array(CommandLine.arguments.dropFirst())).html)
  }

  private func stop(_ result: CompareResult, _ latent: VAE.Latent) throws {
    Interruption.beginSaving()
    if !Processes.isFirst { throw ExitCode(Interruption.exitStatus) }
    if !result.runs.isEmpty { try write(result, latent) }
    throw CommandEnd.stop(
      "after " + counted(result.runs.count, "training")
        + (keptPath != nil ? "; go on with the same command and --resume" : ""))
  }
}

/// The learning rate of each estimator.
private struct LearningRates {
  private var common = 0.001
  private var own: [String: Double] = [:]

  init(_ texts: [String], _ contenders: [CompareContender]) throws {
    for text in texts {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard let rate = Double(parts.last!), rate > 0, rate <= 100, parts.count <= 2 else {
        throw ValidationError(
          "--learning-rate \(text): expected a number above 0 and up to 100, or an estimator's as "
            + "in rloo=0.001")
      }
      guard parts.count == 2 else {
        common = rate
        continue
      }
      let name = String(parts[0])
      guard contenders.contains(where: { $0.name == name }) else {
        throw ValidationError(
          "--learning-rate \(text): \(name) is not compared, expected one of "
            + contenders.map(\.name).joined(separator: ", "))
      }
      own[name] = rate
    }
  }

  subscript(contender: CompareContender) -> Double { own[contender.name] ?? common }
}

extension CompareResult {
  /// Puts the runs in the order of the estimators, those with other ones last.
  fileprivate mutating func sort(by contenders: [CompareContender]) {
    func place(_ run: Run) -> Int {
      contenders.firstIndex { $0.name == run.estimator } ?? contenders.count
    }
    runs.sort { place($0) < place($1) }
  }
}
