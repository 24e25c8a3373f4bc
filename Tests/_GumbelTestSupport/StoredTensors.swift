import GumbelTensors

/// The tensors that a group stores and its `visit` passes over or shows twice, by path, and names that
/// are shown twice.
public func forgottenTensors(in group: some TensorGroup) -> [String] {
  var problems = group.unvisitedTensors.map { "\($0) is not visited" }
  let (visited, stored) = (group.tensors.count, storedTensors(in: group).count)
  if visited != stored { problems.append("\(visited) tensors are visited, \(stored) are stored") }
  let names = group.namedTensors.map(\.name)
  if Set(names).count != names.count { problems.append("names are repeated: \(names)") }
  return problems
}
