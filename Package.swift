// swift-tools-version: 6.1
import PackageDescription

// Matrix products are Accelerate's on Apple platforms. On Linux they are oneDNN's, or OpenBLAS's
// where oneDNN has no fast ones.
#if arch(x86_64)
  let blas = "COneDNN"
  let blasLibrary = Target.systemLibrary(name: blas, providers: [.apt(["libdnnl-dev"])])
#else
  let blas = "COpenBLAS"
  let blasLibrary = Target.systemLibrary(
    name: blas, pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])])
#endif

// What `import Gumbel` brings. Whoever imports the umbrella depends on each by name as well: the
// package manager rebuilds a module only when one that it names has changed.
let libraries = [
  "Models", "Training", "Datasets", "GumbelFiles", "Plots", "Estimators", "Distributions", "Layers",
  "Optimizers", "Tensors",
]
let umbrella: [Target.Dependency] =
  ["Gumbel"] + libraries.map { Target.Dependency(stringLiteral: $0) }

let package = Package(
  name: "swift-gumbel",
  platforms: [.macOS(.v14), .iOS(.v17), .tvOS(.v17), .watchOS(.v10), .visionOS(.v1)],
  products: [
    .library(name: "Gumbel", targets: ["Gumbel"] + libraries),
    .library(name: "GumbelTesting", targets: ["GumbelTesting"]),
    .executable(name: "gumbel", targets: ["GumbelMain"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // The command line, and the one module that people import.
    .executableTarget(name: "GumbelMain", dependencies: ["GumbelCommand"]),
    .target(
      name: "GumbelCommand",
      dependencies: umbrella + [
        "CommandMemory", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "Gumbel", dependencies: libraries.map { .init(stringLiteral: $0) }),

    // Networks, from the top down: a target imports only what stands below it.
    .target(
      name: "Models",
      dependencies: [
        "Training", "Datasets", "Estimators", "Distributions", "Layers", "Optimizers", "Tensors",
        "CMath",
      ]),
    .target(
      name: "Training",
      dependencies: ["Optimizers", "GumbelFiles", "Tensors", "CAtomics"]),
    .target(name: "Estimators", dependencies: ["Distributions", "Layers", "Tensors", "CMath"]),
    .target(name: "Distributions", dependencies: ["Tensors", "Kernels", "CMath"]),
    .target(name: "Layers", dependencies: ["Tensors"]),
    .target(name: "Optimizers", dependencies: ["Tensors"]),
    .target(
      name: "Tensors",
      dependencies: ["Kernels", .target(name: blas, condition: .when(platforms: [.linux]))]),

    // What users' own tests check their primitives with.
    .target(name: "GumbelTesting", dependencies: ["Tensors"]),

    // Files in, pictures out.
    .target(
      name: "Datasets",
      dependencies: ["GumbelFiles", "Distributions", "Tensors", "Kernels", "CZlib"]),
    .target(name: "GumbelFiles"),
    .target(name: "Plots", dependencies: ["CZlib"]),

    // C and system libraries.
    .target(
      name: "CommandMemory", cSettings: [.define("_GNU_SOURCE", .when(platforms: [.linux]))]),
    .target(
      name: "Kernels", cSettings: [.define("_GNU_SOURCE", .when(platforms: [.linux]))],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    blasLibrary,
    .systemLibrary(name: "CAtomics"),
    .systemLibrary(name: "CMath"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Examples assert their own results; continuous integration runs them.
    .executableTarget(
      name: "LearnDistribution", dependencies: umbrella, path: "Examples/LearnDistribution"),
    .executableTarget(name: "DiscreteCode", dependencies: umbrella, path: "Examples/DiscreteCode"),
    .executableTarget(name: "OwnRun", dependencies: umbrella, path: "Examples/OwnRun"),

    // Tests mirror the sources.
    .target(
      name: "_TestSupport", dependencies: ["GumbelTesting", "Distributions", "Tensors"],
      path: "Tests/_TestSupport"),
    .target(name: "_TestBytes", dependencies: ["CZlib"], path: "Tests/_TestBytes"),
    .executableTarget(
      name: "ThreadPoolCheck", dependencies: ["Kernels"], path: "Tests/ThreadPoolCheck",
      cSettings: [.define("_GNU_SOURCE", .when(platforms: [.linux]))]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "_TestBytes"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "_TestSupport"]),
    .testTarget(
      name: "DistributionsTests", dependencies: ["Distributions", "Tensors", "_TestSupport"],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "EstimatorsTests",
      dependencies: [
        "Estimators", "Optimizers", "Distributions", "Layers", "Tensors", "_TestSupport",
      ]),
    .testTarget(
      name: "LayersTests", dependencies: ["Layers", "Optimizers", "Tensors", "_TestSupport"]),
    .testTarget(
      name: "OptimizersTests", dependencies: ["Optimizers", "Layers", "Tensors", "_TestSupport"]),
    .testTarget(
      name: "TrainingTests", dependencies: ["Training", "Optimizers", "Tensors", "_TestSupport"]),
    .testTarget(name: "ModelsTests", dependencies: ["Models", "_TestSupport"]),
    .testTarget(name: "CommandTests", dependencies: ["GumbelMain"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "Distributions", "Tensors", "_TestBytes"]),
    .testTarget(name: "GumbelFilesTests", dependencies: ["GumbelFiles"]),
    .target(
      name: "Fuzzing", dependencies: ["GumbelCommand", "_TestBytes"] + umbrella,
      path: "Tests/Fuzzing",
      exclude: ["Found", "Seeds"]),
    .testTarget(name: "FuzzingTests", dependencies: ["Fuzzing", "_TestBytes"]),
    .testTarget(name: "PlotsTests", dependencies: ["Plots", "CZlib"], exclude: ["Snapshots"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)

// Readers under libFuzzer, which brings the program's entry: `script/fuzz` builds it.
if Context.environment["GUMBEL_FUZZER"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzzer", dependencies: ["Fuzzing"], path: "Tests/Fuzzer",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}
