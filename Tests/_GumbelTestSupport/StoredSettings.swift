import GumbelTensors

/// The tensors and the settings that a group stores and its `visit` passes over.
public func forgottenParts(in group: some TensorGroup) -> [String] {
  forgottenTensors(in: group) + forgottenSettings(in: group)
}

/// The settings that a group stores and its `visit` does not note, by path.
///
/// Stored properties are found by reflection: whatever is `Hashable` and no tensor. One that is not noted
/// under its name could differ between two values for which a compiled function has one plan.
public func forgottenSettings(in group: some TensorGroup) -> [String] {
  var notes = Notes()
  var copy = group
  copy.visit(&notes)
  var stored: [(path: String, name: String)] = []
  collect(group, path: "\(type(of: group))", into: &stored)
  return stored.compactMap { path, name in
    if let position = notes.names.firstIndex(of: name) {
      notes.names.remove(at: position)
      return nil
    }
    return "\(path) is not noted"
  }
}

private struct Notes: TensorVisitor {
  var names: [String] = []
  mutating func visit(_ name: String, _ tensor: inout Tensor) {}
  mutating func note<Setting: Hashable>(_ name: String, _ setting: Setting) { names.append(name) }
}

private func collect(_ value: Any, path: String, into found: inout [(path: String, name: String)]) {
  if value is Tensor { return }
  for (position, child) in Mirror(reflecting: value).children.enumerated() {
    let name = child.label ?? String(position)
    let path = path + "." + name
    // An array or optional of groups is hashable where its elements are; of tensors, never.
    if child.value is any Hashable, child.label != nil, !(child.value is any TensorGroup) {
      found.append((path, name))
    } else {
      collect(child.value, path: path, into: &found)
    }
  }
}
