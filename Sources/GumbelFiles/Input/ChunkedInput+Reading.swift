extension ChunkedInput {
  /// Whether the first bytes are these; reads no more than it takes to tell.
  package func begins(with bytes: [UInt8]) throws(InputError) -> Bool {
    while unread.count < bytes.count, bytes.starts(with: unread), try readMore() {}
    return unread.starts(with: bytes)
  }

  /// Reads on until so many bytes are unread; false where there are no more. Throws where the reading
  /// is stopped.
  package func has(_ count: Int) throws(InputError) -> Bool {
    while unread.count < count, try readMore() {}
    try checkStop()
    return unread.count >= count
  }

  /// Throws where the reading was stopped.
  package func checkStop() throws(InputError) { if isStopped { throw error(.interrupted) } }

  package func error(_ problem: FileProblem) -> InputError {
    InputError(source: source.name, problem: problem)
  }
}
