import Foundation
import GumbelKernels
import Testing

extension KernelsTests {
  /// What the environment and the control groups say about processors and threads.
  @Suite struct Processors {
    /// A folder with these files; `groups` is what /proc/self/cgroup would hold.
    private func limit(_ groups: String, _ files: [String: String]) throws -> Int32 {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "gumbel-groups-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: folder) }
      for (path, content) in files.merging(["groups": groups], uniquingKeysWith: { $1 }) {
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: file)
      }
      return gk_quota_processors(folder.path + "/groups", folder.path)
    }

    @Test func quotasOfVersion2() throws {
      #expect(try limit("0::/\n", ["cpu.max": "200000 100000\n"]) == 2)
      #expect(try limit("0::/\n", ["cpu.max": "150000 100000\n"]) == 2)
      #expect(try limit("0::/\n", ["cpu.max": "5000 100000\n"]) == 1)
      #expect(try limit("0::/\n", ["cpu.max": "max 100000\n"]) == 0)
      #expect(try limit("0::/\n", [:]) == 0)
      // The tightest of a group and of those around it.
      let nested = ["a/b/cpu.max": "max 100000\n", "a/cpu.max": "300000 100000\n"]
      #expect(try limit("0::/a/b\n", nested) == 3)
      #expect(try limit("0::/a/b\n", nested.merging(["cpu.max": "100000 100000"]) { $1 }) == 1)
      // The host's path, of which a container sees the root alone.
      #expect(try limit("0::/docker/0123\n", ["cpu.max": "400000 100000\n"]) == 4)
    }

    @Test func quotasOfVersion1() throws {
      let files = ["cpu/a/cpu.cfs_quota_us": "250000\n", "cpu/a/cpu.cfs_period_us": "100000\n"]
      #expect(try limit("3:memory:/a\n2:cpu,cpuacct:/a\n", files) == 3)
      #expect(try limit("2:cpuacct:/a\n", files) == 0)
      let none = ["cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"]
      #expect(try limit("1:cpu:/\n0::/\n", none) == 0)
    }

    @Test func whatIsNoListOfGroups() throws {
      for groups in ["", "\n", ":", "::", "0:", "x:cpu", String(repeating: "a", count: 10000)] {
        #expect(try limit(groups, ["cpu.max": "x y z", "cpu/cpu.cfs_quota_us": "9"]) == 0)
      }
    }

    @Test func thereIsAProcessor() { #expect(gk_available_processors() >= 1) }

    @Test func threadsOfTheEnvironment() async {
      await #expect(processExitsWith: .exitCode(7)) {
        setenv("GUMBEL_THREADS", "7", 1)
        exit(gk_thread_count())
      }
    }

    @Test(arguments: ["0", "-1", "257", "two", "3 ", "99999999999999999999"])
    func threadsThatMakeNoSense(_ wish: String) async throws {
      let result = await #expect(
        processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
      ) { [wish] in
        setenv("GUMBEL_THREADS", wish, 1)
        exit(gk_thread_count())
      }
      let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(
        message.contains(
          "gumbel: GUMBEL_THREADS: '\(wish)' in the environment; expected a whole number from 1 to "
            + "256\n"))
    }

    @Test func aFormThatDoesNotExist() async throws {
      let result = await #expect(
        processExitsWith: .exitCode(64), observing: [\.standardErrorContent]
      ) {
        setenv("GUMBEL_KERNELS", "\u{1b}abacus", 1)
        gk_instruction_set()
      }
      let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      #expect(message.contains("gumbel: GUMBEL_KERNELS: '?abacus' in the environment; "))
      #expect(message.contains("portable\n"))
    }

    @Test func aFormOfTheEnvironment() async {
      await #expect(processExitsWith: .success) {
        setenv("GUMBEL_KERNELS", "portable", 1)
        let name = String(cString: gk_instruction_set())
        exit(name == "portable" ? 0 : 1)
      }
    }

    /// A child has none of its parent's workers, and makes its own when it is told to use more threads.
    @Test func aForkedChildWorks() async {
      await #expect(processExitsWith: .success) {
        let fork = unsafeBitCast(
          dlsym(nil, "fork"), to: (@convention(c) () -> Int32).self)
        gk_set_thread_count(3)
        let busy = Thread {
          let marks = Threads.Marks(count: 3000)
          while true { marks.markAll() }
        }
        busy.start()
        for i in 0..<200 {
          Threads.Marks(count: 50).markAll()
          let child = fork()
          if child == 0 {
            // Should it hang, the alarm ends it with a signal.
            alarm(120)
            gk_set_thread_count(2 + Int32(i % 5))
            for _ in 0..<20 {
              let marks = Threads.Marks(count: 50)
              marks.markAll()
              if !marks.allOnce { _exit(1) }
            }
            _exit(0)
          }
          var status: Int32 = -1
          while waitpid(child, &status, 0) < 0 {}
          if child < 0 || status != 0 { exit(1) }
        }
        exit(0)
      }
    }
  }
}
