/// A value made of tensors: a model, a layer, an optimizer's state, a batch.
///
/// The one requirement is to show every tensor, with its name, always in the same order:
///
/// ```swift
/// struct Affine: TensorGroup {
///   var weight: Tensor
///   var bias: Tensor
///
///   mutating func visit(_ visitor: inout some TensorVisitor) {
///     visitor.visit("weight", &weight)
///     visitor.visit("bias", &bias)
///   }
/// }
/// ```
///
/// Names, counts, gradients of the value's own type, optimizers, compiled functions and
/// checkpoints all derive from it.
///
/// What is no tensor and decides what is computed, a stride, a rate of dropout, is a *setting*. A group
/// notes its own beside its tensors, `visitor.note("stride", stride)`: a compiled function makes a plan
/// for each combination of settings, as it does for each of shapes.
public protocol TensorGroup {
  /// Shows every tensor to the visitor, with its name, and notes every setting.
  mutating func visit(_ visitor: inout some TensorVisitor)
}

/// What is done with each tensor of a group, in order.
public protocol TensorVisitor {
  /// Called for each tensor, which may be replaced.
  mutating func visit(_ name: String, _ tensor: inout Tensor)
  /// Called before the tensors of a named part.
  mutating func enter(_ name: String)
  /// Called after the tensors of a part.
  mutating func leave()
  /// Called for each setting: what is no tensor and decides what is computed with the tensors.
  mutating func note<Setting: Hashable>(_ name: String, _ setting: Setting)
}

extension TensorVisitor {
  /// Does nothing.
  public mutating func enter(_ name: String) {}
  /// Does nothing.
  public mutating func leave() {}
  /// Does nothing.
  public mutating func note<Setting: Hashable>(_ name: String, _ setting: Setting) {}

  /// Visits a part that is itself a group.
  public mutating func visit(_ name: String, _ part: inout some TensorGroup) {
    enter(name)
    part.visit(&self)
    leave()
  }

  /// Visits a part whose type may differ from value to value, such as one of `any Layer`, and notes the
  /// type.
  public mutating func visit<Part: TensorGroup>(_ name: String, ofAnyType part: inout Part) {
    enter(name)
    note("type", ObjectIdentifier(Part.self))
    part.visit(&self)
    leave()
  }

  /// Visits parts named 0, 1, 2, …
  public mutating func visit<Part: TensorGroup>(_ name: String, _ parts: inout [Part]) {
    enter(name)
    for i in parts.indices { visit(String(i), &parts[i]) }
    leave()
  }

  /// Visits tensors named 0, 1, 2, …
  public mutating func visit(_ name: String, _ tensors: inout [Tensor]) {
    enter(name)
    for i in tensors.indices { visit(String(i), &tensors[i]) }
    leave()
  }
}

// MARK: - What derives from a visit

private struct ClosureVisitor: TensorVisitor {
  let body: (inout Tensor) -> Void
  mutating func visit(_ name: String, _ tensor: inout Tensor) { body(&tensor) }
}

private struct NamedVisitor: TensorVisitor {
  var path: [String] = []
  var found: [(name: String, tensor: Tensor)] = []

  mutating func enter(_ name: String) { if !name.isEmpty { path.append(name) } }
  mutating func leave() { if !path.isEmpty { path.removeLast() } }
  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    found.append(((path + (name.isEmpty ? [] : [name])).joined(separator: "."), tensor))
  }
}

extension TensorGroup {
  /// Replaces each tensor, in order.
  public mutating func updateEach(_ body: (inout Tensor) -> Void) {
    withoutActuallyEscaping(body) { body in
      var visitor = ClosureVisitor(body: body)
      visit(&visitor)
    }
  }

  /// The same value with each tensor replaced.
  public func mapTensors(_ transform: (Tensor) -> Tensor) -> Self {
    var copy = self
    copy.updateEach { $0 = transform($0) }
    return copy
  }

  /// The tensors in order.
  public var tensors: [Tensor] {
    var result: [Tensor] = []
    var copy = self
    copy.updateEach { result.append($0) }
    return result
  }

  /// The tensors in order with their names: the path of parts, separated by dots.
  public var namedTensors: [(name: String, tensor: Tensor)] {
    var visitor = NamedVisitor()
    var copy = self
    copy.visit(&visitor)
    return visitor.found
  }

  /// The number of elements in all tensors.
  public var elementCount: Int { tensors.reduce(0) { $0 + $1.count } }
}

// MARK: - Groups of the library

extension Tensor: TensorGroup {
  public mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("", &self) }
}

extension Array: TensorGroup where Element: TensorGroup {
  public mutating func visit(_ visitor: inout some TensorVisitor) {
    for i in indices {
      visitor.enter(String(i))
      self[i].visit(&visitor)
      visitor.leave()
    }
  }
}

extension Optional: TensorGroup where Wrapped: TensorGroup {
  public mutating func visit(_ visitor: inout some TensorVisitor) {
    if var wrapped = self {
      // Cleared first, so that the tensors inside are referenced once while they are visited.
      self = nil
      wrapped.visit(&visitor)
      self = wrapped
    }
  }
}

/// Two groups as one.
public struct Pair<First: TensorGroup, Second: TensorGroup>: TensorGroup {
  /// The one visited first.
  public var first: First
  /// The other one.
  public var second: Second

  /// Creates a pair.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("first", &first)
    visitor.visit("second", &second)
  }
}

extension Pair: Sendable where First: Sendable, Second: Sendable {}

/// A group without tensors.
public struct EmptyGroup: TensorGroup, Sendable {
  /// Creates the group.
  public init() {}
  public mutating func visit(_ visitor: inout some TensorVisitor) {}
}
