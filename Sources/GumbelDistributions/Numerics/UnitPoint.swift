import GumbelKernels
import GumbelTensors

/// A uniform draw from the open interval (0, 1), known with full relative precision from both ends.
///
/// One of the two is a multiple of 2⁻⁶⁵ that a `Double` holds exactly or rounds to its own
/// precision, however near to 0 it is; 1 - u would have lost its digits there.
package struct UnitPoint: Sendable {
  /// u, the distance from 0.
  package let lower: Double
  /// 1 - u, the distance from 1.
  package let upper: Double

  /// u = (word + ½) / 2⁶⁴.
  package init(word: UInt64) {
    lower = (Double(word) + 0.5) * 0x1p-64
    upper = (Double(~word) + 0.5) * 0x1p-64
  }
}

extension RandomKey {
  /// The numbers first, first + 1, … of the key's stream of 64-bit words, of which number i depends
  /// on the key and on i alone.
  package func random64(_ range: Range<UInt64>) -> [UInt64] {
    let stream = kernelWords
    var halves = [UInt32](repeating: 0, count: 2 * range.count)
    gk_random_bits(stream, 2 * range.lowerBound, &halves, halves.count)
    return (0..<range.count).map { UInt64(halves[2 * $0 + 1]) << 32 | UInt64(halves[2 * $0]) }
  }

  /// `count` independent uniform draws, of which draw i depends on the key and on i alone.
  package func unitPoints(_ count: Int) -> [UnitPoint] {
    random64(0..<UInt64(count)).map(UnitPoint.init(word:))
  }
}
