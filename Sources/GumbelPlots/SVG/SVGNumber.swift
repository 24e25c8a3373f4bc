/// A coordinate with at most two decimals and no more characters than it needs.
///
/// What is not finite becomes 0, and what is far outside any picture is brought nearer, so that
/// a drawing is always a valid one.
func svgNumber(_ value: Double) -> String {
  guard value.isFinite else { return "0" }
  let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
  let magnitude = hundredths.magnitude
  var text = String(magnitude / 100)
  let fraction = magnitude % 100
  if fraction > 0 {
    if text == "0" { text = "" }
    text +=
      fraction % 10 == 0 ? ".\(fraction / 10)" : fraction < 10 ? ".0\(fraction)" : ".\(fraction)"
  }
  return hundredths < 0 ? "-" + text : text
}
