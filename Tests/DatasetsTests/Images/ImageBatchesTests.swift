import Datasets
import Tensors
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
  }
}
