/// What a signature was compiled to.
protocol Executable: AnyObject, CustomStringConvertible {
  /// Runs with these arguments, and writes the new states over the old ones; false, and nothing done,
  /// where the arguments are of another signature.
  ///
  /// - Parameters:
  ///   - settings: those of state and input that it was made for.
  ///   - output: tensors of the types that come out; what they hold is replaced.
  func run<State: TensorGroup, Input: TensorGroup, Output: TensorGroup>(
    _ state: inout State, _ input: Input, settings: SettingsDigest, into output: inout Output
  ) -> Bool
}

/// Plain memory, since every call goes through these: an array in a class would be checked for
/// exclusive access at each use.
typealias Slots = UnsafeMutableBufferPointer<Slot>

/// Memory that a call brings with it.
struct Slot {
  let type: TensorType
  /// Whether a run writes to it.
  var isWritten = false
  /// Where it was in the last call.
  private(set) var last: UnsafeMutableRawPointer?
  /// Where the address is kept, to be written when it changes.
  private var uses: [UnsafeMutablePointer<UnsafeMutableRawPointer>] = []

  init(type: TensorType) { self.type = type }

  mutating func add(_ use: UnsafeMutablePointer<UnsafeMutableRawPointer>) { uses.append(use) }

  @inline(__always)
  mutating func bind(_ pointer: UnsafeMutableRawPointer) {
    if pointer == last { return }
    last = pointer
    for use in uses { use.pointee = pointer }
  }
}

extension Slots {
  static func allocate(for values: [Graph.Use]) -> Slots {
    let slots = Slots.allocate(capacity: values.count)
    _ = slots.initialize(from: values.map { Slot(type: $0.type) })
    return slots
  }
}
