/// Where a value lives while a plan runs.
enum Place: CustomStringConvertible {
  /// Bytes from the start of the plan's own memory.
  case arena(Int)
  /// The memory of an argument or a result, by position.
  case state(Int)
  case input(Int)
  case output(Int)
  case constant(Storage)

  var description: String {
    switch self {
    case .arena(let offset): "@\(offset)"
    case .state(let i): "state\(i)"
    case .input(let i): "input\(i)"
    case .output(let i): "output\(i)"
    case .constant: "constant"
    }
  }
}
