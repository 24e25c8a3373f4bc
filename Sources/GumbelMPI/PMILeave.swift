import GumbelCLibrary

/// How a process that will not come back from MPI_Finalize takes its leave of MPICH's launcher.
///
/// The launcher holds a socket to each process, over which it is spoken to in the process management interface
/// (PMI), version 1: a line for a command. Once the socket of a process is closed that has not said that it is
/// at its end, the launcher kills the others, and its own status may then be that of the signal, although all of
/// them had nothing left to do. So a process says it, and waits for the launcher to close the socket, which
/// takes a process that is gone before it has had its answer for a failure as well.
struct PMILeave {
  private let socket: Int32

  /// Nil where the launcher has given no socket, and so does not speak this language.
  init?() {
    guard let value = getenv("PMI_FD"), let socket = Int32(String(cString: value)) else {
      return nil
    }
    self.socket = socket
    // The thread that waits in the library is held by this signal, which a parent may have blocked.
    var held = sigset_t()
    sigemptyset(&held)
    sigaddset(&held, SIGALRM)
    pthread_sigmask(SIG_UNBLOCK, &held, nil)
  }

  /// Holds the thread that waits in the library, so that it neither reads the launcher's answer nor goes on
  /// when another process is gone, and tells the launcher. Takes a second and more: the processes come
  /// here one after the other, and each should be held before the first one is gone.
  func take(holding thread: pthread_t) {
    signal(SIGALRM) { _ in while true { _ = pause() } }
    signal(SIGPIPE, SIG_IGN)
    pthread_kill(thread, SIGALRM)
    let end: StaticString = "cmd=finalize\n"
    if write(socket, end.utf8Start, end.utf8CodeUnitCount) == end.utf8CodeUnitCount {
      var closed = pollfd(fd: socket, events: 0, revents: 0)
      poll(&closed, 1, 2000)
    }
    sleep(1)
  }
}
