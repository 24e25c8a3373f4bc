import GumbelTensors

/// The order in which training goes through a set: another one in each epoch, a function of key and
/// epoch alone, cut into batches, of which a last one that is not full is left out.
struct EpochOrder: Sendable {
  let batchSize: Int
  private let count: Int
  let key: RandomKey
  /// The last epoch asked for, whose order is worth keeping.
  private(set) var epoch = -1
  private var order: [Int32] = []

  init(_ count: Int, batchSize: Int, key: RandomKey) {
    (self.count, self.batchSize, self.key) = (count, batchSize, key)
  }

  var batchesPerEpoch: Int { count / batchSize }

  /// The indices of a step's batch. Traps if the step is negative.
  mutating func indices(_ step: Int) -> [Int] {
    require(step >= 0, "batches: step \(step), expected 0 or more")
    let (epoch, place) = step.quotientAndRemainder(dividingBy: batchesPerEpoch)
    if epoch != self.epoch {
      self.epoch = epoch
      order = Tensor.permutation(count, key: key.folding(in: epoch)).int32Scalars
    }
    return order[(place * batchSize)..<((place + 1) * batchSize)].map(Int.init)
  }
}
