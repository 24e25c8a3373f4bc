/// The value of a function and its gradient with respect to every float32 tensor of its argument.
///
/// - Parameters:
///   - point: where; a tensor, or a whole model.
///   - loss: a function to a tensor of one element; traps on a result of another size.
/// - Returns: the value, and a gradient of the argument's own type, in which tensors of other
///   element types are zero.
///
/// Calls nest: the gradient of a gradient is a gradient.
public func valueAndGradient<Point: TensorGroup>(
  at point: Point, of loss: (Point) -> Tensor
) -> (value: Tensor, gradient: Point) {
  let (value, _, gradient) = valueOutputAndGradient(at: point) { (loss($0), EmptyGroup()) }
  return (value, gradient)
}

/// As ``valueAndGradient(at:of:)``, for a function that also returns something else that was
/// computed on the way.
public func valueOutputAndGradient<Point: TensorGroup, Output: TensorGroup>(
  at point: Point, of loss: (Point) -> (Tensor, Output)
) -> (value: Tensor, output: Output, gradient: Point) {
  reportUnvisitedTensors(in: point)
  let outer = Trace.current
  let trace = outer ?? Trace.take()
  defer { if outer == nil { Trace.giveBack(trace) } }
  return Trace.withCurrent(trace) {
    let firstVariable = trace.variables.count
    var inputs: [Tensor] = []
    let traced = point.mapTensors { tensor in
      guard tensor.elementType.isDifferentiable else { return tensor }
      let input = trace.makePoint(tensor)
      inputs.append(input)
      return input
    }
    let firstEquation = trace.equations.count
    trace.gradientDepth += 1
    let (value, output) = loss(traced)
    trace.gradientDepth -= 1
    require(
      value.count == 1 && value.elementType == .float32,
      "gradient: the loss is a float32 tensor of one element, found \(value.type)")
    let walk = PullbackWalk(
      trace: trace, firstVariable: firstVariable, inputs: inputs, firstEquation: firstEquation)
    // The pullback is itself recorded only if somebody outside can ask for its gradient.
    Trace.withCurrent(outer) {
      walk.run(from: value, cotangent: Tensor.ones(value.shape))
    }
    var next = 0
    let gradient = point.mapTensors { tensor in
      guard tensor.elementType.isDifferentiable else {
        return Tensor(int32: [Int32](repeating: 0, count: tensor.count), shape: tensor.shape)
      }
      defer { next += 1 }
      return walk.cotangents[Int(inputs[next].variable) - firstVariable]
        ?? Tensor.zeros(tensor.shape)
    }
    return (value, output, gradient)
  }
}

/// The gradient of a function; see ``valueAndGradient(at:of:)``.
public func gradient<Point: TensorGroup>(
  at point: Point, of loss: (Point) -> Tensor
) -> Point {
  valueAndGradient(at: point, of: loss).gradient
}

/// Whether a gradient passes from the value of a function to its argument: not through comparisons,
/// an argmax, or numbers that were read and put into a new tensor.
package func passesGradient(at point: Tensor, _ function: (Tensor) -> Tensor) -> Bool {
  let outer = Trace.current
  let trace = outer ?? Trace.take()
  defer { if outer == nil { Trace.giveBack(trace) } }
  return Trace.withCurrent(trace) {
    let firstVariable = trace.variables.count
    let input = trace.makePoint(point)
    let firstEquation = trace.equations.count
    trace.gradientDepth += 1
    let value = function(input)
    trace.gradientDepth -= 1
    let walk = PullbackWalk(
      trace: trace, firstVariable: firstVariable, inputs: [input], firstEquation: firstEquation)
    Trace.withCurrent(outer) { walk.run(from: value, cotangent: Tensor.ones(value.shape)) }
    return walk.cotangents[Int(input.variable) - firstVariable] != nil
  }
}
