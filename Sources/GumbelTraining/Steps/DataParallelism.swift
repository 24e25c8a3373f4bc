import GumbelMPI
import GumbelTensors

// Snippet:
// var training = Training(
//   Descent(Model(), plan: DescentPlan(epochs: 2, stepsPerEpoch: 25)), key: key)
/// How the work of a training's steps is cut and shared among processes.
///
/// The batch B of a step is cut into S shards B_0 … B_(S-1) of equal size, each with a key of its own. With
/// L(B_s, k_s) the mean loss of a shard, the step goes along
///
///     ∇ = 1/S Σ_s ∇L(B_s, k_s),    k_s = key.folding(in: s),
///
/// (weighed by ``LossModel/meanCount(of:)`` where L is a mean over something else than examples), where the
/// sum is a binary tree over the shards: ((0 + 1) + (2 + 3)) + … Each of N processes takes S/N
/// shards, adds them up, and the rest of the tree is one exchange (``/GumbelMPI/Communicator/sum(_:)``). So what a
/// training becomes depends on S and not on N: it is the same to the bit in 1, 2, …, S processes, under any
/// MPI and without one, on processors of one kind. Another S gives other draws and other rounding, as
/// another key would.
///
/// ```swift
/// let communicator = try Communicator.launched()
/// try training.share(by: DataParallelism(shards: 8, among: communicator))
/// ```
///
/// Every process makes the batch of a step, which is a function of its number, so that no data are sent.
/// What is measured on a batch as a whole, such as a baseline over its rows, is measured on a shard.
public struct DataParallelism: Sendable {
  /// The number of shards, a power of two.
  public let shards: Int
  /// The processes that share them.
  public let communicator: Communicator

  /// One shard, in one process: steps as they are without any of this.
  public static let none = DataParallelism(uncheckedShards: 1, .single)

  private init(uncheckedShards shards: Int, _ communicator: Communicator) {
    (self.shards, self.communicator) = (shards, communicator)
  }

  /// Creates a way to share work.
  ///
  /// - Parameters:
  ///   - shards: a power of two, and a multiple of the number of processes; by default that number.
  ///   - communicator: the processes.
  /// - Throws: ``ShardsError`` for another number.
  public init(shards: Int? = nil, among communicator: Communicator) throws(ShardsError) {
    let (shards, count) = (shards ?? communicator.count, communicator.count)
    let found =
      (shards == 1 ? "1 shard" : "\(shards) shards") + (count > 1 ? " for \(count) processes" : "")
    guard Self.isNumber(shards) else {
      throw ShardsError("\(found): expected a power of two, up to \(Self.most)")
    }
    guard shards % count == 0 else {
      throw ShardsError("\(found): expected a number of processes that divides that of shards")
    }
    self.init(uncheckedShards: shards, communicator)
  }

  /// The most shards.
  package static let most = 1 << 16

  /// Whether there can be so many shards.
  package static func isNumber(_ shards: Int) -> Bool {
    1...most ~= shards && shards & (shards - 1) == 0
  }

  /// The mean over the shards of terms and gradients, the same bits in all processes.
  ///
  /// - Parameters:
  ///   - key: of all that the step draws.
  ///   - compute: the terms and the gradient on a shard with a key of its own; nil stands for the whole
  ///     batch, where there is one shard.
  func mean<Gradient: TensorGroup>(
    key: RandomKey, _ compute: (Shard?, RandomKey) -> ShardResult<Gradient>
  ) -> (terms: [Tensor], gradient: Gradient) {
    if shards == 1 {
      let whole = compute(nil, key)
      return (whole.terms, whole.gradient)
    }
    let local = shards / communicator.count
    let parts = (0..<local).map { i in
      let index = communicator.rank * local + i
      return compute(Shard(index: index, count: shards), key.folding(in: index))
    }
    let values = parts.map(\.floats)
    let own =
      local == 1 ? values[0] : values[0].indices.map { i in TreeSum.of(values.map { $0[i] }) }
    var sums = communicator.sum(own)
    if parts[0].count != nil {
      let scale = 1 / sums.removeLast()
      sums = sums.map { $0 * scale }
    }
    let termCount = parts[0].terms.count
    var next = termCount
    let gradient = parts[0].gradient.mapTensors { tensor in
      guard tensor.elementType == .float32 else { return tensor }
      defer { next += 1 }
      return sums[next]
    }
    return (Array(sums[..<termCount]), gradient)
  }
}

/// What a shard adds to a step.
struct ShardResult<Gradient: TensorGroup> {
  let terms: [Tensor]
  let gradient: Gradient
  /// What both have been multiplied by, where that is not the shard's ``Shard/weight``.
  var count: Tensor?

  /// All that is summed over the shards.
  fileprivate var floats: [Tensor] {
    terms + gradient.tensors.filter { $0.elementType == .float32 } + (count.map { [$0] } ?? [])
  }
}

/// One of the equal parts of a batch.
public struct Shard: Hashable, Sendable {
  /// Its number, from 0.
  public let index: Int
  /// How many there are.
  public let count: Int

  /// What a shard counts for in a mean over all, a scalar: 1 / count. As a power of two it rounds nothing.
  var weight: Tensor { Tensor(1 / Float(count)) }

  /// Creates a shard.
  public init(index: Int, count: Int) { (self.index, self.count) = (index, count) }
}

extension TensorGroup {
  /// The part of a batch that a shard has: of each tensor those of equal parts along an axis; all of a
  /// tensor without such an axis. Traps where an axis cannot be cut into so many parts.
  public func shard(_ shard: Shard, along axis: Int) -> Self {
    mapTensors { tensor in
      guard (-tensor.rank..<tensor.rank).contains(axis) else { return tensor }
      let extent = tensor.shape[tensor.shape.resolved(axis: axis)]
      require(
        extent % shard.count == 0,
        "shard(_:along:): \(extent) examples cannot be cut into \(shard.count) shards")
      let length = extent / shard.count
      return tensor.sliced(along: axis, (shard.index * length)..<((shard.index + 1) * length))
    }
  }
}

/// Why a training's steps cannot be cut, in one line.
public struct ShardsError: Error, Hashable, CustomStringConvertible {
  /// What was found, and what was expected.
  public let description: String

  package init(_ description: String) { self.description = description }
}
