import GumbelLayers
import GumbelTensors

/// What a network of texts carries from token to token.
public struct TextState: TensorGroup, Sendable {
  /// The tensors, in the network's own order.
  public var tensors: [Tensor]

  /// Creates a state of tensors.
  public init(_ tensors: [Tensor]) { self.tensors = tensors }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("tensors", &tensors)
  }
}

/// What stands between the embedding and the output of a ``TextModel``: a new kind is one file that
/// conforms to this and one line in ``TextModel/NetworkKind``.
///
/// Of what comes in, a part may be worked out for each token of the vocabulary once, rather than at
/// every step: the projected table.
public protocol TextNetwork: TensorGroup, Sendable {
  /// The innermost extent of what goes out.
  var width: Int { get }
  /// What the first layer makes of vectors, whatever step they stand at: [count, in] to
  /// [count, projected].
  func projection(of table: Tensor) -> Tensor
  /// The outputs of whole sequences from their beginning, each a function of those up to its own
  /// time: [time, batch, projected] to [time, batch, width].
  func callAsFunction(projected: Tensor, mode: Mode) -> Tensor
  /// The same for tokens, int32 [time, batch], whose rows stand in a projected table.
  func callAsFunction(tokens: Tensor, table: Tensor, mode: Mode) -> Tensor
  /// Where a sequence begins.
  func initialState(batch: Int) -> TextState
  /// One time step in inference: [batch, projected] to [batch, width].
  func step(projected: Tensor, from state: TextState) -> (output: Tensor, state: TextState)
}

extension TextNetwork {
  public func callAsFunction(tokens: Tensor, table: Tensor, mode: Mode) -> Tensor {
    self(projected: table.gatheringRows(at: tokens), mode: mode)
  }
}
