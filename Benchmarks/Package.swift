// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that those who use the library need not know about it.
let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v14)],
  dependencies: [.package(name: "swift-gumbel", path: "..")],
  targets: [
    .executableTarget(
      name: "gumbel-bench",
      dependencies: [
        .product(name: "SwiftGumbel", package: "swift-gumbel"), "AllocationCounter",
      ]),
    // Counts the calls of malloc and its kin in this process (Linux).
    .target(name: "AllocationCounter"),
  ],
  swiftLanguageModes: [.v6]
)
