import GumbelCLibrary

/// The descriptors 0, 1 and 2, which a parent may have closed.
enum StandardDescriptors {
  /// To be called first. Opens those that are closed, so that no file of a command gets one of these numbers and is
  /// then written into as standard output or error, or read as standard input.
  ///
  /// They are opened the wrong way round, so that writing to or reading from them fails as it does
  /// where they are closed.
  static func prepare() {
    // A write to a broken pipe is to fail rather than to end the process: where it is standard
    // error's, a training goes on without.
    signal(SIGPIPE, SIG_IGN)
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest free number is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
