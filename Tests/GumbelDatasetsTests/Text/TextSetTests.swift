import GumbelDatasets
import GumbelTensors
import Testing
import _GumbelTestBytes

@Suite struct TextSetTests {
  private func load(
    _ bytes: [UInt8], _ options: TextOptions = TextOptions()
  ) throws -> TextSet {
    try withSource(bytes) { try TextSet.load($0, options: options) }
  }

  private func load(_ text: String, _ options: TextOptions = TextOptions()) throws -> TextSet {
    try load(Array(text.utf8), options)
  }

  // MARK: - Vocabularies

  @Test func charactersAreScalarsInOrder() throws {
    let vocabulary = TextVocabulary(charactersOf: ["bé", "a\u{1F600}", "b"])
    #expect(vocabulary.symbols == [0x61, 0x62, 0xE9, 0x1F600])
    #expect(vocabulary.count == 5)
    #expect(vocabulary.encode("aé\u{1F600}") == [1, 3, 4])
    // A letter with an accent of its own is two scalars, of which one is none of these.
    #expect(vocabulary.encode("e\u{301}") == nil)
    #expect(vocabulary.decode([3, 2, 0, 1]) == "éb")
    #expect(vocabulary.decode([]) == "")
  }

  @Test func bytesNeedNoEncoding() throws {
    let set = try load([0xFF, 0x61, 0x0A, 0xC3, 0xA9], TextOptions(unit: .bytes))
    #expect(set.vocabulary.symbols == [0x61, 0xA9, 0xC3, 0xFF])
    #expect(set.strings == ["\u{FFFD}a", "é"])
    #expect(set.vocabulary.encode("é") == [3, 2])
  }

  // MARK: - Reading

  @Test func linesBecomeStringsWithoutTheirEnds() throws {
    let set = try load("\u{FEFF}ab\r\n\n\r\nc\nlonger", TextOptions(maximumLength: 3))
    #expect(set.strings == ["ab", "c"])
    #expect(set.leftOut == 1)
    #expect(set.lengthCounts == [0, 1, 1, 0])
    #expect(set.longest == 2)
    #expect(set.time == 3)
    // What is left out brings no symbols along.
    #expect(set.vocabulary.symbols == [0x61, 0x62, 0x63])
  }

  @Test func runningTextIsCutIntoWindows() throws {
    let set = try load("ab\ncdéfg", TextOptions(form: .running, maximumLength: 3))
    #expect(set.strings == ["ab\n", "cdé", "fg"])
    #expect(set.leftOut == 0)
    #expect(set.time == 3)
    let batch = set.batch([0, 2])
    #expect(batch.tokens.shape == [3, 2])
    #expect(batch.mask.scalars == [1, 1, 1, 1, 1, 0])
  }

  @Test func aGivenVocabularyLeavesOtherStringsOut() throws {
    let vocabulary = TextVocabulary(charactersOf: ["xyz"])
    let set = try load("xa\nzy\ny\nyb", TextOptions(vocabulary: vocabulary))
    #expect(set.strings == ["zy", "y"])
    #expect(set.leftOut == 2)
    #expect(Array(set[0]) == [3, 2])
  }

  @Test func mistakesInFilesAreNamedWithTheirPlaces() throws {
    let noText = "data: no text found, expected strings, one a line"
    expectMessage(noText) { try load("") }
    expectMessage(noText) { try load("\n\r\n") }
    expectMessage("data, line 2: byte 2 is not valid UTF-8") {
      try load([0x61, 0x0A, 0x62, 0xFF, 0x0A])
    }
    // The mark at the start of the file counts in its first line.
    expectMessage("data, line 1: byte 5 is not valid UTF-8") {
      try load([0xEF, 0xBB, 0xBF, 0x61, 0xC3])
    }
    expectMessage(
      "data: found 2 strings, the shortest of length 3, expected some of at most 2"
    ) { try load("abcd\nabc", TextOptions(maximumLength: 2)) }
    expectMessage("data: found 1 string, each with other symbols than the 1 of the vocabulary") {
      try load("ab", TextOptions(vocabulary: TextVocabulary(charactersOf: ["x"])))
    }
    var options = TextOptions()
    options.limit = 4
    expectMessage("data: longer than 4 bytes, the limit for texts held in memory") {
      try load("abcde", options)
    }
    options = TextOptions()
    options.symbolLimit = 2
    expectMessage("data: found 3 different symbols, expected at most 2") {
      try load("abc", options)
    }
    expectMessage(
      "nowhere: no such file, and no set of this name; the sets are \"words\", \"names\", "
        + "\"molsets\""
    ) { try TextSplit.load("nowhere") }
    expectMessage("data: found 1 string, expected at least 2, to set some apart for testing") {
      try TextSplit(load("one"), testFraction: 0.5)
    }
  }

