import Testing

/// Something that a system can refuse a process, or give it too little of.
struct Fault: CustomTestStringConvertible, Sendable {
  enum Place: Sendable {
    /// Each file that a line reads, one after the other; its path is `$P`.
    case read
    /// Each that it writes.
    case written
    /// Standard output, of lines that print.
    case standardOutput
    /// All lines as they are.
    case anywhere
  }

  enum End: Sendable {
    /// A status other than 0, and one line that says why.
    case refused
    /// As without the fault.
    case works
    case refusedOrWorks
    /// Silent, with the status of a process that SIGPIPE ended.
    case brokenPipe
  }

  let name: String
  let end: End
  let place: Place
  /// For a shell, in which `"$@"` is the line, `$F` the folder that it works in and `$T` another one;
  /// status 77 says that this cannot be tried here.
  let script: String

  var testDescription: String { name }

  private init(_ name: String, _ end: End, _ place: Place, _ script: String) {
    (self.name, self.end, self.place, self.script) = (name, end, place, script)
  }

  private static let run = #"exec "$@""#
  /// Messages go through a pipe, which has no limit of size. ThreadSanitizer writes into TMPDIR,
  /// where it can, before the command begins.
  private static func run(largestFile: Int) -> String {
    #"""
    { ( ulimit -f \#(largestFile); TMPDIR=/nonexistent exec "$@" ) 2>&1 >/dev/null; echo $? >"$T/status"; } | cat >&2
    exit "$(cat "$T/status")"
    """#
  }
  private static let runAsNobody = #"""
    exec setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/ "$@"
    """#
  private static let checkNobody = #"""
    [ "$(id -u)" = 0 ] || exit 77
    setpriv --reuid=65534 --regid=65534 --clear-groups "$1" --version >/dev/null 2>&1 || exit 77
    chmod -R a+rwX "$F"

    """#

  /// Sanitizers map a part of all addresses that there are before the command begins.
  static let all = every.filter { Sanitizer.current == nil || !$0.script.contains("ulimit -v") }

  /// A new fault is a line here, and is then tried with all commands.
  private static let every = [
    // Standard input, output and error.
    Fault("output to a full disk", .refused, .standardOutput, run + " >/dev/full"),
    Fault("output is closed", .refused, .standardOutput, run + " >&-"),
    Fault(
      "nobody reads the output", .brokenPipe, .standardOutput,
      #"mkfifo "$T/p"; (exec <"$T/p") & exec 9>"$T/p"; wait; "# + run + " >&9"),
    Fault("errors to a full disk", .works, .anywhere, run + " 2>/dev/full"),
    Fault("input and errors are closed", .works, .anywhere, run + " <&- 2>&-"),

    // What is read.
    Fault("missing", .refused, .read, #"rm "$P"; "# + run),
    // No lines are lines, too.
    Fault("empty", .refusedOrWorks, .read, #": >"$P"; "# + run),
    Fault("a directory", .refused, .read, #"rm "$P"; mkdir "$P"; "# + run),
    Fault("below a file", .refused, .read, #"ln -sf "$F/NUMBERS/x" "$P"; "# + run),
    Fault("a link to itself", .refused, .read, #"rm "$P"; ln -s "$F/$P" "$P"; "# + run),
    Fault("fails when read", .refused, .read, #"ln -sf /proc/self/mem "$P"; "# + run),
    Fault("never ends", .refused, .read, #"ln -sf /dev/zero "$P"; "# + run),
    Fault("may not be read", .refused, .read, checkNobody + #"chmod 0 "$P"; "# + runAsNobody),

    // What is written.
    Fault("no such folder", .refused, .written, #"rm -f "$P"; ln -s no/x "$P"; "# + run),
    Fault(
      "over a directory", .refused, .written,
      // A run may begin in a directory that is there.
      #"case "$P" in *RUN) exit 77;; esac; rm -f "$P"; mkdir -p "$P/x"; "# + run),
    Fault("under a file", .refused, .written, #"rm -f "$P"; ln -s NUMBERS/x "$P"; "# + run),
    Fault("over a link to itself", .refused, .written, #"rm -f "$P"; ln -s "$P" "$P"; "# + run),
    Fault("where nothing is kept", .refused, .written, #"ln -sf /proc/no "$P"; "# + run),
    Fault("a full device", .refused, .written, #"ln -sf /dev/full "$P"; "# + run),
    Fault(
      "a folder that may not be written", .refused, .written,
      checkNobody + #"mkdir locked; rm -f "$P"; ln -s locked/x "$P"; chmod 555 locked; "#
        + runAsNobody),
    Fault(
      "a full file system", .refused, .written,
      #"""
      unshare -m true 2>/dev/null || exit 77
      mkdir disk; export P T
      exec unshare -m bash -c '
        mount -t tmpfs -o size=16k none disk || exit 77
        case "$P" in *RUN) mkdir disk/x;; NEW*);; *) mv "$P" disk/x; cp disk/x "$T/before";; esac
        ln -s disk/x "$P"; cat /dev/zero >disk/fill 2>/dev/null
        "$@"; status=$?
        [ ! -e "$T/before" ] || cmp -s disk/x "$T/before" || exit 98
        [ -z "$(find disk -name ".gumbel-*")" ] || exit 99
        exit $status' bash "$@"
      """#),

    // Limits.
    Fault("files of 0 bytes", .refusedOrWorks, .anywhere, run(largestFile: 0)),
    Fault("files of 1 kB", .refusedOrWorks, .anywhere, run(largestFile: 1)),
    Fault("4 descriptors", .refusedOrWorks, .anywhere, "ulimit -n 4; " + run),
    Fault("6 descriptors", .refusedOrWorks, .anywhere, "ulimit -n 6; " + run),
    Fault("a stack of 128 kB", .refused, .anywhere, "ulimit -s 128; " + run),
    Fault("a stack of 512 kB", .works, .anywhere, "ulimit -s 512; " + run),
    Fault("hardly any memory", .refused, .anywhere, #"ulimit -v "$((LEAST + 4000))"; "# + run),
    Fault(
      "little memory", .refusedOrWorks, .anywhere, #"ulimit -v "$((LEAST + 20000))"; "# + run),
  ]
}
