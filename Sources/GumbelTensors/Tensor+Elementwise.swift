// The elementwise functions under their usual names.

/// |x|; the gradient at 0 is 0.
public func abs(_ x: Tensor) -> Tensor { apply1(AbsoluteValue(), x) }
/// -1, 0 or 1.
public func sign(_ x: Tensor) -> Tensor { apply1(Sign(), x) }
/// x².
public func square(_ x: Tensor) -> Tensor { apply1(Square(), x) }
/// √x.
public func sqrt(_ x: Tensor) -> Tensor { apply1(SquareRoot(), x) }
/// √x, through which no gradient passes where x is 0: its slope is infinite there, and where x is a sum
/// of squares it would meet their slope of 0.
package func rootFlatAtZero(_ x: Tensor) -> Tensor {
  let isZero = x .== Tensor(0)
  return select(isZero, Tensor(0), sqrt(select(isZero, Tensor(1), x)))
}
/// 1 / √x.
public func rsqrt(_ x: Tensor) -> Tensor { apply1(ReciprocalSquareRoot(), x) }
/// 1 / x.
public func reciprocal(_ x: Tensor) -> Tensor { apply1(Reciprocal(), x) }
/// eˣ.
public func exp(_ x: Tensor) -> Tensor { apply1(Exponential(), x) }
/// eˣ - 1, precise near 0.
public func expm1(_ x: Tensor) -> Tensor { apply1(ExponentialMinusOne(), x) }
/// The natural logarithm.
public func log(_ x: Tensor) -> Tensor { apply1(Logarithm(), x) }
/// log(1 + x), precise near 0.
public func log1p(_ x: Tensor) -> Tensor { apply1(LogarithmOnePlus(), x) }
/// The sine of x in radians.
public func sin(_ x: Tensor) -> Tensor { apply1(Sine(), x) }
/// The cosine of x in radians.
public func cos(_ x: Tensor) -> Tensor { apply1(Cosine(), x) }
/// The hyperbolic tangent.
public func tanh(_ x: Tensor) -> Tensor { apply1(HyperbolicTangent(), x) }
/// 1 / (1 + e⁻ˣ).
public func sigmoid(_ x: Tensor) -> Tensor { apply1(Sigmoid(), x) }
/// log(1 + eˣ), without overflow.
public func softplus(_ x: Tensor) -> Tensor { apply1(Softplus(), x) }
/// log σ(x) = -softplus(-x).
public func logSigmoid(_ x: Tensor) -> Tensor { -softplus(-x) }
/// max(x, 0); the gradient at 0 is 0.
public func relu(_ x: Tensor) -> Tensor { apply1(RectifiedLinear(), x) }
/// x where positive, `slope` x elsewhere; the gradient at 0 is the slope.
public func leakyReLU(_ x: Tensor, slope: Float = 0.01) -> Tensor {
  select(x .> 0, x, x * slope)
}
/// x σ(x); 0 at -inf.
public func silu(_ x: Tensor) -> Tensor {
  // Beyond 128 the sigmoid is 0 or 1, and an infinity times 0 would be NaN.
  let isFar = abs(x) .> 128
  let near = select(isFar, Tensor(0), x)
  return select(isFar, relu(x), near * sigmoid(near))
}
/// x Φ(x), Φ the standard normal distribution function: the exact form (Hendrycks & Gimpel 2016).
///
/// Φ is computed to a rounding of 1, so that below about -5, where little is left of it, the result
/// has few digits: its error is small beside 1, not beside itself.
public func gelu(_ x: Tensor) -> Tensor { apply1(GELU(), x) }
/// x where positive, eˣ - 1 elsewhere (Clevert et al. 2015); the gradient at 0 is 1.
public func elu(_ x: Tensor) -> Tensor {
  let isPositive = x .> 0
  return select(isPositive, x, expm1(select(isPositive, Tensor(0), x)))
}
/// The error function.
public func erf(_ x: Tensor) -> Tensor { apply1(ErrorFunction(), x) }
/// The largest integer that is not above x.
public func floor(_ x: Tensor) -> Tensor { apply1(Floor(), x) }
/// The nearest integer, halves to the even one.
public func round(_ x: Tensor) -> Tensor { apply1(Round(), x) }
/// 1 where x is finite, 0 at infinities and NaN.
public func isFinite(_ x: Tensor) -> Tensor { apply1(IsFinite(), x) }
/// log(1 - eˣ) for x < 0, precise at both ends (Mächler 2012).
public func log1mexp(_ x: Tensor) -> Tensor {
  let near = x .> -0.693_147_2
  // Each branch sees only what it is precise for, so that no gradient of the other is NaN.
  let close = log(-expm1(select(near, x, Tensor(-1))))
  let far = log1p(-exp(select(near, Tensor(-1), x)))
  return select(near, close, far)
}

/// The larger of two; NaN if either is. On ties each receives half of the gradient, and none where the
/// result is NaN.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { apply1(Maximum(), a, b) }
/// The smaller of two; NaN if either is. On ties each receives half of the gradient, and none where the
/// result is NaN.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { apply1(Minimum(), a, b) }
/// a to the power b; 1 where b is 0 or a is 1, whatever the other is.
///
/// The gradient in a is 0 where b is 0. That in b is 0 where a is 0 and b is not negative: at
/// a = b = 0, where there is none, by convention.
public func pow(_ a: Tensor, _ b: Tensor) -> Tensor { apply1(Power(), a, b) }
/// a to the power b.
public func pow(_ a: Tensor, _ b: Float) -> Tensor { pow(a, Tensor(b)) }
/// The product, and 0 where the second factor is 0, whatever the first one is.
///
/// Its gradient in the first factor is the second one, and 0 where that is 0, whatever arrives from
/// behind. That in the second factor is the first one, and 0 where an infinity or a NaN was passed over.
public func multiplyNoNaN(_ a: Tensor, _ b: Tensor) -> Tensor { apply1(MultiplyNoNaN(), a, b) }
/// `a` where the mask is not 0, `b` elsewhere.
public func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  apply1(Select(), [mask, a, b])
}
/// The cross-entropy of Bernoulli labels in [0, 1] and logits, elementwise:
/// `softplus(logits) - logits labels`.
public func sigmoidCrossEntropy(logits: Tensor, labels: Tensor) -> Tensor {
  apply1(SigmoidCrossEntropy(), logits, labels)
}
/// The cross-entropy of one class a row and the row's logits, `logsumexp(x) - x[label]`.
///
/// - Parameters:
///   - logits: […, k].
///   - labels: […], int32 in 0 ..< k; traps on one outside.
public func softmaxCrossEntropy(logits: Tensor, labels: Tensor) -> Tensor {
  apply1(SoftmaxCrossEntropy(), [logits, labels])
}
