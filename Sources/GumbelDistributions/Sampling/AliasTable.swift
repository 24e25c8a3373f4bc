import GumbelKernels
import GumbelTensors

/// Draws from K classes at a cost that does not depend on K: one random word and one look into a
/// table.
///
/// K equally likely cells hold a class each and another that takes the rest of the cell. A word's
/// product with K gives the cell in its high half and what decides between the two in its low half.
/// Probabilities are computed in double precision and rounded to multiples of 2⁻⁶³; the most likely
/// class takes the few that make them add up to 1. From there on they are exact, and a class of
/// weight 0 is never drawn. 16 bytes a class.
///
/// Walker, "An efficient method for generating discrete random variables with general
/// distributions", ACM TOMS 1977; made in one sweep as by Hübschle-Schneider & Sanders, "Parallel
/// weighted random sampling", ACM TOMS 2022.
public struct AliasTable: Sendable {
  private let cells: [gk_alias_cell]

  /// A table for weights, which may have any sum above 0.
  ///
  /// - Throws: If there are none, one is negative, infinite or NaN, or all are 0.
  public init(weights: [Double]) throws(SamplingError) {
    self.init(try ClassWeights(.weights(weights)))
  }

  /// A table for logits. Beside logits of +inf, which are equally likely, no others are drawn.
  ///
  /// - Throws: If there are none, one is NaN, or all are -inf.
  public init(logits: [Double]) throws(SamplingError) {
    self.init(try ClassWeights(.logits(logits)))
  }

  init(_ weights: ClassWeights) {
    cells = [gk_alias_cell](unsafeUninitializedCapacity: weights.count) { cells, initialized in
      weights.withKernelWeights { gk_make_alias($0, cells.baseAddress) }
      initialized = weights.count
    }
  }

  /// K.
  public var classCount: Int { cells.count }

  /// The draws number `first` ..< `first + count`; draw i depends on the key and on i alone.
  public func sample(_ count: Int, first: UInt64 = 0, key: RandomKey) -> [Int32] {
    newDraws(count) { sample(into: $0, first: first, key: key) }
  }

  /// Fills a buffer with the draws number `first` and following.
  public func sample(
    into draws: UnsafeMutableBufferPointer<Int32>, first: UInt64 = 0, key: RandomKey
  ) {
    gk_alias_draws(cells, cells.count, key.kernelWords, first, draws.baseAddress, draws.count)
  }

  /// The probability with which each class is drawn, computed from the cells.
  package func probabilities() -> [Double] {
    // In units of 2⁻⁶³ of a cell, exactly: what a class has from all cells may exceed 64 bits.
    var masses = [(high: UInt64, low: UInt64)](repeating: (0, 0), count: cells.count)
    func give(_ mass: UInt64, to index: Int) {
      let (low, overflow) = masses[index].low.addingReportingOverflow(mass)
      masses[index] = (masses[index].high + (overflow ? 1 : 0), low)
    }
    for (index, cell) in cells.enumerated() {
      give(cell.threshold, to: index)
      give((1 << 63) - cell.threshold, to: Int(cell.other))
    }
    return masses.map { (2 * Double($0.high) + Double($0.low) * 0x1p-63) / Double(cells.count) }
  }
}
