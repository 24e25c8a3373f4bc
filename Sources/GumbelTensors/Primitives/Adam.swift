import GumbelCLibrary
import GumbelKernels

/// One step of Adam with decoupled weight decay, for one parameter.
///
///     m' = b1 m + (1 - b1) g                    v' = b2 v + (1 - b2) g²
///     p' = p - rate (m̂ / (√v̂ + ε) + decay p),   m̂ = m' / (1 - b1ᵗ),  v̂ = v' / (1 - b2ᵗ)
///
/// Operands: p, g, m, v, the learning rate (a scalar) and t (an int32 scalar, from 1).
/// Results: p', m', v'.
struct AdamStep: Primitive {
  var name: String { "adam" }
  let beta1: Float
  let beta2: Float
  let epsilon: Float
  let weightDecay: Float

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 6, first: 5)
    if inputs[0..<4].contains(where: { $0.shape != inputs[0].shape }) || inputs[4].shape.count != 1
      || inputs[5] != TensorType([], .int32)
    {
      reject(inputs, "expected p, g, m and v of one shape, a rate and an int32 step")
    }
    return OutputTypes(inputs[0], inputs[0], inputs[0])
  }

  var inPlace: [(operand: Int, result: Int)] { [(0, 0), (2, 1), (3, 2)] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_adam(
      inputs[0].floats, inputs[1].floats, inputs[2].floats, inputs[3].floats, outputs[0].floats,
      outputs[1].floats, outputs[2].floats, inputs[0].count, inputs[4].floats[0], beta1, beta2,
      epsilon, weightDecay, inputs[5].int32s[0])
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (p, g, m, v, rate) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4])
    let t = inputs[5].converted(to: .float32)
    let m2 = m * beta1 + g * (1 - beta1)
    let v2 = v * beta2 + square(g) * (1 - beta2)
    let mHat = m2 / (1 - pow(Tensor(beta1), t))
    let vHat = v2 / (1 - pow(Tensor(beta2), t))
    // Where v is 0 so is g, and the slope of the root would be infinite times 0.
    let p2 = p - rate.reshaped(to: []) * (mHat / (rootFlatAtZero(vHat) + epsilon) + p * weightDecay)
    return [p2, m2, v2]
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let (p, g, m, v) = (inputs[0], inputs[1], inputs[2], inputs[3])
    let rate = writer.reshape(inputs[4], [])
    let t = writer.convert(inputs[5], to: .float32)
    func mean(_ old: HLOValue, _ new: HLOValue, _ beta: Float) -> HLOValue {
      writer.add(
        writer.multiply(writer.constant(beta), old),
        writer.multiply(writer.constant(1 - beta), new))
    }
    // 1 - βᵗ, of which the difference itself would leave few digits.
    func correction(_ beta: Float) -> HLOValue {
      let exponent = writer.multiply(t, writer.constant(Float(log(Double(beta)))))
      return writer.negate(writer.unary("exponential_minus_one", exponent))
    }
    let (m2, v2) = (mean(m, g, beta1), mean(v, writer.multiply(g, g), beta2))
    let unit = writer.constant(Float(1))
    let (toUnbiased, root) = (
      writer.divide(unit, correction(beta1)),
      writer.divide(unit, writer.unary("sqrt", correction(beta2)))
    )
    let denominator = writer.add(
      writer.multiply(writer.unary("sqrt", v2), root), writer.constant(epsilon))
    var step = writer.divide(writer.multiply(m2, toUnbiased), denominator)
    if weightDecay != 0 {
      step = writer.add(step, writer.multiply(writer.constant(weightDecay), p))
    }
    return [writer.subtract(p, writer.multiply(rate, step)), m2, v2]
  }
}

/// One step of Adam for one parameter; see Kingma & Ba (2015) and Loshchilov & Hutter (2019).
package func adamStep(
  parameter: Tensor, gradient: Tensor, firstMoment: Tensor, secondMoment: Tensor,
  learningRate: Tensor, step: Tensor, beta1: Float, beta2: Float, epsilon: Float,
  weightDecay: Float
) -> (parameter: Tensor, firstMoment: Tensor, secondMoment: Tensor) {
  let results = apply(
    AdamStep(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay),
    [parameter, gradient, firstMoment, secondMoment, learningRate, step])
  return (results[0], results[1], results[2])
}
