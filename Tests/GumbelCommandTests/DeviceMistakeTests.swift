import Foundation
import Testing
import _GumbelTestDevice

/// A device that is not there is said in one line, before anything is read or written.
@Suite struct DeviceMistakeTests {
  private static let names =
    "host, cuda, cuda:1, cuda:0-3, tpu, xla or the path of a PJRT plug-in"
  static let mistakes: [(options: String, status: Int32, message: String)] = [
    ("--device gpu", 64, "--device gpu: no such device; expected \(names)"),
    ("--device cuda:x", 64, "--device cuda:x: no such device; expected \(names)"),
    ("--device cuda:", 64, "--device cuda:: no such device; expected \(names)"),
    ("--device cuda:-1", 64, "--device cuda:-1: no such device; expected \(names)"),
    ("--device cuda:3-1", 64, "--device cuda:3-1: no such device; expected \(names)"),
    (
      "--precision tf32", 64,
      "--precision tf32: the host has no such products; expected float32, or another device"
    ),
    (
      "--precision bfloat16", 64,
      "--precision bfloat16: the host has no such products on this processor (expected AVX-512 BF16, "
        + "and oneDNN); expected float32, or another device"
    ),
    (
      "--device cuda", 1,
      "cuda: no PJRT plug-in was found; expected jax_plugins/xla_cuda13/xla_cuda_plugin.so in a "
        + "folder of Python packages (pip install jax-cuda13-plugin[with-cuda]), or its path in "
        + "GUMBEL_PJRT_PLUGIN"
    ),
    (
      "--device tpu:1", 1,
      "tpu: no PJRT plug-in was found; expected libtpu/libtpu.so in a folder of Python packages "
        + "(pip install libtpu), or its path in GUMBEL_PJRT_PLUGIN"
    ),
    ("--device ./none.so", 1, "./none.so: cannot be loaded: "),
  ]

  private static let commands = [
    "learn s.txt", "vae train images", "vae evaluate images --checkpoint run",
    "vae generate --checkpoint run --output a.npy",
    "vae reconstruct images --checkpoint run --output a.npy",
    "vae interpolate images --checkpoint run --output a.npy",
    "vae encode images --checkpoint run --output a.npy", "vae compare images",
    "text train words.txt", "text generate --checkpoint run", "text evaluate --checkpoint run",
    "text score words.txt --checkpoint run",
    "estimators",
  ]

  /// Runs the command where no plug-in is found.
  private func run(
    _ arguments: [String], in folder: TemporaryFolder, plugin: String? = nil
  ) throws -> Gumbel.Outcome {
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = folder.url("bin").path
    environment["HOME"] = folder.folder.path
    environment["VIRTUAL_ENV"] = nil
    // As on a processor that has not more.
    environment["ONEDNN_MAX_CPU_ISA"] = "AVX2"
    environment["GUMBEL_PJRT_PLUGIN"] = plugin
    environment["GUMBEL_XLA_CACHE"] = folder.url("cache").path
    return try ChildProcess(arguments, in: folder.folder, environment: environment).wait()
  }

  @Test(arguments: mistakes)
  func mistake(_ options: String, _ status: Int32, _ message: String) throws {
    let folder = try TemporaryFolder()
    for command in Self.commands {
      let words = (command + " " + options).split(separator: " ").map(String.init)
      let outcome = try run(words, in: folder)
      #expect(outcome.status == status, "\(words)")
      let name = words.prefix { !$0.hasPrefix("-") && !$0.contains(".") && $0 != "images" }
      let line =
        "gumbel: \(message)"
        + (status == 64 ? "; see 'gumbel \(name.joined(separator: " ")) --help'\n" : "\n")
      if message.hasSuffix(": ") {
        // The rest is the system's.
        #expect(outcome.errors.hasPrefix(line.dropLast()) && outcome.errorLines.count == 1)
      } else {
        #expect(outcome.errors == line)
      }
      #expect(outcome.output.isEmpty)
    }
    #expect(try folder.names() == [])
  }

