import GumbelTensors

/// One step of a recurrent network: a value.
///
/// What depends on the input alone is a function of its own, ``projection(of:)``, so that it can be
/// computed for all steps in one product, or for each token of a vocabulary once.
public protocol RecurrentCell: TensorGroup, Sendable {
  /// What is carried from step to step.
  associatedtype State: TensorGroup
  /// The innermost extent of what comes in.
  var inputSize: Int { get }
  /// The innermost extent of what the cell shows.
  var hiddenSize: Int { get }
  /// A state of zeros.
  func initialState(batch: Int) -> State
  /// What depends on the input alone: […, input] gives […, gates].
  func projection(of input: Tensor) -> Tensor
  /// One step, from projected input [batch, gates].
  func callAsFunction(projected: Tensor, _ state: State) -> State
  /// What the cell shows: [batch, hidden].
  func output(of state: State) -> Tensor
}

extension RecurrentCell {
  /// One step, from input [batch, input].
  public func callAsFunction(_ input: Tensor, _ state: State) -> State {
    self(projected: projection(of: input), state)
  }
}
