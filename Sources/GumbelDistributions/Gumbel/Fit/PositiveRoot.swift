import CGumbelMath

/// The point above 0 where a function that is negative below it and positive above it is 0.
///
/// Newton's steps on the logarithm of the point, kept inside a bracket that each value narrows;
/// where they fail to halve it, bisection does. Ends after 250 evaluations at most.
///
/// - Parameter function: Its value, which may be infinite, and its derivative.
func positiveRoot(
  from start: Double, _ function: (Double) -> (value: Double, slope: Double)
) -> Double {
  var (low, high) = (0.0, Double.infinity)
  var x = start
  for iteration in 0..<250 {
    let (value, slope) = function(x)
    if value == 0 { return x }
    if value < 0 { low = x } else { high = x }
    let step = -value / (slope * x)
    // Steps shrink with their squares: the one after so short a step would change no digit.
    if step.magnitude < 1e-9 { return x * (1 + step) }
    var next = x * exp(min(max(step, -2), 2))
    if low > 0, high < .infinity {
      if high / low < 1 + 4 * Double.ulpOfOne { return x }
      if !(next > low && next < high) || iteration > 60 {
        next = low.squareRoot() * high.squareRoot()
      }
    } else if !(slope > 0) || !step.isFinite || iteration > 20 {
      // Where a term grows as exp(700 x), Newton's steps are a 700th of the way each.
      next = value < 0 ? x * 4 : x / 4
    }
    x = min(max(next, 1e-306), 1e306)
  }
  return x
}
