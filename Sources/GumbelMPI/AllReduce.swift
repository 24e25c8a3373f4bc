import GumbelTensors

extension Communicator {
  /// The sum of what the processes give, tensor by tensor: an operation like others, which is recorded in
  /// compiled functions and has a gradient. Small tensors go together, in one exchange. With one process it is what is given, and
  /// nothing is recorded.
  ///
  /// All processes give float32 tensors of the same shapes, and call it in the same order. The sums are
  /// the same bits in all of them, for any MPI library: their order is a binary tree over the processes,
  /// of which there has to be a power of two.
  ///
  /// The gradient is that of the sum of what the processes differentiate: the cotangents, summed likewise.
  public func sum(_ tensors: [Tensor]) -> [Tensor] {
    if count == 1 || tensors.isEmpty { return tensors }
    precondition(
      count & (count - 1) == 0,
      "Communicator.sum: \(count) processes; expected a power of two, whose sums have one order")
    return apply(AllReduce(communicator: self), tensors)
  }
}

/// The sums of operands over processes.
private struct AllReduce: Primitive {
  var name: String { "all_reduce" }
  let communicator: Communicator

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: inputs.count)
    return OutputTypes(Array(inputs))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    // Large ones are not copied together, which would take half as long as to send them.
    var small: [Int] = []
    for i in inputs.indices {
      let (input, output) = (inputs[i], outputs[i])
      if input.count >= Self.large,
        communicator.sum(input.floats, into: output.floats, count: input.count)
      {
        continue
      }
      small.append(i)
    }
    communicator.sum(small.reduce(0) { $0 + inputs[$1].count }) { memory in
      var next = memory
      for i in small {
        next.update(from: inputs[i].floats, count: inputs[i].count)
        next += inputs[i].count
      }
    } take: { sums in
      var next = sums
      for i in small {
        outputs[i].floats.initialize(from: next, count: inputs[i].count)
        next += inputs[i].count
      }
    }
  }

  /// From so many elements on, an exchange of their own costs less than copies.
  private static let large = 1 << 15

  func pullback(_ p: Pullback) {
    let cotangents = (0..<p.inputCount).map { p.cotangent($0) ?? Tensor.zeros(p.output($0).shape) }
    for (i, sum) in communicator.sum(cotangents).enumerated() { p.add(sum, to: i) }
  }
}
