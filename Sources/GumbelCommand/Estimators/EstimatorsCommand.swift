import ArgumentParser
import SwiftGumbel

extension EstimatorProblems.Choice: ExpressibleByArgument {}

struct EstimatorsCommand: WorkSharingCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimators",
    abstract: "Measure bias and variance of gradient estimators.",
    discussion: """
      A gradient does not pass through a draw. There are many ways to estimate what it would be, \
      and each has a bias, a variance and a cost. They are measured here on problems small enough \
      that the exact gradient is known.

      PROBLEMS
        k3      one choice of 3 classes, with a cost that is not quadratic
        binary  one binary choice, E (b − t)² for t = 0.45, 0.49 and 0.499
        joint   4 choices of 8 classes, decoded by a random network

      rebar and relax train their control variates for 500 steps before they are measured. All but \
      the times follows from --seed. --plot draws bias against variance, and training curves.

      EXAMPLES
        gumbel estimators --problem k3
        gumbel estimators --report estimators.html
        gumbel estimators --estimator reinmax --estimator rloo --json -
        gumbel estimators --temperature 0.5 --temperature 1 --plot heat.svg
      """)

  @Option("k3, binary, joint or all.", valueName: "name") var problem = EstimatorProblems.Choice.all
  @Option(
    "Measure this estimator alone; may be repeated. By default all that apply.",
    valueName: "name", completion: .estimator)
  var estimator: [String] = []
  @Option("How many gradients to draw with each estimator.", valueName: "n") var draws = 100_000
  @Option(
    "The temperature of those that have one; may be repeated. By default each one's own.",
    valueName: "t")
  var temperature: [Float] = []
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup var results: ResultOptions
  @OptionGroup var progress: ProgressOption

  func validate() throws {
    try OptionChecks.count(draws, "--draws", upTo: 1_000_000_000)
    for value in temperature where !(value > 0 && value.isFinite) {
      throw ValidationError("--temperature \(value): expected a number above 0")
    }
    let known = Bernoulli<Tensor>.builtInEstimators
    for name in estimator {
      guard known.contains(where: { $0.name == name }) else {
        throw ValidationError(
          "--estimator \(name): no such estimator, expected one of "
            + known.map(\.name).joined(separator: ", "))
      }
      guard problem.estimatorNames.contains(name) else {
        throw ValidationError(
          "--estimator \(name): is for binary choices, and --problem \(problem.rawValue) has none; "
            + "expected --problem binary")
      }
    }
    if !temperature.isEmpty, !estimator.isEmpty,
      !known.contains(where: { estimator.contains($0.name) && $0.hasTemperature })
    {
      throw ValidationError(
        "--temperature: no temperature is in \(estimator.joined(separator: ", ")); expected none")
    }
  }

  func run() throws {
    try Processes.join("gumbel estimators")
    try device.use(quiet: progress.isQuiet)
    try results.checkWritable()
    let survey = EstimatorSurvey(
      problems: problems, names: estimator, temperatures: temperature, draws: draws,
      key: seed.key, isPictured: results.isPictured, among: Processes.group)
    let progress = self.progress.isQuiet ? nil : ProgressBar(title: "measuring")
    progress?.start(at: 0, of: survey.work)
    var done = 0
    let measured = try survey.measure { work in
      done += work
      progress?.update(done, metrics: [])
      if Processes.isStopAgreed {
        if !Processes.isFirst { throw ExitCode(Interruption.exitStatus) }
        throw CommandEnd.stop("before all was measured; nothing was written")
      }
    }
    progress?.finish()
    if Processes.isFirst { try write(measured) }
  }

  /// Those to which one of the estimators that were asked for applies.
  private var problems: [any EstimatorProblem] {
    EstimatorProblems.named(problem).filter { problem in
      estimator.isEmpty || estimator.contains { problem.estimatorNames.contains($0) }
    }
  }

  // MARK: - Results

  private func write(_ measured: [MeasuredProblem]) throws {
    let tables = measured.map { EstimatorsTable(measured: $0) }
    try results.write(
      EstimatorsResult(measured),
      or: (tables.map(\.text) + [EstimatorsTable.legend]).joined(separator: "\n\n"),
      figure: EstimatorPictures.figure(of: measured),
      page: EstimatorsReport(tables: tables, draws: draws, seed: seed.number).html)
  }
}
