// swift-tools-version: 6.1
import PackageDescription

// Matrix products are Accelerate's on Apple platforms. On Linux they are oneDNN's, or OpenBLAS's
// where oneDNN has no fast ones.
#if arch(x86_64)
  let blas = "CGumbelOneDNN"
  let blasLibrary = Target.systemLibrary(name: blas, providers: [.apt(["libdnnl-dev"])])
#else
  let blas = "CGumbelOpenBLAS"
  let blasLibrary = Target.systemLibrary(
    name: blas, pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])])
#endif

// What `import SwiftGumbel` brings. Whoever imports the umbrella depends on each by name as well: the
// package manager rebuilds a module only when one that it names has changed.
let libraries = [
  "GumbelModels", "GumbelTraining", "GumbelMPI", "GumbelDatasets", "GumbelFiles", "GumbelPlots",
  "GumbelEstimators", "GumbelDistributions", "GumbelLayers",
  "GumbelOptimizers", "GumbelTensors",
]
let umbrella: [Target.Dependency] =
  ["SwiftGumbel"] + libraries.map { Target.Dependency(stringLiteral: $0) }

let package = Package(
  name: "swift-gumbel",
  platforms: [.macOS(.v14), .iOS(.v17), .tvOS(.v17), .watchOS(.v10), .visionOS(.v1)],
  products: [
    .library(name: "SwiftGumbel", targets: ["SwiftGumbel"] + libraries),
    .library(name: "GumbelTesting", targets: ["GumbelTesting"]),
    .executable(name: "gumbel", targets: ["GumbelMain"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    // The command line, and the one module that people import.
    .executableTarget(name: "GumbelMain", dependencies: ["GumbelCommand"]),
    .target(
      name: "GumbelCommand",
      dependencies: umbrella + [
        "GumbelCommandMemory", "GumbelPJRT", "GumbelCLibrary",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // The page of `gumbel explore`, in the binary itself.
      resources: [.embedInCode("Explore/Page")]),
    .target(name: "SwiftGumbel", dependencies: libraries.map { .init(stringLiteral: $0) }),

    // Networks, from the top down: a target imports only what stands below it.
    .target(
      name: "GumbelModels",
      dependencies: [
        "GumbelTraining", "GumbelMPI", "GumbelDatasets", "GumbelEstimators", "GumbelDistributions",
        "GumbelLayers", "GumbelOptimizers", "GumbelTensors", "GumbelCLibrary", "CGumbelMath",
      ]),
    .target(
      name: "GumbelTraining",
      dependencies: [
        "GumbelMPI", "GumbelOptimizers", "GumbelFiles", "GumbelTensors", "GumbelCLibrary",
        "CGumbelAtomics",
      ]),
    .target(
      name: "GumbelEstimators",
      dependencies: [
        "GumbelMPI", "GumbelDistributions", "GumbelLayers", "GumbelTensors", "GumbelCLibrary",
        "CGumbelMath",
      ]),
    .target(
      name: "GumbelDistributions",
      dependencies: ["GumbelTensors", "GumbelKernels", "GumbelCLibrary", "CGumbelMath"]),
    .target(name: "GumbelLayers", dependencies: ["GumbelTensors"]),
    .target(name: "GumbelOptimizers", dependencies: ["GumbelTensors"]),
    .target(
      name: "GumbelTensors",
      dependencies: [
        "GumbelPJRT", "GumbelFiles", "GumbelKernels", "GumbelCLibrary", "CGumbelAtomics",
        .target(name: blas, condition: .when(platforms: [.linux])),
      ]),

    // What users' own tests check their primitives with.
    .target(name: "GumbelTesting", dependencies: ["GumbelTensors"]),

    // Files in, pictures out.
    .target(
      name: "GumbelDatasets",
      dependencies: [
        "GumbelFiles", "GumbelDistributions", "GumbelTensors", "GumbelKernels", "GumbelCLibrary",
      ]),
    .target(
      name: "GumbelPlots", dependencies: ["GumbelFiles", "GumbelCLibrary"],
      resources: [.embedInCode("Page/pointing.js")]),
    .target(name: "GumbelFiles", dependencies: ["GumbelCLibrary", "CGumbelZlib"]),

    // Processes that work together; the library is found when it runs.
    .target(name: "GumbelMPI", dependencies: ["GumbelTensors", "GumbelCLibrary"]),

    // What drives accelerators; it finds plug-ins when it runs, and needs none to be built.
    .target(name: "GumbelPJRT", dependencies: ["GumbelFiles", "GumbelCLibrary", "CGumbelPJRT"]),

    // C and system libraries.
    .target(name: "GumbelCLibrary"),
    .target(
      name: "GumbelCommandMemory", cSettings: [.define("_GNU_SOURCE", .when(platforms: [.linux]))]),
    .target(
      name: "GumbelKernels", cSettings: [.define("_GNU_SOURCE", .when(platforms: [.linux]))],
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    blasLibrary,
    .systemLibrary(name: "CGumbelAtomics"),
    .systemLibrary(name: "CGumbelMath"),
    .systemLibrary(name: "CGumbelPJRT"),
    .systemLibrary(name: "CGumbelZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Examples assert their own results; continuous integration runs them.
    .executableTarget(
      name: "GumbelLearnDistribution", dependencies: umbrella, path: "Examples/LearnDistribution"),
    .executableTarget(
      name: "GumbelAutoencoder", dependencies: umbrella, path: "Examples/Autoencoder"),
    .executableTarget(
      name: "GumbelClassifyDigits", dependencies: umbrella, path: "Examples/ClassifyDigits"),
    .executableTarget(
      name: "GumbelDecodeTokens", dependencies: umbrella, path: "Examples/DecodeTokens"),
    .executableTarget(
      name: "GumbelOwnEstimator", dependencies: umbrella, path: "Examples/OwnEstimator"),
    .executableTarget(
      name: "GumbelReturnLevels", dependencies: umbrella, path: "Examples/ReturnLevels"),
    .executableTarget(
      name: "GumbelSampleStream", dependencies: umbrella, path: "Examples/SampleStream"),

    // Tests mirror the sources.
    .target(
      name: "_GumbelTestSupport",
      dependencies: ["GumbelTesting", "GumbelDistributions", "GumbelTensors"],
      path: "Tests/_GumbelTestSupport"),
    .target(
      name: "_GumbelTestBytes", dependencies: ["GumbelFiles"], path: "Tests/_GumbelTestBytes"),
    .executableTarget(
      name: "GumbelThreadPoolCheck", dependencies: ["GumbelKernels"],
      path: "Tests/GumbelThreadPoolCheck",
      cSettings: [.define("_GNU_SOURCE", .when(platforms: [.linux]))]),
    .executableTarget(
      name: "GumbelMPICheck",
      dependencies: [
        "GumbelMPI", "GumbelModels", "GumbelDatasets", "GumbelTraining", "GumbelOptimizers",
        "GumbelTensors",
      ], path: "Tests/GumbelMPICheck"),
    .testTarget(name: "GumbelMPITests", dependencies: ["GumbelMPI", "GumbelTensors"]),
    .testTarget(name: "GumbelKernelsTests", dependencies: ["GumbelKernels", "_GumbelTestBytes"]),
    .testTarget(
      name: "GumbelTensorsTests",
      dependencies: [
        "GumbelTensors", "_GumbelTestBytes", "_GumbelTestDevice", "_GumbelTestSupport",
      ]),
    .testTarget(
      name: "GumbelDistributionsTests",
      dependencies: [
        "GumbelDistributions", "GumbelTensors", "_GumbelTestDevice", "_GumbelTestSupport",
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "GumbelEstimatorsTests",
      dependencies: [
        "GumbelEstimators", "GumbelOptimizers", "GumbelDistributions", "GumbelLayers",
        "GumbelTensors", "_GumbelTestSupport",
      ]),
    .testTarget(
      name: "GumbelLayersTests",
      dependencies: ["GumbelLayers", "GumbelOptimizers", "GumbelTensors", "_GumbelTestSupport"]),
    .testTarget(
      name: "GumbelOptimizersTests",
      dependencies: ["GumbelOptimizers", "GumbelLayers", "GumbelTensors", "_GumbelTestSupport"]),
    .testTarget(
      name: "GumbelTrainingTests",
      dependencies: [
        "GumbelTraining", "GumbelMPI", "GumbelOptimizers", "GumbelTensors", "_GumbelTestDevice",
        "_GumbelTestSupport",
      ]),
    .testTarget(
      name: "GumbelModelsTests",
      dependencies: ["GumbelModels", "_GumbelTestDevice", "_GumbelTestSupport"]),
    .testTarget(
      name: "GumbelCommandTests",
      dependencies: ["GumbelMain", "GumbelTensors", "_GumbelTestDevice"]),
    .testTarget(
      name: "GumbelDatasetsTests",
      dependencies: [
        "GumbelDatasets", "GumbelDistributions", "GumbelTensors", "_GumbelTestBytes",
        "_GumbelTestDevice", "_GumbelTestSupport",
      ]),
    .target(
      name: "_GumbelTestDevice", dependencies: ["GumbelPJRT", "GumbelCLibrary"],
      path: "Tests/_GumbelTestDevice"),
    .testTarget(
      name: "GumbelPJRTTests",
      dependencies: ["GumbelPJRT", "_GumbelTestDevice", "_GumbelTestBytes"]),
    .testTarget(name: "GumbelFilesTests", dependencies: ["GumbelFiles", "_GumbelTestBytes"]),
    .target(
      name: "GumbelFuzzing", dependencies: ["GumbelCommand", "_GumbelTestBytes"] + umbrella,
      path: "Tests/GumbelFuzzing",
      exclude: ["Found", "Seeds"]),
    .testTarget(name: "GumbelFuzzingTests", dependencies: ["GumbelFuzzing", "_GumbelTestBytes"]),
    .testTarget(
      name: "GumbelPlotsTests", dependencies: ["GumbelPlots", "_GumbelTestBytes"],
      exclude: ["Snapshots"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)

// What only scripts build, so that who uses the package need not know of it: readers under libFuzzer,
// which brings the program's entry, for `script/fuzz`; and benchmarks, for `script/bench`.
if Context.environment["GUMBEL_FUZZER"] != nil {
  package.targets.append(
    .executableTarget(
      name: "GumbelFuzzer", dependencies: ["GumbelFuzzing"], path: "Tests/GumbelFuzzer",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}
if Context.environment["GUMBEL_BENCHMARKS"] != nil {
  package.targets += [
    .executableTarget(
      name: "gumbel-bench",
      dependencies: umbrella + ["AllocationCounter", "GumbelPJRT", "GumbelCLibrary"],
      path: "Benchmarks/Sources/gumbel-bench"),
    // How often intervals hold the truth, for `script/coverage`.
    .executableTarget(
      name: "gumbel-coverage",
      dependencies: ["GumbelDistributions", "GumbelTensors", "GumbelCLibrary"],
      path: "Benchmarks/Sources/gumbel-coverage"),
    // Counts the calls of malloc and its kin in this process (Linux).
    .target(name: "AllocationCounter", path: "Benchmarks/Sources/AllocationCounter"),
  ]
}
