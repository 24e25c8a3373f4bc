import GumbelKernels
import Testing
import _GumbelTestBytes

/// Every suite of this target stands inside this one: the number of threads is global, so tests run
/// one after another.
@Suite(.serialized) struct KernelsTests {}

/// Runs the body with each form of the kernels that this processor can run.
func withAllForms(_ body: (_ form: String) throws -> Void) rethrows {
  defer { gk_force_form(nil) }
  for form in ["avx512", "avx2", "portable"] where gk_force_form(form) { try body(form) }
}

/// The results with 1, 2 and 3 threads.
func withThreadCounts<Result>(_ body: () throws -> Result) rethrows -> [Result] {
  let count = gk_thread_count()
  defer { gk_set_thread_count(count) }
  return try [Int32(1), 2, 3].map {
    gk_set_thread_count($0)
    return try body()
  }
}

extension SplitMix64 {
  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -3...3) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

let specialValues: [Float] = [
  0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1.5, 2.5, -2.5, .infinity, -.infinity, .nan,
  .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, -.leastNormalMagnitude,
  .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0x1p-133, -0x1.8p-140, 1e10, -1e10,
  8_388_609,
  16_777_216, -16_777_216, 88.7, 89, -87.4, -103.9, -104.1, 2_147_483_648, -2_147_483_648,
  2_147_483_520, 4.5e9, -4.5e9, 0x1p20, 0x1.000002p20,
]

/// |value - reference| in units in the last place of the reference; infinite where one is NaN and
/// the other is not, or one is infinite wrongly.
func ulps(_ value: Float, from reference: Double) -> Double {
  let rounded = Float(reference)
  if value.isNaN || rounded.isNaN { return value.isNaN == rounded.isNaN ? 0 : .infinity }
  if value == rounded { return 0 }
  if value.isInfinite || rounded.isInfinite {
    // Beside the limit of the range, one side may round to infinity.
    let largest = Double(Float.greatestFiniteMagnitude)
    let other = value.isInfinite ? reference : Double(value)
    return other.magnitude > largest * (1 - 1e-6) && value.sign == rounded.sign ? 1 : .infinity
  }
  return (Double(value) - reference).magnitude / Double(rounded.ulp)
}

/// The same bits, any NaN being like any other.
func same(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
}
