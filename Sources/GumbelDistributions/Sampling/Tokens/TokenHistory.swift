import GumbelKernels
import GumbelTensors

/// The tokens of a sequence so far, counted one by one, for ``TokenPenalties``.
///
/// ```swift
/// let history = TokenHistory(window: 3)
/// history.accept(prompt: [7, 7])
/// for token: Int32 in [5, 9] { history.accept(token) }
/// print(history.counts(of: 7))  // (prompt: 1, generated: 0)
/// print(history.counts(of: 9))  // (prompt: 0, generated: 1)
/// ```
///
/// Negative numbers, which stand for no token, are passed over. A token is taken in, and the one that leaves the window let go, in constant time. Nothing is allocated
/// while there is room: for `capacity` tokens from the beginning, and then for twice as many whenever it
/// is used up; with a window, never.
public final class TokenHistory {
  /// How many of the last tokens count; nil for all.
  public let window: Int?
  /// How many tokens count now.
  public private(set) var count = 0

  // Each token once, in no order, and where it stands by a hash: its place + 1, 0 for nothing.
  private var entries: UnsafeMutablePointer<gk_token_count>
  private(set) var distinct = 0
  private var capacity: Int
  private var slots: UnsafeMutablePointer<Int32>
  private var slotMask: Int
  // The window's tokens, those of the prompt as their complements.
  private let ring: UnsafeMutablePointer<Int32>?
  private var next = 0

  /// Creates the history of a sequence that begins. Traps if `window` or `capacity` is negative.
  public init(window: Int? = nil, capacity: Int = 1024) {
    require(
      window ?? 0 >= 0 && capacity >= 0,
      "TokenHistory: a window of \(window ?? 0) and room for \(capacity) tokens, expected at least 0"
    )
    self.window = window
    self.capacity = max(window ?? capacity, 16)
    entries = .allocate(capacity: self.capacity)
    let slotCount = Self.slotCount(self.capacity)
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
    slotMask = slotCount - 1
    ring = window.map { .allocate(capacity: max($0, 1)) }
  }

  deinit {
    entries.deallocate()
    slots.deallocate()
    ring?.deallocate()
  }

  /// A history of its own with the same tokens, for a sequence that branches off.
  public func copy() -> TokenHistory {
    let copy = TokenHistory(window: window, capacity: capacity)
    copy.count = count
    copy.distinct = distinct
    copy.next = next
    copy.entries.update(from: entries, count: distinct)
    copy.slots.update(from: slots, count: slotMask + 1)
    if let ring, let window { copy.ring!.update(from: ring, count: min(count, window)) }
    return copy
  }

  /// Takes in a token that was drawn.
  public func accept(_ token: Int32) { accept(token, isPrompt: false) }

  /// Takes in tokens that were given.
  public func accept(prompt tokens: some Sequence<Int32>) {
    for token in tokens { accept(token, isPrompt: true) }
  }

  /// Takes in tokens that were drawn, in place of all that there were.
  public func replace(with tokens: UnsafeBufferPointer<Int32>) {
    removeAll()
    for token in tokens.suffix(window ?? tokens.count) { accept(token) }
  }

  /// Forgets all tokens, and keeps the room for them.
  public func removeAll() {
    slots.update(repeating: 0, count: slotMask + 1)
    count = 0
    distinct = 0
    next = 0
  }

  /// How often a token counts, in what was given and in what was drawn.
  public func counts(of token: Int32) -> (prompt: Int, generated: Int) {
    let place = slots[slot(of: token)]
    if place == 0 { return (0, 0) }
    let entry = entries[Int(place) - 1]
    return (Int(entry.prompt), Int(entry.generated))
  }

  var kernelCounts: UnsafePointer<gk_token_count> { UnsafePointer(entries) }

  private func accept(_ token: Int32, isPrompt: Bool) {
    guard token >= 0 else { return }
    if let ring, let window {
      if window == 0 { return }
      if count == window {
        let oldest = ring[next]
        remove(oldest < 0 ? ~oldest : oldest, isPrompt: oldest < 0)
      }
      ring[next] = isPrompt ? ~token : token
      next = next + 1 == window ? 0 : next + 1
    }
    count += 1
    var slot = slot(of: token)
    if slots[slot] == 0 {
      if distinct == capacity {
        grow()
        slot = self.slot(of: token)
      }
      entries[distinct] = gk_token_count(token: token, prompt: 0, generated: 0)
      distinct += 1
      slots[slot] = Int32(distinct)
    }
    let place = Int(slots[slot]) - 1
    if isPrompt { entries[place].prompt += 1 } else { entries[place].generated += 1 }
  }

  private func remove(_ token: Int32, isPrompt: Bool) {
    count -= 1
    let slot = slot(of: token)
    let place = Int(slots[slot]) - 1
    if isPrompt { entries[place].prompt -= 1 } else { entries[place].generated -= 1 }
    if entries[place].prompt + entries[place].generated > 0 { return }
    // The last entry takes the place of this one.
    distinct -= 1
    if place < distinct {
      slots[self.slot(of: entries[distinct].token)] = Int32(place + 1)
      entries[place] = entries[distinct]
    }
    close(slot)
  }

  /// Empties a slot, and moves those behind it up that would not be found across the gap.
  private func close(_ emptied: Int) {
    var gap = emptied
    var slot = (gap + 1) & slotMask
    slots[gap] = 0
    while slots[slot] != 0 {
      let home = hash(entries[Int(slots[slot]) - 1].token)
      if (slot - home) & slotMask >= (slot - gap) & slotMask {
        slots[gap] = slots[slot]
        slots[slot] = 0
        gap = slot
      }
      slot = (slot + 1) & slotMask
    }
  }

  private func hash(_ token: Int32) -> Int {
    Int(truncatingIfNeeded: (UInt64(UInt32(bitPattern: token)) &* 0x9e37_79b9_7f4a_7c15) >> 32)
      & slotMask
  }

  /// Where a token stands, or would.
  private func slot(of token: Int32) -> Int {
    var slot = hash(token)
    while slots[slot] != 0, entries[Int(slots[slot]) - 1].token != token {
      slot = (slot + 1) & slotMask
    }
    return slot
  }

  private func grow() {
    let larger = UnsafeMutablePointer<gk_token_count>.allocate(capacity: 2 * capacity)
    larger.update(from: entries, count: distinct)
    entries.deallocate()
    entries = larger
    capacity *= 2
    slots.deallocate()
    let slotCount = Self.slotCount(capacity)
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: 0, count: slotCount)
    slotMask = slotCount - 1
    for place in 0..<distinct { slots[slot(of: entries[place].token)] = Int32(place + 1) }
  }

  /// A power of two, at least half of which stays empty.
  private static func slotCount(_ capacity: Int) -> Int {
    var count = 32
    while count < 2 * capacity { count *= 2 }
    return count
  }
}
