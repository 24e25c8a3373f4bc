import Foundation
import Testing

/// A program that starts several processes, where it is installed.
struct Launcher: CustomTestStringConvertible, Sendable {
  let name: String
  let path: String
  /// The file name of its library.
  let library: String
  private let options: [String]

  static let all = [
    Launcher(
      name: "Open MPI", program: "mpirun.openmpi", library: "libmpi.so.40", ["--oversubscribe"]),
    Launcher(name: "MPICH", program: "mpirun.mpich", library: "libmpich.so.12", []),
  ].compactMap(\.self)

  var testDescription: String { name }

  private init?(name: String, program: String, library: String, _ options: [String]) {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/" + program) else { return nil }
    (self.name, path, self.options) = (name, "/usr/bin/" + program, options)
    self.library = library
  }

  /// Starts so many processes of the command.
  func start(
    _ count: Int, _ arguments: [String], of program: String = Gumbel.path.path, in directory: URL,
    environment: [String: String] = [:]
  ) throws -> ChildProcess {
    // Open MPI refuses to be started by root, as test machines do, unless it is told twice.
    let root = ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"]
    return try ChildProcess(
      options + ["-n", "\(count)", program] + arguments, of: URL(fileURLWithPath: path),
      in: directory,
      environment: ProcessInfo.processInfo.environment.merging(root) { $1 }
        .merging(environment) { $1 })
  }

  func run(
    _ count: Int, _ arguments: [String], of program: String = Gumbel.path.path, in directory: URL,
    environment: [String: String] = [:]
  ) throws -> Gumbel.Outcome {
    try start(count, arguments, of: program, in: directory, environment: environment).wait()
  }
}

