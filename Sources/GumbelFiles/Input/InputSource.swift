import GumbelCLibrary

/// Where bytes are read from.
public enum InputSource: Equatable, Sendable {
  /// The file, device or named pipe at a path.
  case file(String)
  /// The process's standard input.
  case standardInput
  /// An open descriptor, which is not closed; `name` stands for it in messages.
  case descriptor(Int32, name: String)

  /// The source that a command's argument names: `-` is standard input, all else is a path.
  public init(argument: String) {
    self = argument == "-" ? .standardInput : .file(argument)
  }

  /// What messages call the source.
  public var name: String {
    switch self {
    case .file(let path): path
    case .standardInput: "standard input"
    case .descriptor(_, let name): name
    }
  }

  /// A descriptor to read from, and whether it is the caller's to close.
  func open(
    shouldStop: (() -> Bool)?
  ) throws(InputError) -> (descriptor: Int32, isOwned: Bool) {
    switch self {
    case .file(let path):
      let descriptor = try openForReading(path, shouldStop: shouldStop)
      do {
        try refuseDirectory(descriptor)
      } catch {
        close(descriptor)
        throw error
      }
      return (descriptor, true)
    case .standardInput:
      try refuseDirectory(STDIN_FILENO)
      return (STDIN_FILENO, false)
    case .descriptor(let descriptor, _):
      try refuseDirectory(descriptor)
      return (descriptor, false)
    }
  }

  private func openForReading(
    _ path: String, shouldStop: (() -> Bool)?
  ) throws(InputError) -> Int32 {
    // Opening a named pipe would wait for its writer; the first read waits just as well, and can be
    // stopped.
    var flags = O_RDONLY | O_CLOEXEC
    #if os(Linux)
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO { flags |= O_NONBLOCK }
    #endif
    while true {
      let descriptor = openDescriptor(path, flags)
      if descriptor >= 0 { return descriptor }
      switch errno {
      case EINTR where shouldStop?() == true:
        throw InputError(source: name, problem: .interrupted)
      case EINTR: continue
      case ENOENT: throw InputError(source: name, problem: .missing)
      case let code: throw InputError(source: name, problem: .notOpened(code: code))
      }
    }
  }

  private func refuseDirectory(_ descriptor: Int32) throws(InputError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw InputError(source: name, problem: .notOpened(code: errno))
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw InputError(source: name, problem: .directory)
    }
  }
}
