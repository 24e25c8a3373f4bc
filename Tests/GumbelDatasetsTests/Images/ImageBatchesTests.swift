import GumbelDatasets
import GumbelTensors
import Testing

@Suite struct ImageBatchesTests {
  private static let modes: [Binarisation] = [.none, .threshold(at: 0.5), .fixed, .dynamic]

  @Test(arguments: modes) func aBatchDependsOnItsStepAlone(binarisation: Binarisation) {
    let set = exampleSet(count: 10)
    var forwards = ImageBatches(
      set, batchSize: 3, binarisation: binarisation, key: RandomKey(1))
    #expect(forwards.batchesPerEpoch == 3)
    let batches = (0..<7).map { forwards.batch($0) }
    for step in [6, 0, 5, 3, 3, 1] {
      var fresh = ImageBatches(
        set, batchSize: 3, binarisation: binarisation, key: RandomKey(1))
      let batch = fresh.batch(step)
      #expect(batch.pixels.scalars == batches[step].pixels.scalars)
      #expect(batch.labels?.int32Scalars == batches[step].labels?.int32Scalars)
      #expect(batch.pixels.shape == [3, 6])
      #expect(forwards.batch(step).pixels.scalars == batch.pixels.scalars)
    }
  }

  @Test func anEpochHasEachImageOnceInAnotherOrder() {
    var batches = ImageBatches(exampleSet(count: 12), batchSize: 4, key: RandomKey(2))
    var orders: Set<[Int]> = []
    for epoch in 0..<5 {
      let indices = (0..<3).flatMap { batches.indices(3 * epoch + $0) }
      #expect(indices.sorted() == Array(0..<12))
      orders.insert(indices)
    }
    #expect(orders.count == 5)
  }

  @Test func pixelsAndLabelsBelongTogether() {
    let set = exampleSet(count: 10)
    var batches = ImageBatches(set, batchSize: 4, key: RandomKey(3))
    let indices = batches.indices(1)
    let batch = batches.batch(1)
    #expect(batch.pixels.scalars == set.pixels(of: indices))
    let labels = indices.map { set.labels![$0] }
    #expect(batch.labels?.int32Scalars == labels)
    var unlabelled = ImageBatches(
      exampleSet(count: 10, labels: false), batchSize: 4, key: RandomKey(3))
    #expect(unlabelled.batch(0).labels == nil)
    // A compiled step is given both.
    #expect(batch.namedTensors.map(\.name) == ["pixels", "labels"])
    #expect(unlabelled.batch(0).namedTensors.map(\.name) == ["pixels"])
  }

  @Test(arguments: modes) func preparedAheadTheyAreTheSame(binarisation: Binarisation) {
    var batches = ImageBatches(
      exampleSet(count: 10), batchSize: 3, binarisation: binarisation, key: RandomKey(4))
    let prefetcher = ImagePrefetcher(batches)
    for step in [0, 1, 2, 3, 4, 9, 10, 3, 3, 0] {
      let expected = batches.batch(step)
      let found = prefetcher.batch(step)
      #expect(found.pixels.scalars == expected.pixels.scalars)
      #expect(found.labels?.int32Scalars == expected.labels?.int32Scalars)
    }
  }

  @Test func binarisedPixelsHaveTheirProbabilities() {
    // 64 images of 256 pixels, each of every byte: a sum over images has standard deviation
    // sqrt(64 p (1 - p)) <= 4; 6.1 of them are passed once in 10^9, so once in 4 million runs.
    let bytes = (0..<64).flatMap { _ in (0...255).map(UInt8.init) }
    let set = ImageSet(name: "ramp", bytes: bytes, height: 16, width: 16)
    let asFloats = ImageSet(
      name: "ramp", values: set.pixels(of: 0..<64), height: 16, width: 16)
    for images in [set, asFloats] {
      let drawn = images.binarised(.fixed, key: RandomKey(5))
      let pixels = (0..<64).map { drawn[$0] }
      for byte in 0...255 {
        let p = Double(byte) / 255
        let sum = pixels.reduce(0) { $0 + Double($1[byte]) }
        let deviation = (64 * p * (1 - p)).squareRoot()
        #expect(abs(sum - 64 * p) <= 6.1 * deviation + 1e-4)
      }
      #expect(pixels.joined().allSatisfy { $0 == 0 || $0 == 1 })
      #expect(Set(pixels).count == 64)
    }
    // Bytes and floats are drawn with the same words.
    let same = zip(
      set.binarised(.fixed, key: RandomKey(5))[7], asFloats.binarised(.fixed, key: RandomKey(5))[7]
    ).count { $0 == $1 }
    #expect(same == 256)
    let half = set.binarised(.threshold(at: 0.5), key: RandomKey(5))
    #expect(half[3] == (0...255).map { $0 >= 128 ? 1 : 0 })
  }

  @Test func aFixedDrawStaysAndADynamicOneChanges() {
    let set = exampleSet(count: 10, height: 8, width: 8)
    func epochs(_ binarisation: Binarisation) -> [[Float]] {
      var batches = ImageBatches(
        set, batchSize: 10, binarisation: binarisation, key: RandomKey(6))
      return (0..<2).map { epoch in
        let place = batches.indices(epoch).firstIndex(of: 4)!
        return Array(batches.batch(epoch).pixels.scalars[(64 * place)..<(64 * place + 64)])
      }
    }
    let fixed = epochs(.fixed)
    #expect(fixed[0] == fixed[1])
    let dynamic = epochs(.dynamic)
    #expect(dynamic[0] != dynamic[1])
  }

  @Test func partsOfASet() {
    let set = exampleSet(count: 30)
    let (train, test) = set.split(testFraction: 0.2, key: RandomKey(7))
    #expect((train.count, test.count) == (24, 6))
    let all = (0..<24).map { train[$0] } + (0..<6).map { test[$0] }
    #expect(Set(all) == Set((0..<30).map { set[$0] }))
    let chosen = set.balancedIndices(perClass: 4, key: RandomKey(8))
    #expect(Set(chosen).count == 12)
    #expect(chosen.map { set.labels![$0] } == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
  }

  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = ImageBatches(exampleSet(count: 3), batchSize: 4, key: RandomKey(1))
    }
    await #expect(processExitsWith: .failure) { _ = exampleSet(count: 3)[3] }
    await #expect(processExitsWith: .failure) {
      _ = ImageSet(name: "x", bytes: [1, 2, 3], height: 2, width: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = ImageSet(name: "x", values: [.nan], height: 1, width: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = ImageSet(name: "x", bytes: [1], height: 1, width: 1, labels: [2], classNames: ["a"])
    }
  }
}
