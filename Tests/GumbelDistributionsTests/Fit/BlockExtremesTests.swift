import GumbelDistributions
import Testing

@Suite struct BlockExtremesTests {
  private let nan = Double.nan

  @Test func missingValuesKeepTheirPlaces() {
    let series = [1, 9, nan, 2, 3, 8, nan, nan, nan, 4, 5, 7, 1, 1]
    let blocks = BlockExtremes(of: series, size: 3)
    #expect(blocks.values == [9, 8, 7])
    #expect(blocks.leftOut.map(\.index) == [2])
    #expect(blocks.blocks.map(\.index) == [0, 1, 3])
    #expect(blocks.missingCount == 1)
    #expect(blocks.unusedCount == 2)
    #expect(BlockExtremes(of: series, size: 3, .minimum).values == [1, 2, 4])
    let covered = BlockExtremes(of: series, size: 3, coverage: 0.7)
    #expect(covered.values == [8, 7])
    #expect(covered.leftOut.map(\.index) == [0, 2])
    #expect(BlockExtremes(of: series, size: 3, coverage: 2.0 / 3).values == [9, 8, 7])
    #expect(BlockExtremes(of: [], size: 3).blocks.isEmpty)
    #expect(BlockExtremes(of: [1, 2], size: 3).unusedCount == 2)
  }

  @Test func groups() {
    let blocks = BlockExtremes(
      of: [5, 1, nan, 7, 2, 8], groups: [0, 1, 1, 0, -1, 2], expected: [2, 4, 1], coverage: 0.5)
    #expect(blocks.values == [7, 8])
    #expect(blocks.leftOut.map(\.index) == [1])
    #expect(blocks.leftOut[0].present == 1 && blocks.leftOut[0].extreme == 1)
    #expect(blocks.unusedCount == 1)
    // More than expected is no more than all.
    let full = BlockExtremes(of: [1, 2], groups: [0, 0], expected: [1])
    #expect(full.blocks[0].coverage == 1 && full.missingCount == 0)
  }
}
