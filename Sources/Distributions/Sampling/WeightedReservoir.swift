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
  }

  /// The most items held.
  public var capacity: Int { heap.capacity }

  @usableFromInline var times: ArrivalTimes
  private var heap: ArrivalHeap
  /// By the slots of the arrivals.
  private var elements: [Element] = []

  /// An empty reservoir for a stream, or for the part of it that starts with item `firstIndex`.
  ///
  /// Traps if the capacity is negative.
  public init(capacity: Int, key: RandomKey, firstIndex: UInt64 = 0) {
    require(capacity >= 0, "WeightedReservoir: capacity \(capacity), expected at least 0")
    heap = ArrivalHeap(capacity: capacity)
    times = ArrivalTimes(
      key: key, firstIndex: firstIndex, latest: capacity == 0 ? 0 : .infinity)
  }

  /// The number in the stream of the next item offered.
  public var nextIndex: UInt64 { times.nextIndex }

  /// The items offered so far, those of merged reservoirs included.
  public var offeredCount: UInt64 { times.passedCount }

  /// The sample so far, in the order of weighted draws without replacement.
  public var items: [Item] {
    heap.arrivals.sorted { $0.isBefore($1) }
      .map { Item(index: $0.index, element: elements[$0.slot]) }
  }
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
    insert(times.arrivalOfNext(weight: weight), element)
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
    for arrival in other.heap.arrivals { insert(arrival, other.elements[arrival.slot]) }
    times.passedCount += other.offeredCount
    times.nextIndex = max(nextIndex, other.nextIndex)
  }

  private mutating func insert(_ arrival: Arrival, _ element: Element) {
    guard let slot = heap.insert(arrival) else { return }
    if slot == elements.count { elements.append(element) } else { elements[slot] = element }
    if heap.isFull, let last = heap.last { times.close(after: last.logTime) }
  }
}