  // MARK: - Parts

  @Test func aSplitIsThatOfItsKey() throws {
    let set = try TextSet((0..<50).map { "s\($0)" }, name: "numbers")
    let (train, test) = set.split(testCount: 10, key: RandomKey(3))
    #expect(train.count == 40 && test.count == 10)
    #expect(Set(train.strings + test.strings) == Set(set.strings))
    #expect(test.strings == set.split(testCount: 10, key: RandomKey(3)).test.strings)
    #expect(test.strings != set.split(testCount: 10, key: RandomKey(4)).test.strings)
    #expect(train.vocabulary == set.vocabulary)
    #expect(train.fingerprint != test.fingerprint)
    #expect(set.fingerprint == set.subset(0..<50).fingerprint)
  }

  @Test func batchesAreFunctionsOfTheStep() throws {
    let set = try TextSet(
      (0..<103).map { String(repeating: "ab", count: 1 + $0 % 7) }, name: "repetitions")
    var batches = TextBatches(set, batchSize: 10, rounding: 4, key: RandomKey(1))
    #expect(batches.batchesPerEpoch == 10)
    let steps = [0, 1, 9, 10, 25]
    let found = steps.map { batches.batch($0) }
    // Asked for in another order.
    var others = TextBatches(set, batchSize: 10, rounding: 4, key: RandomKey(1))
    for (step, batch) in zip(steps, found).reversed() {
      let other = others.batch(step)
      #expect(other.tokens.int32Scalars == batch.tokens.int32Scalars)
      #expect(other.mask.scalars == batch.mask.scalars)
      // Time is a multiple of four, but for the longest strings.
      let time = batch.tokens.shape[0]
      #expect(time % 4 == 0 || time == 15)
    }
    // An epoch has no string twice.
    let epoch = (0..<10).flatMap { batches.indices($0) }
    #expect(Set(epoch).count == 100)
    let nextEpoch = (10..<20).flatMap { batches.indices($0) }
    #expect(nextEpoch != epoch)
  }

  @Test func batchesArePaddedWithZeros() throws {
    let set = try TextSet(["b", "abc"], name: "two")
    let batch = set.batch([0, 1], time: 5)
    #expect(batch.tokens.int32Scalars == [2, 1, 0, 2, 0, 3, 0, 0, 0, 0])
    #expect(batch.mask.scalars == [1, 1, 1, 1, 0, 1, 0, 1, 0, 0])
  }

  // MARK: - Named sets

  @Test func namedSetsAreFoundWhereTheyAreInstalled() throws {
    try withDirectory { folder in
      let words = folder + "/american-english"
      try AtomicFile.write("cat\ndog\nmouse\n", to: words)
      let search = DataSearch(folders: [], dictionaries: [folder])
      let split = try TextSplit.load("words", testFraction: 0.3, search: search)
      #expect(split.files == [words])
      #expect(Set(split.train.strings + split.test.strings) == ["cat", "dog", "mouse"])
      expectMessage(
        "names: not found in \"/nowhere\"; get it with: pip install --no-deps --target "
          + "~/.local/share/gumbel/python names"
      ) { try TextSplit.load("names", search: DataSearch(folders: ["/nowhere"])) }

      try AtomicFile.write("SMITH   1.006  1.006  1\nWU  0.1 2 2\n", to: folder + "/dist.all.last")
      let names = try TextSplit.load("names", search: DataSearch(folders: [folder]))
      #expect(Set(names.train.strings + names.test.strings) == ["SMITH", "WU"])

      try AtomicFile.write("SMILES,SPLIT\nCCO,train\nCO,train\n", to: folder + "/train.csv.gz")
      try AtomicFile.write("SMILES\nOC\nCN\n", to: folder + "/test.csv.gz")
      let molecules = try TextSplit.load("moses", search: DataSearch(folders: [folder]))
      #expect(molecules.train.strings == ["CCO", "CO"])
      // Nitrogen is none of the training strings' symbols.
      #expect(molecules.test.strings == ["OC"])
      #expect(molecules.leftOut == 1)
    }
  }
}