/// Several processes on one work, by each MPI that is installed. One at a time: each test has more processes
/// than there may be processors.
@Suite(.serialized, .enabled(if: !Launcher.all.isEmpty)) struct ProcessTests {
  private static let training =
    SmallImages.training.map { $0 == "33" ? "32" : $0 } + ["--shards", "4"]

  private func run(_ name: String, _ folder: TemporaryFolder) throws -> (Data, [String]) {
    let (names, bytes) = try tensors(of: folder.url("\(name)/checkpoint.safetensors"))
    return (
      bytes, names + linesWithoutSeconds(try folder.read("\(name)/metrics.jsonl"))
    )
  }

  @Test(arguments: Launcher.all) func runsAreTheSameInAnyNumberOfProcesses(
    launcher: Launcher
  ) throws {
    let folder = try SmallImages.folder()
    let options = Self.training + ["--epochs", "3", "--checkpoint"]
    #expect(try Gumbel.run(options + ["alone"], in: folder.folder).status == 0)
    let alone = try run("alone", folder)
    for count in [1, 2, 4] {
      let outcome = try launcher.run(count, options + ["\(count)"], in: folder.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try run("\(count)", folder) == alone, "\(count) processes")
      // The first one alone prints.
      #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("bound") } == 1)
    }
  }

  /// Whole trainings are shared, and each is what it is in a process alone.
  @Test(arguments: Launcher.all) func groupsAreTheSameInAnyNumberOfProcesses(
    launcher: Launcher
  ) throws {
    let folder = try RunGroupTests.folder()
    let options = SmallImages.training + ["--epochs", "2", "--seeds", "3", "--checkpoint"]
    let alone = try Gumbel.run(options + ["alone"], in: folder.folder)
    #expect(alone.status == 0, "\(alone.errors)")
    let shared = try launcher.run(2, options + ["shared"], in: folder.folder)
    #expect(shared.status == 0, "\(shared.errors)")
    #expect(shared.output == alone.output)
    for seed in 42...44 {
      #expect(try run("shared/seed=\(seed)", folder) == run("alone/seed=\(seed)", folder))
    }
  }

  /// One of the processes is killed; with another number of them, or alone, the run goes on to the bits of
  /// one that nobody killed.
  @Test(arguments: Launcher.all) func killedRunsGoOnInAnotherNumberOfProcesses(
    launcher: Launcher
  ) throws {
    let folder = try SmallImages.folder()
    let options = Self.training + ["--epochs", "60", "--checkpoint"]
    #expect(try Gumbel.run(options + ["whole"], in: folder.folder).status == 0)
    for count in [2, 4, 1] {
      let isFirst = count == 2
      let versions = FileVersions(of: folder.url("run/checkpoint.safetensors"))
      let process = try launcher.start(
        count, options + ["run"] + (isFirst ? [] : ["--resume"]), in: folder.folder)
      process.wait { versions.haveReached(2) }
      let victims = try commands(of: process)
      if let victim = victims.last { kill(victim, SIGKILL) }
      let start = ContinuousClock.now
      let outcome = try process.wait()
      #expect(outcome.status != 0 || victims.isEmpty)
      #expect(ContinuousClock.now - start < .seconds(10))
    }
    let rest = try launcher.run(2, options + ["run", "--resume"], in: folder.folder)
    #expect(rest.status == 0, "\(rest.errors)")
    let (whole, resumed) = (try run("whole", folder), try run("run", folder))
    #expect(whole == resumed)
  }

  /// The processes of the command that a launcher has started, or a helper of it.
  private func commands(of launcher: ChildProcess) throws -> [Int32] {
    func children(of parent: Int32) throws -> [Int32] {
      try Shell.run("pgrep -P \(parent)").output.split(separator: "\n").compactMap { Int32($0) }
    }
    let started = try children(of: launcher.identifier)
    return try (started + started.flatMap(children)).filter { child in
      let name = try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)
      return name?.hasPrefix("gumbel") == true
    }
  }

  /// One of the processes is asked to stop, and all do, after the same step. Launchers that are asked pass it
  /// on; one that a test starts is not, as it has the signals blocked that the test's thread has.
  @Test(arguments: Launcher.all) func stoppedRunsAreSaved(launcher: Launcher) throws {
    let folder = try SmallImages.folder()
    let options = Self.training + ["--epochs", "100000", "--checkpoint", "run"]
    for (count, more) in [(2, []), (4, ["--resume"])] {
      let versions = FileVersions(of: folder.url("run/checkpoint.safetensors"))
      let process = try launcher.start(count, options + more, in: folder.folder)
      process.wait { versions.haveReached(1) }
      if let last = try commands(of: process).last { kill(last, SIGTERM) }
      let outcome = try process.wait()
      #expect(outcome.errors.contains("gumbel: stopped after "), "\(outcome.errors)")
    }
  }

  /// A line that says which process, and no other process is left.
  @Test(arguments: Launcher.all) func mistakesOfOneEndAll(launcher: Launcher) throws {
    let folder = try SmallImages.folder()
    try SmallImages.idx(221).write(to: folder.url("others"))
    let gumbel = Gumbel.path.path
    let options = Self.training.joined(separator: " ") + " --epochs 100000"
    for (second, expected) in [
      (options.replacingOccurrences(of: "images", with: "nothing"), "nothing: no such file"),
      (
        options.replacingOccurrences(of: "images", with: "others"), "training images 198, found 199"
      ),
      (options + " --nonsense", "--nonsense"),
      ("text train --grammar arithmetic --quiet", "differ in the command"),
    ] {
      let script = """
        if [ ${OMPI_COMM_WORLD_RANK:-$PMI_RANK} = 1 ]; then exec \(gumbel) \(second); fi
        exec \(gumbel) \(options)
        """
      let start = ContinuousClock.now
      let outcome = try launcher.run(2, ["-c", script], of: "/bin/sh", in: folder.folder)
      #expect(outcome.status != 0)
      #expect(ContinuousClock.now - start < .seconds(20), "\(second)")
      let lines = outcome.errorLines.filter { $0.contains("gumbel: process ") }
      #expect(lines.contains { $0.contains(expected) }, "\(outcome.errors)")
    }
  }

  @Test(arguments: Launcher.all) func aLauncherWithoutALibraryIsNotMany(launcher: Launcher) throws {
    let folder = try SmallImages.folder()
    let outcome = try launcher.run(
      2, Self.training + ["--checkpoint", "run"], in: folder.folder,
      environment: ["GUMBEL_MPI": "/nowhere/libmpi.so"])
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("no MPI library could be loaded (/nowhere/libmpi.so"))
    #expect(!folder.holds("run/settings.json"))
  }

  /// One of the processes never comes back from the library's end, as it was seen of MPICH over TCP. The
  /// other one comes to its own end a while later, as on a busy machine.
  @Test(arguments: Launcher.all) func aLibraryThatDoesNotEndIsLeft(launcher: Launcher) throws {
    let folder = try SmallImages.folder()
    try Data(
      """
      #include <stdlib.h>
      #include <unistd.h>
      int PMPI_Barrier(void *), PMPI_Finalize(void);
      static int is(char rank) {
        const char *own = getenv("OMPI_COMM_WORLD_RANK");
        if (!own) own = getenv("PMI_RANK");
        return own && *own == rank;
      }
      int MPI_Barrier(void *group) {
        int status = PMPI_Barrier(group);
        if (is('1')) sleep(1);
        return status;
      }
      int MPI_Finalize(void) {
        while (is('0')) sleep(1);
        return PMPI_Finalize();
      }
      """.utf8
    ).write(to: folder.url("stuck.c"))
    let build = try Shell.run(
      "clang -shared -fPIC stuck.c -l:\(launcher.library) -o stuck.so", in: folder.folder)
    try #require(build.status == 0, "\(build.errors)")
    let start = ContinuousClock.now
    let outcome = try launcher.run(
      2, Self.training + ["--epochs", "1", "--checkpoint", "run"], in: folder.folder,
      environment: ["GUMBEL_MPI": folder.url("stuck.so").path])
    #expect(ContinuousClock.now - start < .seconds(20))
    // Open MPI says that a process has not come to its end, which is so.
    if launcher.name == "MPICH" { #expect(outcome.status == 0, "\(outcome.errors)") }
    #expect(try folder.read("run/metrics.jsonl").split(separator: "\n").count == 1)
  }

  /// Draws that are shared, and whole trainings that are.
  @Test(arguments: Launcher.all) func surveysFindTheSame(launcher: Launcher) throws {
    let folder = try SmallImages.folder()
    let estimators = ["estimators", "--problem", "k3", "--draws", "40000", "--quiet", "--json"]
    let compare = [
      "vae", "compare", "images", "--latent", "categorical:4x4", "--estimator", "rloo",
      "--estimator", "reinmax", "--estimator", "gumbel-softmax", "--epochs", "1", "--samples", "2",
      "--batch-size", "33", "--quiet", "--json",
    ]
    for (name, command) in [("estimators", estimators), ("compare", compare)] {
      func json(_ file: String) throws -> String {
        // All but the times.
        try folder.read(file).replacing(
          #/"(nanosecondsPerDraw|varianceTimesTime|secondsPerStep)":[^,}]*/#, with: "")
      }
      #expect(try Gumbel.run(command + ["\(name).json"], in: folder.folder).status == 0)
      for count in [2, 4] {
        let outcome = try launcher.run(count, command + ["\(name)\(count).json"], in: folder.folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try json("\(name)\(count).json") == json("\(name).json"), "\(name), \(count)")
      }
    }
  }
}
