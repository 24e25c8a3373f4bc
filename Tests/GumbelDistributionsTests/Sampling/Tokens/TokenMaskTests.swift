import GumbelDistributions
import Testing

@Suite struct TokenMaskTests {
  @Test(arguments: [0, 1, 63, 64, 65, 128, 200]) func bitsAreThoseOfASet(_ count: Int) {
    var mask = TokenMask(count: count, allowingAll: false)
    #expect(mask.isEmpty && mask.allowedCount == 0)
    let allowed = (0..<count).filter { $0 * $0 % 7 < 3 }
    for token in allowed { mask[token] = true }
    #expect(mask.allowedTokens == allowed && mask.allowedCount == allowed.count)
    #expect(mask == TokenMask(count: count, allowed: allowed.reversed()))
    #expect((0..<count).allSatisfy { mask[$0] == allowed.contains($0) })
    if let first = allowed.first {
      mask[first] = false
      #expect(!mask[first] && mask.allowedCount == allowed.count - 1)
    }
    let all = TokenMask(count: count)
    #expect(all.allowedCount == count)
    #expect(
      TokenMask(count: count, words: [UInt64](repeating: .max, count: (count + 63) / 64)) == all)
    var changed = mask
    changed.withUnsafeMutableWords { $0.update(repeating: .max) }
    #expect(changed == all)
    changed.allowAll(false)
    #expect(changed.isEmpty)
    changed.allowAll()
    #expect(changed == all)
  }

  @Test func masksAreIntersectedAndUnited() {
    let (a, b) = (Set([0, 5, 64, 69]), Set([5, 6, 69]))
    var mask = TokenMask(count: 70, allowed: a)
    mask.formIntersection(TokenMask(count: 70, allowed: b))
    #expect(mask.allowedTokens == a.intersection(b).sorted())
    mask = TokenMask(count: 70, allowed: a)
    mask.formUnion(TokenMask(count: 70, allowed: b))
    #expect(mask.allowedTokens == a.union(b).sorted())
  }

  /// A copy has memory of its own.
  @Test func aMaskIsAValue() {
    let mask = TokenMask(count: 70)
    var other = mask
    other[69] = false
    #expect(mask[69] && !other[69])
  }

  @Test(arguments: [1, 64, 130, 200]) func logitsThatAreNotAllowedBecomeMinusInfinity(_ count: Int)
  {
    // A word of all, one of none, and some of both.
    let allowed = (0..<count).filter { $0 < 64 || $0 >= 128 && $0 % 3 == 0 }
    let mask = TokenMask(count: count, allowed: allowed)
    var logits = (0..<count).map { Float($0) }
    logits[count - 1] = .nan
    let before = logits
    logits.withUnsafeMutableBufferPointer { mask.apply(to: $0) }
    for token in 0..<count {
      let expected = allowed.contains(token) ? before[token] : -.infinity
      #expect(logits[token].bitPattern == expected.bitPattern)
    }
  }

  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) { _ = TokenMask(count: -1) }
    await #expect(processExitsWith: .failure) { _ = TokenMask(count: 3)[3] }
    await #expect(processExitsWith: .failure) { _ = TokenMask(count: 65, words: [0]) }
    await #expect(processExitsWith: .failure) {
      var mask = TokenMask(count: 3)
      mask.formIntersection(TokenMask(count: 4))
    }
    await #expect(processExitsWith: .failure) {
      var logits: [Float] = [1, 2]
      logits.withUnsafeMutableBufferPointer { TokenMask(count: 3).apply(to: $0) }
    }
  }
}
