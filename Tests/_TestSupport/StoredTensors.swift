import Tensors

/// The tensors that a group stores and its `visit` passes over or shows twice, by path.
///
/// Stored properties are found by reflection, so this sees what a forgotten line in `visit` hides
/// from everything else.
public func forgottenTensors(in group: some TensorGroup) -> [String] {
  var stored: [(path: String, storage: ObjectIdentifier)] = []
  collect(group, path: "\(type(of: group))", into: &stored)
  let visited = group.tensors.map { ObjectIdentifier($0.storage) }
  var problems = stored.filter { !visited.contains($0.storage) }.map { "\($0.path) is not visited" }
  if visited.count != stored.count {
    problems.append("\(visited.count) tensors are visited, \(stored.count) are stored")
  }
  let names = group.namedTensors.map(\.name)
  if Set(names).count != names.count { problems.append("names are repeated: \(names)") }
  return problems
}

private func collect(
  _ value: Any, path: String, into found: inout [(path: String, storage: ObjectIdentifier)]
) {
  if let tensor = value as? Tensor {
    found.append((path, ObjectIdentifier(tensor.storage)))
    return
  }
  for (position, child) in Mirror(reflecting: value).children.enumerated() {
    collect(child.value, path: path + "." + (child.label ?? String(position)), into: &found)
  }
}
