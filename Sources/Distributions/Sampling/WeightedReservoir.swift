import CMath
import Kernels
import Tensors

/// A weighted sample without replacement of a stream of unknown length, in one pass.
///
/// Item i of weight w arrives at the time -log(u) / w, exponential with rate w, where u is
/// uniform and depends on the key and on i alone; the `capacity` items that arrive first are the
/// sample, in the order of their arrival. That is the order of weighted draws one after the other
/// without putting back (Plackett-Luce). Minus the logarithms of the times are `log w + noise`, the
/// noise that of `Tensor.gumbel` with this key: the sample is the top k of perturbed logits. Memory
/// is that of the items held.
///
/// Shards of a stream that are offered to reservoirs of the same key, each from the index of its
/// first item on, and then merged give exactly the sample of one pass over the whole.
///
/// ```swift
/// var reservoir = WeightedReservoir<String>(capacity: 10, key: RandomKey(42))
/// for word in words { try reservoir.offer(word, weight: frequency[word]!) }
/// reservoir.items.map(\.element)
/// ```
///
/// Efraimidis & Spirakis, "Weighted random sampling with a reservoir", IPL 2006; Kool, van Hoof &
/// Welling, "Stochastic beams and where to find them", ICML 2019.
public struct WeightedReservoir<Element: Sendable>: Sendable {
  /// An item of the sample.
  public struct Item: Sendable {
    /// Its number in the stream, from 0.
    public let index: UInt64
    public let element: Element
    /// When it arrives. Items whose times are rounded to the same are told apart by u.
    let logTime: Double
    let uniform: UInt64

    func isBefore(_ other: Item) -> Bool {
      (logTime, ~uniform, index) < (other.logTime, ~other.uniform, other.index)
    }
  }

  /// The most items held.
  public let capacity: Int

  @usableFromInline var times: ArrivalTimes
  /// A heap, the last to arrive on top.
  private var heap: [Item] = []

  /// An empty reservoir for a stream, or for the part of it that starts with item `firstIndex`.
  ///
  /// Traps if the capacity is negative.
  public init(capacity: Int, key: RandomKey, firstIndex: UInt64 = 0) {
    require(capacity >= 0, "WeightedReservoir: capacity \(capacity), expected at least 0")
    self.capacity = capacity
    times = ArrivalTimes(
      key: key, firstIndex: firstIndex, latest: capacity == 0 ? 0 : .infinity)
  }

  /// The number in the stream of the next item offered.
  public var nextIndex: UInt64 { times.nextIndex }

  /// The items offered so far, those of merged reservoirs included.
  public var offeredCount: UInt64 { times.passedCount }

  /// The sample so far, in the order of weighted draws without replacement.
  public var items: [Item] { heap.sorted { $0.isBefore($1) } }
}

// MARK: - Offering

extension WeightedReservoir {
  /// Offers the next item of the stream. The element is made only if it may enter.
  ///
  /// An item of weight 0 never enters.
  ///
  /// - Throws: If the weight is negative, infinite or NaN; the item is then not counted.
  @inlinable @inline(__always)
  public mutating func offer(
    _ element: @autoclosure () -> Element, weight: Double
  ) throws(SamplingError) {
    if try times.nextMayEnter(weight: weight) { enter(element(), weight: weight) }
    pass(1)
  }

  /// Offers `count` items of weight 1; `element` makes those that may enter, from their index.
  ///
  /// Traps if the count is negative.
  public mutating func offer(count: Int, _ element: (UInt64) -> Element) {
    require(count >= 0, "WeightedReservoir: \(count) items, expected at least 0")
    let end = nextIndex + UInt64(count)
    while let index = times.candidate(within: end - nextIndex) {
      pass(index - nextIndex)
      enter(element(index), weight: 1)
      pass(1)
    }
    pass(end - nextIndex)
  }

  /// The first of the next `count` items, if all have weight 1, that may enter.
  package mutating func candidate(within count: UInt64) -> UInt64? {
    times.candidate(within: count)
  }

  /// Passes over items, none of which can enter.
  @inlinable
  package mutating func pass(_ count: UInt64) {
    times.nextIndex += count
    times.passedCount += count
  }

  /// Takes the next item if it arrives early enough; it is yet to be passed.
  @usableFromInline
  package mutating func enter(_ element: Element, weight: Double) {
    let (logTime, uniform) = times.timeOfNext(weight: weight)
    insert(Item(index: nextIndex, element: element, logTime: logTime, uniform: uniform))
  }

  /// Adds another part of the same stream: the result is that of one pass over both.
  ///
  /// Traps unless both have the same key and capacity. That no item was offered to both is the
  /// caller's duty.
  public mutating func merge(_ other: WeightedReservoir) {
    require(
      times.key == other.times.key && capacity == other.capacity,
      "WeightedReservoir: merging reservoirs of capacity \(capacity) and \(other.capacity), "
        + "expected the same capacity and the same key")
    for item in other.heap { insert(item) }
    times.passedCount += other.offeredCount
    times.nextIndex = max(nextIndex, other.nextIndex)
  }
}

// MARK: - The heap

extension WeightedReservoir {
  private mutating func insert(_ item: Item) {
    if heap.count < capacity {
      heap.append(item)
      rise(from: heap.count - 1)
      if heap.count < capacity { return }
    } else if let last = heap.first, item.isBefore(last) {
      heap[0] = item
      sink()
    } else {
      return
    }
    times.close(after: heap[0].logTime)
  }

  private mutating func rise(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      if !heap[parent].isBefore(heap[child]) { return }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= heap.count { return }
      if child + 1 < heap.count, heap[child].isBefore(heap[child + 1]) { child += 1 }
      if !heap[parent].isBefore(heap[child]) { return }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}
