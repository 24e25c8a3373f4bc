import GumbelFiles
import GumbelPJRT
import Testing
import _GumbelTestBytes
import _GumbelTestDevice

/// Programs that XLA's plug-in for processors compiles and runs.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment))
struct PJRTTests {
  let client: PJRTClient
  let device = 0..<1

  init() throws { client = try .of(plugin: XLAPlugin.path!) }

  /// x ↦ a x + 1, with x written over where `donates` says so.
  static func affine(_ factor: Float, donates: Bool = false) -> String {
    """
    module {
      func.func public @main(%x: tensor<3xf32>\(donates ? " {tf.aliasing_output = 0 : i32}" : "")) \
    -> tensor<3xf32> {
        %a = stablehlo.constant dense<\(factor)> : tensor<3xf32>
        %b = stablehlo.constant dense<1.0> : tensor<3xf32>
        %y = stablehlo.multiply %x, %a : tensor<3xf32>
        %z = stablehlo.add %y, %b : tensor<3xf32>
        return %z : tensor<3xf32>
      }
    }
    """
  }

  func upload(_ values: [Float]) throws -> PJRTBuffer {
    try values.withUnsafeBytes {
      try client.upload($0.baseAddress!, .float32, extents: [values.count], to: device)
    }
  }

  func download(_ buffer: PJRTBuffer) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: 3) { values, count in
      try buffer.download(to: values.baseAddress!, byteCount: 12)
      count = 3
    }
  }

  @Test func aProgramRuns() throws {
    let program = try PJRTExecutable.compile(Self.affine(2), .init(), for: client)
    let results = try program.run(
      [try upload([1, 2, 3])], keeping: [], resultCount: 1, on: device)
    #expect(try download(results[0]) == [3, 5, 7])
  }

  @Test func anArgumentThatWasGivenAwayIsGoneAndOneThatIsKeptIsNot() throws {
    let program = try PJRTExecutable.compile(Self.affine(2, donates: true), .init(), for: client)
    let x = try upload([1, 2, 3])
    let kept = try program.run([x], keeping: [0], resultCount: 1, on: device)
    #expect(try download(kept[0]) == [3, 5, 7])
    #expect(try download(x) == [1, 2, 3])
    let given = try program.run([x], keeping: [], resultCount: 1, on: device)
    #expect(try download(given[0]) == [3, 5, 7])
    #expect(throws: DeviceError.self) { try download(x) }
  }

  @Test func whatCannotBeCompiledIsRefusedInOneLine() throws {
    let error = #expect(throws: DeviceError.self) {
      _ = try PJRTExecutable.compile("module { nonsense }", .init(), for: client)
    }
    #expect(error?.kind == .compilation)
    #expect(error?.description.contains("\n") == false && error?.description.isEmpty == false)
  }

  @Test func anUnknownFlagIsRefused() throws {
    var options = PJRTCompileOptions()
    options.flags["xla_no_such_flag"] = .boolean(true)
    #expect(throws: DeviceError.self) {
      _ = try PJRTExecutable.compile(Self.affine(2), options, for: client)
    }
    options.flags = ["xla_cpu_enable_fast_math": .boolean(false)]
    _ = try PJRTExecutable.compile(Self.affine(2), options, for: client)
  }
}

/// Compiled programs in a folder.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment))
struct ExecutableCacheTests {
  let client: PJRTClient

  init() throws { client = try .of(plugin: XLAPlugin.path!) }

  func files(_ folder: String) throws -> [String] {
    try directoryEntries(folder).sorted().map { "\(folder)/\($0)" }
  }

  /// What a program of a cache makes of 3.
  func result(
    _ cache: ExecutableCache, factor: Float, _ options: PJRTCompileOptions = .init()
  ) throws -> Float {
    let program = try cache.executable(PJRTTests.affine(factor), options, for: client)
    let values: [Float] = [1, 2, 3]
    let x = try values.withUnsafeBytes {
      try client.upload($0.baseAddress!, .float32, extents: [3], to: 0..<1)
    }
    let results = try program.run([x], keeping: [], resultCount: 1, on: 0..<1)
    var result: (Float, Float, Float) = (0, 0, 0)
    try results[0].download(to: &result, byteCount: 12)
    return result.2
  }

  @Test func aProgramIsCompiledOnceAndFoundByAllThatItDependsOn() throws {
    try withDirectory { folder in
      let cache = ExecutableCache(folder: "\(folder)/a/b", limit: 1 << 30)
      for _ in 0..<2 {
        let result2 = try result(cache, factor: 2)
        #expect(result2 == 7)
      }
      #expect(cache.usage.count == 1)
      let result3 = try result(cache, factor: 3)
      #expect(result3 == 10)
      var options = PJRTCompileOptions()
      options.flags["xla_cpu_enable_fast_math"] = .boolean(false)
      let other = try result(cache, factor: 2, options)
      #expect(other == 7)
      #expect(cache.usage.count == 3)
      #expect(cache.clear() > 0)
      #expect(cache.usage.count == 0)
    }
  }

  @Test(arguments: ["", "short", "a text of more than sixteen bytes"])
  func aDamagedFileIsMadeAnew(_ content: String) throws {
    try withDirectory { folder in
      let cache = ExecutableCache(folder: folder, limit: 1 << 30)
      _ = try cache.executable(PJRTTests.affine(2), .init(), for: client)
      let (path, size) = (try files(folder)[0], cache.usage.bytes)
      try AtomicFile.write(content, to: path)
      let result2 = try result(cache, factor: 2)
      #expect(result2 == 7)
      #expect(cache.usage.bytes > size / 2)
    }
  }

  @Test func theFolderStaysBelowItsLimit() throws {
    try withDirectory { folder in
      let one = ExecutableCache(folder: folder, limit: 1 << 30)
      _ = try one.executable(PJRTTests.affine(0), .init(), for: client)
      let cache = ExecutableCache(folder: folder, limit: one.usage.bytes * 5 / 2)
      for factor in 1..<6 {
        let found = try result(cache, factor: Float(factor))
        #expect(found == Float(3 * factor + 1))
      }
      #expect(cache.usage.count == 2)
    }
  }

  @Test func withoutAFolderProgramsAreCompiledAllTheSame() throws {
    for folder in [nil, "/dev/null/no"] {
      let cache = ExecutableCache(folder: folder, limit: 1 << 30)
      let result2 = try result(cache, factor: 2)
      #expect(result2 == 7)
    }
  }
}

/// Where plug-ins are not.
struct PJRTPluginTests {
  @Test func aMissingPluginIsNamed() {
    let error = #expect(throws: DeviceError.self) { _ = try PJRTPlugin.load("/nowhere/plugin.so") }
    #expect(error?.kind == .noPlugin)
    #expect(error?.description.hasPrefix("/nowhere/plugin.so: cannot be loaded") == true)
  }

  @Test func aFileThatIsNoLibraryIsNamed() throws {
    try withDirectory { folder in
      let path = "\(folder)/plugin.so"
      try AtomicFile.write("text", to: path)
      let error = #expect(throws: DeviceError.self) { _ = try PJRTPlugin.load(path) }
      #expect(error?.kind == .noPlugin)
    }
  }
}
