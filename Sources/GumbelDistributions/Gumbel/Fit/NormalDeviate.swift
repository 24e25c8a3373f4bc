import CGumbelMath

/// What a standard normal variable's magnitude exceeds with probability 1 - confidence.
///
/// Newton's steps on `erfc(x / √2) = 1 - confidence`, which is convex, from below.
func normalDeviate(confidence: Double) -> Double {
  let tail = 1 - confidence
  var x = 0.0
  for _ in 0..<200 {
    let density = 0.797_884_560_802_865_4 * exp(-x * x / 2)
    let step = (erfc(x * 0.707_106_781_186_547_5) - tail) / density
    x += step
    if step.magnitude < 1e-14 * (1 + x) { break }
  }
  return x
}
