/// A loop over time: runs `body` for each element of the outermost axis of `inputs`.
///
///     (c₁, y₀) = body(c₀, x₀),  (c₂, y₁) = body(c₁, x₁),  …
///
/// - Parameters:
///   - carry: c₀, what the first step starts from.
///   - inputs: x, each tensor `[length, …]`; the body gets its slices `[…]`.
///   - body: one step, from the carry and the slices to the next carry and what the step puts out.
/// - Returns: the last carry, and the outputs y stacked: `[length, …]`.
public func scan<Carry: TensorGroup, Input: TensorGroup, Output: TensorGroup>(
  from carry: Carry, over inputs: Input, _ body: (Carry, Input) -> (Carry, Output)
) -> (carry: Carry, outputs: Output) {
  let sequences = inputs.tensors
  require(!sequences.isEmpty, "scan: there is no input to take the length from")
  let length = sequences[0].rank > 0 ? sequences[0].shape[0] : 0
  require(length > 0, "scan: expected inputs of a length above 0")
  var carry = carry
  var outputs: [[Tensor]] = []
  var last: Output?
  for t in 0..<length {
    let (next, output) = body(carry, inputs.mapTensors { $0[t] })
    carry = next
    outputs.append(output.tensors)
    last = output
  }
  var position = 0
  let stacked = last!.mapTensors { _ in
    defer { position += 1 }
    return Tensor.stacked(outputs.map { $0[position] })
  }
  return (carry, stacked)
}
