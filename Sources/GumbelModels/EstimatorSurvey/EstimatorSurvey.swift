import GumbelEstimators
import GumbelMPI
import GumbelTensors

/// Which estimators are measured on which problems, at which temperatures.
package struct EstimatorSurvey {
  private let problems: [any EstimatorProblem]
  private let names: [String]
  private let temperatures: [Float]
  private let draws: Int
  private let key: RandomKey
  private let isPictured: Bool
  private let communicator: Communicator

  private static let sweptTemperatures: [Float] = [0.25, 0.5, 1, 1.5, 2]

  private typealias Task = (name: String, temperature: Float?)

  /// - Parameters:
  ///   - names: of estimators; empty for all that apply.
  ///   - temperatures: empty for each estimator's own.
  ///   - isPictured: whether temperatures are swept, and the binary toy is trained on.
  ///   - communicator: processes that share the draws.
  package init(
    problems: [any EstimatorProblem], names: [String], temperatures: [Float], draws: Int,
    key: RandomKey, isPictured: Bool, among communicator: Communicator = .single
  ) {
    self.problems = problems
    self.names = names
    self.temperatures = temperatures
    self.draws = draws
    self.key = key
    self.isPictured = isPictured
    self.communicator = communicator
  }

  /// All that there is to do, in draws.
  package var work: Int {
    problems.reduce(0) { sum, problem in
      let training = problem.target == nil || !isPictured ? 0 : ToyTraining.steps
      return sum + ((rows(problem).count + sweep(problem).count) * draws)
        + training * applicable(problem).count
    }
  }

  /// Measures everything; `progress` is told of the work done, and may throw to end it.
  package func measure(progress: (Int) throws -> Void) throws -> [MeasuredProblem] {
    try problems.map { problem in
      let problemKey = key.folding(in: problem.name)
      func measure(_ tasks: [Task]) throws -> [MeasuredProblem.Row] {
        try tasks.map { task in
          let found = try problem.measure(
            task.name, temperature: task.temperature, draws: draws, key: problemKey,
            among: communicator, progress: progress)
          // Exact enumeration draws less than it is asked to.
          try progress(max(draws - found.draws, 0))
          return MeasuredProblem.Row(temperature: task.temperature, measurement: found)
        }
      }
      var result = MeasuredProblem(problem: problem)
      result.rows = try measure(rows(problem))
      result.sweep =
        isPictured && !temperatures.isEmpty
        ? result.rows.filter { $0.temperature != nil }
        : try measure(sweep(problem))
      if isPictured, let target = problem.target {
        result.training = try ToyTraining(
          target: target, estimators: applicable(problem), key: key.folding(in: "training"),
          progress: progress)
      }
      return result
    }
  }

  private func applicable(_ problem: any EstimatorProblem) -> [String] {
    problem.estimatorNames.filter { names.isEmpty || names.contains($0) }
  }

  private func rows(_ problem: any EstimatorProblem) -> [Task] {
    applicable(problem).flatMap { name -> [Task] in
      if temperatures.isEmpty || !problem.hasTemperature(name) { return [(name, nil)] }
      return temperatures.map { (name, $0) }
    }
  }

  private func sweep(_ problem: any EstimatorProblem) -> [Task] {
    guard isPictured, temperatures.isEmpty else { return [] }
    return applicable(problem).filter(problem.hasTemperature).flatMap { name in
      Self.sweptTemperatures.map { (name, $0) }
    }
  }
}

/// A problem with the measurements made on it.
package struct MeasuredProblem {
  package struct Row {
    /// Nil where there is none, or it is the estimator's own.
    package let temperature: Float?
    package let measurement: GradientMeasurement
  }

  package let problem: any EstimatorProblem
  /// What tables show.
  package internal(set) var rows: [Row] = []
  /// The same estimators at a range of temperatures, for lines in pictures.
  package internal(set) var sweep: [Row] = []
  /// Of the binary toy.
  package internal(set) var training: ToyTraining?
}
