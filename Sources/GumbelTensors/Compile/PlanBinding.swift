/// The settings of a group, in 64 bits: every call of a compiled function compares them.
///
/// Two lists of settings have the same digest with a probability of 2⁻⁶⁴.
struct SettingsDigest: Hashable {
  private var value: UInt64 = 0

  @inline(__always)
  mutating func note<Setting: Hashable>(_ setting: Setting) {
    let bits: UInt64
    if Setting.self == Int.self {
      bits = UInt64(bitPattern: Int64(unsafeBitCast(setting, to: Int.self)))
    } else if Setting.self == Float.self {
      bits = UInt64(unsafeBitCast(setting, to: Float.self).bitPattern)
    } else if Setting.self == ObjectIdentifier.self {
      bits = UInt64(UInt(bitPattern: unsafeBitCast(setting, to: ObjectIdentifier.self)))
    } else if MemoryLayout<Setting>.size == 1 {
      // A Bool, or the case of an enum: too small for a reference or for padding.
      bits = UInt64(unsafeBitCast(setting, to: UInt8.self))
    } else {
      bits = UInt64(bitPattern: Int64(setting.hashValue))
    }
    // Odd and far from powers of two, so that each step is a permutation that spreads its input.
    let mixed = (value ^ bits) &* 0x9e37_79b9_7f4a_7c15
    value = (mixed ^ (mixed >> 32)) &+ 0xd1b5_4a32_d192_ed03
  }
}

/// What a plan is made for: the types of the tensors of state and input, and the settings of both.
struct Signature: Hashable, TensorVisitor {
  private var types: [TensorType] = []
  private var stateCount = 0
  private(set) var settings = SettingsDigest()

  init(_ state: inout some TensorGroup, _ input: some TensorGroup) {
    state.visit(&self)
    stateCount = types.count
    var input = input
    input.visit(&self)
  }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    Trace.requireHere(tensor)
    types.append(tensor.type)
  }

  mutating func note<Setting: Hashable>(_ name: String, _ setting: Setting) {
    settings.note(setting)
  }
}

/// Gives a plan the memory of the state's tensors, after copying those that something else
/// refers to.
struct StateBinder: TensorVisitor {
  let slots: Slots
  var index = 0
  var matches = true
  var settings = SettingsDigest()

  init(_ slots: Slots) { self.slots = slots }

  mutating func note<Setting: Hashable>(_ name: String, _ setting: Setting) {
    settings.note(setting)
  }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    Trace.requireHere(tensor)
    guard matches, index < slots.count, slots[index].type == tensor.type else {
      matches = false
      return
    }
    if slots[index].isWritten {
      if !isKnownUniquelyReferenced(&tensor.storage) { tensor.storage = tensor.storage.copy() }
      tensor.traceID = 0
      slots[index].bind(tensor.storage.writablePointer)
    } else {
      slots[index].bind(tensor.storage.pointer)
    }
    index += 1
  }
}

struct InputBinder: TensorVisitor {
  let slots: Slots
  var index = 0
  var matches = true
  /// Those of the state and of the input so far.
  var settings: SettingsDigest

  init(_ slots: Slots, settings: SettingsDigest) {
    self.slots = slots
    self.settings = settings
  }

  mutating func note<Setting: Hashable>(_ name: String, _ setting: Setting) {
    settings.note(setting)
  }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    Trace.requireHere(tensor)
    guard matches, index < slots.count, slots[index].type == tensor.type else {
      matches = false
      return
    }
    slots[index].bind(tensor.storage.pointer)
    index += 1
  }
}

/// Gives a plan memory for its results: that of the last call, where the caller let go of it.
struct OutputBinder: TensorVisitor {
  let slots: Slots
  var index = 0

  init(_ slots: Slots) { self.slots = slots }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    if !isKnownUniquelyReferenced(&tensor.storage) {
      tensor.storage = Storage.uninitialized(tensor.type)
    }
    slots[index].bind(tensor.storage.writablePointer)
    index += 1
  }
}
