import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct RandomKeyTests {
  static func word(_ key: RandomKey) -> UInt64 {
    let words = key.words.int32Scalars.map { UInt32(bitPattern: $0) }
    return UInt64(words[1]) << 32 | UInt64(words[0])
  }

  /// The vectors published with Philox (Salmon et al. 2011, Random123's kat_vectors).
  @Test func knownAnswers() {
    let ones: UInt32 = .max
    let zero = Philox(key: (0, 0)).block([0, 0, 0, 0])
    let full = Philox(key: (ones, ones)).block([ones, ones, ones, ones])
    let pi = Philox(key: (0xa409_3822, 0x299f_31d0))
      .block([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344])
    #expect(zero == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(full == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(pi == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  @Test func seeds() {
    let key = RandomKey(0x0123_4567_89AB_CDEF)
    #expect(Self.word(key) == 0x0123_4567_89AB_CDEF)
    #expect(Self.word(RandomKey(0)) == 0)
  }

  /// Keys derived in every way, from one key and from one another, are all different. (Two of
  /// 200,000 random keys of 64 bits agree with a probability of 1e-9.)
  @Test func derivedKeysAreDistinct() {
    let root = RandomKey(1)
    var seen = Set<UInt64>()
    var count = 0
    func add(_ key: RandomKey) {
      seen.insert(Self.word(key))
      count += 1
    }
    add(root)
    for i in -20_000..<60_000 { add(root.folding(in: i)) }
    for key in root.split(into: 60_000) { add(key) }
    for i in 0..<20_000 { add(root.folding(in: "part \(i)")) }
    for a in 0..<200 {
      let child = root.folding(in: a)
      for b in 0..<200 { add(child.folding(in: b)) }
    }
    #expect(seen.count == count)
  }

  @Test func foldingACounterIsFoldingItsNumber() {
    let root = RandomKey(77)
    for number: Int32 in [0, 1, 12_345, .max] {
      let byTensor = Self.word(root.folding(in: Tensor(int32: number)))
      let byNumber = Self.word(root.folding(in: Int(number)))
      #expect(byTensor == byNumber)
    }
    #expect(Self.word(root.folding(in: "a")) == Self.word(root.folding(in: "a")))
    #expect(Self.word(root.split().0) == Self.word(root.split(into: 5)[0]))
  }

  /// No number shares its key with another one, whatever bits they differ in; those of 48 bits have the
  /// keys that they always had.
  @Test func allTheBitsOfANumberCount() {
    let root = RandomKey(5)
    let ends = [0, 1, -1, .max, .min, 1 << 48, 1 << 48 - 1, -1 << 48, 1 << 61, 1 << 62, -1 << 62]
    var numbers = ends + (0..<64).flatMap { bit in [1 << bit, ~(1 << bit), 12_345 ^ 1 << bit] }
    numbers += [1 << 32, 3 << 47, 0x5a5a_5a5a_5a5a_5a5a, -0x5a5a_5a5a_5a5a_5a5a]
    let distinct = Set(numbers)
    #expect(Set(distinct.map { Self.word(root.folding(in: $0)) }).count == distinct.count)
    // Nor with a name or a split.
    let others = ["", "a", "step"].map(root.folding(in:)) + root.split(into: 100)
    let keys = Set(others.map(Self.word)).union(distinct.map { Self.word(root.folding(in: $0)) })
    #expect(keys.count == distinct.count + others.count)
    let philox = Philox(key: (5, 0))
    for number in [0, 1, 123_456_789_012, 1 << 47, 1 << 48 - 1] {
      let expected = philox.folding(UInt64(number))
      let found = root.folding(in: number).words.int32Scalars.map(UInt32.init(bitPattern:))
      #expect(found == expected)
    }
  }

  /// Half of the bits of neighbouring keys differ: 1000 pairs, 64,000 bits, 5 deviations.
  @Test func neighboursAreFarApart() {
    let root = RandomKey(3)
    let words = (0...1000).map { Self.word(root.folding(in: $0)) }
    let different = zip(words, words.dropFirst()).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    #expect(Swift.abs(Double(different) - 32_000) < 5 * 126.5)
  }

  /// The stream is the words of the key's main stream, two at a time.
  @Test func streams() {
    var stream = RandomKeyStream(RandomKey(9))
    let philox = Philox(key: (9, 0))
    for i in 0..<100 {
      let expected = UInt64(philox.word(2 * i + 1)) << 32 | UInt64(philox.word(2 * i))
      let found = stream.next()
      #expect(found == expected)
    }
    var first = RandomKeyStream(RandomKey(9))
    var second = first
    let same = (0..<5).allSatisfy { _ in first.next() == second.next() }
    #expect(same, "a stream is a value")
  }
}