  @Test(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment))
  func whatADeviceDoesNotDo() throws {
    let folder = try TemporaryFolder()
    let plugin = try #require(XLAPlugin.path)
    for (options, status, message) in [
      (["--device", plugin, "--eager"], 64, "--eager: runs on the host; expected it with"),
      (
        ["--device", plugin, "--precision", "bfloat16", "--eager"], 64,
        "--eager: runs on the host; expected it with"
      ),
      (["--device", "xla:99"], 1, "\(plugin): there is no device 99; expected 0 to "),
      (["--device", "xla:0-99"], 1, "\(plugin): there is no device 99; expected 0 to "),
    ] {
      let outcome = try run(["learn", "--quiet"] + options, in: folder, plugin: plugin)
      #expect(outcome.status == status)
      #expect(outcome.errors.hasPrefix("gumbel: \(message)"), "\(outcome.errors)")
      #expect(outcome.errorLines.count == 1)
    }
  }

  // MARK: - gumbel info

  private struct Info: Decodable {
    struct Plugin: Decodable {
      struct Device: Decodable { let name, kind: String }
      let name: String?
      let path: String
      let apiVersion, platform, problem: String?
      let devices: [Device]
    }
    struct Cache: Decodable {
      let folder: String?
      let programs, bytes, limit: Int
    }
    let plugins: [Plugin]
    let pluginFolders: [String]
    let cache: Cache
  }

  private func info(
    _ options: [String] = [], in folder: TemporaryFolder, plugin: String? = nil
  ) throws -> (found: Info, text: String) {
    let json = try run(["info", "--json"] + options, in: folder, plugin: plugin)
    let text = try run(["info"], in: folder, plugin: plugin)
    #expect(json.status == 0 && text.status == 0)
    #expect(json.errors == "" && text.errors == "")
    return (try decoded(Info.self, json.output), text.output)
  }

  @Test func infoWithoutPlugins() throws {
    let folder = try TemporaryFolder()
    let (found, text) = try info(in: folder)
    #expect(found.plugins.isEmpty && found.pluginFolders.isEmpty)
    #expect(text.contains("plug-in    none; for an NVIDIA GPU: pip install jax-cuda13-plugin"))
    #expect(text.contains("looked in  no folder of packages"))
    #expect(text.contains("\(folder.url("cache").path): 0 programs, 0 bytes of 1.1 GB"))
  }

  /// One that cannot be used is no failure of the command.
  @Test func infoOfWhatIsNoPlugin() throws {
    let folder = try TemporaryFolder()
    let packages = folder.url("lib/python3.11/site-packages/libtpu")
    try FileManager.default.createDirectory(at: packages, withIntermediateDirectories: true)
    try folder.write("not a library", to: "lib/python3.11/site-packages/libtpu/libtpu.so")
    try FileManager.default.createDirectory(
      at: folder.url("bin"), withIntermediateDirectories: true)
    let (found, text) = try info(in: folder)
    let plugin = try #require(found.plugins.first)
    #expect(found.plugins.count == 1 && plugin.name == "tpu" && plugin.devices.isEmpty)
    let problem = try #require(plugin.problem)
    #expect(problem.contains("libtpu.so: cannot be loaded: "))
    #expect(text.contains("libtpu.so (--device tpu)") && text.contains(problem))
    #expect(text.contains("looked in  \(folder.url("lib").path)/python3.11/site-packages"))
  }

  @Test(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment))
  func infoOfAPluginAndWhatWasCompiled() throws {
    let folder = try TemporaryFolder()
    let plugin = try #require(XLAPlugin.path)
    let learned = try run(
      ["learn", "--epochs", "1", "--rounds", "1", "--quiet", "--device", "xla"], in: folder,
      plugin: plugin)
    #expect(learned.status == 0, "\(learned.errors)")
    let shared = try run(
      ["learn", "--epochs", "1", "--rounds", "4", "--quiet", "--device", "xla:0-1"], in: folder,
      plugin: plugin)
    #expect(shared.status == 0 && shared.errors == "", "\(shared.errors)")
    let (found, text) = try info(in: folder, plugin: plugin)
    let first = try #require(found.plugins.first)
    #expect(first.path == plugin && first.name == nil && first.problem == nil)
    #expect(first.apiVersion?.hasPrefix("0.") == true && first.platform == "cpu")
    #expect(first.devices.first?.name == "cpu:0")
    #expect(text.contains("plug-in    \(plugin) (GUMBEL_PJRT_PLUGIN)"))
    #expect(text.contains("PJRT C API \(first.apiVersion ?? "")") && text.contains("cpu:0: "))
    #expect(found.cache.programs > 0 && found.cache.bytes > 1000)
    #expect(found.cache.folder == folder.url("cache").path)
    let cleared = try info(["--clear-cache"], in: folder, plugin: plugin).found.cache
    #expect(cleared.programs == 0 && cleared.bytes == 0)
  }
}
