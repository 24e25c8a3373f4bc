import ArgumentParser
import SwiftGumbel

/// A command that trains one network, or a group of them with several seeds and settings.
protocol GroupedCommand: TrainingCommand, WorkSharingCommand {
  /// What is learned from: read once, for all.
  associatedtype Source
  associatedtype Trainer: GroupedTrainer where Trainer.Description == Description

  /// The long names of options that may be swept: those that leave the data and what is measured as
  /// they are.
  static var sweepable: [String] { get }

  var group: GroupOptions { get }
  var choosing: ValidationOptions { get set }
  var seed: SeedOption { get }
  var device: DeviceOptions { get }
  var results: ResultOptions { get }

  /// Reads the data.
  ///
  /// - Parameter run: one that has begun and goes on; nil where none has.
  func load(for run: Description?) throws -> Source
  /// The run that the options ask for, with so many epochs.
  func wanted(_ source: Source, epochs: Int?) throws -> Description
  /// Begins a run, or takes it up where its directory has it.
  func makeTrainer(_ source: Source, epochs: Int?) throws -> Trainer
}

/// What trains one run of a command.
protocol GroupedTrainer {
  associatedtype Description: RunDescription
  associatedtype Command: GroupedCommand

  var run: Description { get }
  var stepsDone: Int { get }
  var seconds: Double { get }
  var parameters: Int { get }
  var validation: ValidationResult? { get }
  /// What was measured on what is held out, after each epoch.
  var validationCurve: [Double] { get }
  /// Whether ``train(_:savingEvery:until:)`` has returned since the time was over.
  var isTimeOver: Bool { get }

  /// What is measured on what is held out, and whether more of it is better.
  static var validationMeasure: (name: String, moreIsBetter: Bool) { get }

  /// Trains to the end of the plan; false if it was stopped before.
  func train(
    _ view: TrainingView, savingEvery interval: Duration, until deadline: ContinuousClock.Instant?
  ) throws -> Bool

  /// What is measured at the end, for tables of several runs; nil if that was stopped.
  func finalMeasures(_ command: Command) throws -> [GroupResult.Measure]?
}

extension GroupedCommand {
  /// Whether several trainings are asked for, or were in the directory that is to go on.
  func isGroup() throws -> Bool {
    guard let checkpoint = keeping.checkpoint else { return false }
    let holdsGroup = try Processes.fromFirst { GroupDirectory.holdsGroup(checkpoint) ? "" : nil }
    if group.given != nil || keeping.resume { return group.given != nil || holdsGroup != nil }
    if holdsGroup != nil {
      throw CommandFailure(
        "\(checkpoint): holds the runs of --seeds or --sweep; expected another directory, or --resume "
          + "to go on with them")
    }
    return false
  }
}
