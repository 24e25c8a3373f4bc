import GumbelTensors

// Snippet: let words = ["cat", "dog", "eel"], frequency = ["cat": 2.0, "dog": 1, "eel": 0.5]
/// A weighted sample without replacement of a stream of unknown length, in one pass.
///
/// The items run an exponential race: item i of weight w arrives at the time -log(u) / w, exponential
/// with rate w, where u is uniform and depends on the key and on i alone; the `capacity` items that
/// arrive first are the sample, in the order in which they arrive. That is the order of weighted draws one after the other
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
  public var capacity: Int { order.capacity }

  @usableFromInline var order: ReservoirOrder
  /// What is held, in the places whose numbers the order knows. Two lists: of a generic pair, the
  /// type would have to be looked up for every item.
  private var elements: [Element] = []
  private var indices: [UInt64] = []

  /// An empty reservoir for a stream, or for the part of it that starts with item `firstIndex`.
  ///
  /// Traps if the capacity is negative.
  public init(capacity: Int, key: RandomKey, firstIndex: UInt64 = 0) {
    require(capacity >= 0, "WeightedReservoir: capacity \(capacity), expected at least 0")
    order = ReservoirOrder(capacity: capacity, key: key, firstIndex: firstIndex)
  }

  /// The number in the stream of the next item offered.
  public var nextIndex: UInt64 { order.nextIndex }

  /// The items offered so far, those of merged reservoirs included.
  public var offeredCount: UInt64 { order.passedCount }

  /// The sample so far, in the order of weighted draws without replacement.
  public var items: [Item] {
    var sorted = order
    sorted.sort { indices[Int($0)] }
    return sorted.memory.map {
      Item(index: indices[Int($0.item)], element: elements[Int($0.item)])
    }
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
    if try order.race.nextMayEnter(weight: weight) { enter(element(), weight: weight) }
    pass(1)
  }

  /// Offers `count` items of weight 1; `element` makes those that may enter, from their index.
  ///
  /// Traps if the count is negative.
  public mutating func offer(count: Int, _ element: (UInt64) -> Element) {
    require(count >= 0, "WeightedReservoir: \(count) items, expected at least 0")
    let end = nextIndex + UInt64(count)
    while let index = order.candidate(within: end - nextIndex) {
      pass(index - nextIndex)
      enter(element(index), weight: 1)
      pass(1)
    }
    pass(end - nextIndex)
  }

  @inlinable
  mutating func pass(_ count: UInt64) { order.pass(count) }

  /// Takes the next item if it arrives early enough; it is yet to be passed.
  @usableFromInline
  mutating func enter(_ element: Element, weight: Double) {
    insert(element, index: nextIndex, order.timeOfNext(weight: weight))
  }

  /// Adds another part of the same stream: the result is that of one pass over both.
  ///
  /// Traps unless both have the same key and capacity. That no item was offered to both is the
  /// caller's duty.
  public mutating func merge(_ other: WeightedReservoir) {
    require(
      order.key == other.order.key && capacity == other.capacity,
      "WeightedReservoir: merging reservoirs of capacity \(capacity) and \(other.capacity), "
        + "expected the same capacity and the same key")
    for entry in other.order.memory {
      let place = Int(entry.item)
      insert(other.elements[place], index: other.indices[place], entry.time)
    }
    order.join(other.order)
  }

  private mutating func insert(_ element: Element, index: UInt64, _ time: UInt64) {
    guard order.admits(time, index: index, { indices[Int($0)] }) else { return }
    let place = order.leaving ?? UInt64(indices.count)
    if place == indices.count {
      elements.append(element)
      indices.append(index)
    } else {
      elements[Int(place)] = element
      indices[Int(place)] = index
    }
    let held = indices
    held.withUnsafeBufferPointer { held in
      order.insert(time, item: place) { held[Int($0)] }
    }
  }
}
