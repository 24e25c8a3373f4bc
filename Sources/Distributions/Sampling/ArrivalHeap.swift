/// An item's place in the order of a reservoir, and where its element is held.
struct Arrival: Sendable {
  let index: UInt64
  /// When it arrives. Items whose times are rounded to the same are told apart by u.
  let logTime: Double
  let uniform: UInt64
  var slot = 0

  func isBefore(_ other: Arrival) -> Bool {
    (logTime, ~uniform, index) < (other.logTime, ~other.uniform, other.index)
  }
}

/// The earliest arrivals, the last of them on top.
///
/// Apart from the elements, which are of any type: code for one type is several times as fast.
struct ArrivalHeap: Sendable {
  let capacity: Int
  private(set) var arrivals: [Arrival] = []

  init(capacity: Int) { self.capacity = capacity }

  var isFull: Bool { arrivals.count == capacity }

  /// The last to arrive.
  var last: Arrival? { arrivals.first }

  /// Adds an arrival unless it is later than all of a full heap; returns the slot of its element,
  /// the next free one or that of the arrival which has to leave.
  mutating func insert(_ arrival: Arrival) -> Int? {
    var arrival = arrival
    if !isFull {
      arrival.slot = arrivals.count
      arrivals.append(arrival)
      rise(from: arrivals.count - 1)
    } else if let last, arrival.isBefore(last) {
      arrival.slot = last.slot
      arrivals[0] = arrival
      sink()
    } else {
      return nil
    }
    return arrival.slot
  }

  private mutating func rise(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      if !arrivals[parent].isBefore(arrivals[child]) { return }
      arrivals.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= arrivals.count { return }
      if child + 1 < arrivals.count, arrivals[child].isBefore(arrivals[child + 1]) { child += 1 }
      if !arrivals[parent].isBefore(arrivals[child]) { return }
      arrivals.swapAt(parent, child)
      parent = child
    }
  }
}
