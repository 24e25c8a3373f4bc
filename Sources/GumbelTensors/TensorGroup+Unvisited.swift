import GumbelCLibrary

extension TensorGroup {
  /// The paths of the tensors that the value stores and that its ``visit(_:)`` does not show: a forgotten
  /// line. Such a tensor has no gradient, is not saved, and is a constant of a compiled function.
  ///
  /// Stored properties are found by reflection, in structs, enums, arrays and the like, but not in
  /// objects. Builds for debugging write what is found here to standard error when a value of the type is
  /// first given to a gradient or a compiled function.
  public var unvisitedTensors: [String] {
    let visited = Set(tensors.map(TensorIdentity.init))
    return storedTensors(in: self).filter { !visited.contains($0.tensor) }.map(\.path)
  }
}

/// What tells one tensor from another while both live: memory, or a place in a trace.
package struct TensorIdentity: Hashable {
  let storage: ObjectIdentifier
  let trace: UInt64
  let variable: UInt32

  package init(_ tensor: Tensor) {
    storage = ObjectIdentifier(tensor.storage)
    trace = tensor.traceID
    variable = tensor.variable
  }
}

/// The tensors among the stored properties of a value, by path.
package func storedTensors(in value: Any) -> [(path: String, tensor: TensorIdentity)] {
  var found: [(path: String, tensor: TensorIdentity)] = []
  collect(value, path: "\(type(of: value))", into: &found)
  return found
}

private func collect(
  _ value: Any, path: String, into found: inout [(path: String, tensor: TensorIdentity)]
) {
  if let tensor = value as? Tensor {
    found.append((path, TensorIdentity(tensor)))
    return
  }
  let mirror = Mirror(reflecting: value)
  if mirror.displayStyle == .class { return }
  for (position, child) in mirror.children.enumerated() {
    // Numbers, strings and lists of them, which may be long, hold no tensors.
    if child.value is any Hashable { continue }
    collect(child.value, path: path + "." + (child.label ?? String(position)), into: &found)
  }
}

#if DEBUG
  /// The types that were looked at. Read and written with the lock below held, and nowhere else.
  private nonisolated(unsafe) var reported: Set<ObjectIdentifier> = []
  /// Made once and never changed; the mutex behind the pointer is what threads share.
  private nonisolated(unsafe) let reportLock: UnsafeMutablePointer<pthread_mutex_t> = {
    let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    return lock
  }()
#endif

/// Writes the unvisited tensors of a value to standard error, once a type and in builds for debugging.
@inline(__always)
func reportUnvisitedTensors(in group: some TensorGroup) {
  #if DEBUG
    let type = type(of: group)
    pthread_mutex_lock(reportLock)
    let isNew = reported.insert(ObjectIdentifier(type)).inserted
    pthread_mutex_unlock(reportLock)
    guard isNew else { return }
    for path in group.unvisitedTensors {
      let line = "\(path) is a tensor that visit(_:) of \(type) does not show\n"
      line.withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
    }
  #endif
}
