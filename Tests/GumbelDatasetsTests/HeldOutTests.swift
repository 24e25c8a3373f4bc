import GumbelDatasets
import GumbelTensors
import Testing
import _GumbelTestBytes

/// What is held out follows from what it is, and from nothing beside it.
@Suite struct HeldOutTests {
  private static let key = RandomKey(7)

  private func images(_ numbers: some Sequence<Int>) -> ImageSet {
    ImageSet(
      name: "numbers", bytes: numbers.flatMap { [UInt8($0 & 255), UInt8($0 >> 8), 0, 9] },
      height: 2, width: 2)
  }

  /// The numbers that images were made of.
  private func numbers(_ set: ImageSet) -> [Int] {
    let scalars = set.tensor(of: Array(0..<set.count)).scalars.map { Int(($0 * 255).rounded()) }
    return stride(from: 0, to: scalars.count, by: 4).map { scalars[$0] + 256 * scalars[$0 + 1] }
  }

  @Test func anImageStaysOnItsSide() throws {
    let few = try #require(images(0..<500).heldOut(0.2, key: Self.key))
    let many = try #require(
      images(stride(from: 1999, through: 0, by: -1)).heldOut(0.2, key: Self.key))
    let (rest, heldOut) = (numbers(few.rest), numbers(few.heldOut))
    #expect(Set(rest).union(heldOut) == Set(0..<500) && rest.count + heldOut.count == 500)
    #expect(rest == rest.sorted() && heldOut == heldOut.sorted())
    #expect(Set(numbers(many.rest)).isSuperset(of: rest))
    #expect(Set(numbers(many.heldOut)).isSuperset(of: heldOut))
    // 400 of 2000 on average, with a standard deviation of 18: beyond six of them once in 5e8 keys.
    #expect(abs(many.heldOut.count - 400) < 108)
    let other = try #require(images(0..<500).heldOut(0.2, key: RandomKey(8)))
    #expect(numbers(other.heldOut) != heldOut)
    // Equal images are never on both sides.
    let twice = try #require(images((0..<100).map { $0 % 10 }).heldOut(0.5, key: Self.key))
    #expect(Set(numbers(twice.rest)).isDisjoint(with: numbers(twice.heldOut)))
    #expect(images([1, 1, 1]).heldOut(0.5, key: Self.key) == nil)
  }

  private func texts(_ strings: [String]) throws -> TextSet {
    try withSource(Array(strings.joined(separator: "\n").utf8)) {
      try TextSet.load($0, options: TextOptions())
    }
  }

  @Test func aStringStaysOnItsSideWhateverTheVocabulary() throws {
    let words = (0..<300).map { "b" + String($0, radix: 2) }
    let few = try #require(try texts(words).heldOut(0.3, key: Self.key))
    // An "a" gives all symbols other tokens.
    let more = try #require(try texts(["aa", "a01"] + words).heldOut(0.3, key: Self.key))
    #expect(Set(few.rest.strings).union(few.heldOut.strings) == Set(words))
    #expect(Set(more.rest.strings).isSuperset(of: few.rest.strings))
    #expect(Set(more.heldOut.strings).isSuperset(of: few.heldOut.strings))
    #expect(few.rest.vocabulary == few.heldOut.vocabulary)
    // 90 on average, with a standard deviation of 8.
    #expect(abs(few.heldOut.count - 90) < 48)
  }

  @Test func fractionsOutsideTrap() async {
    await #expect(processExitsWith: .failure) {
      let set = ImageSet(name: "x", bytes: [1, 2], height: 1, width: 1)
      _ = set.heldOut(1, key: RandomKey(1))
    }
  }
}
