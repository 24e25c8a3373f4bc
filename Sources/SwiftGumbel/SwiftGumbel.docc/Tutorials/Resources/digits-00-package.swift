// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "Digits",
  platforms: [.macOS(.v14)],
  dependencies: [.package(path: "../swift-gumbel")],
  targets: [
    .executableTarget(
      name: "Digits",
      dependencies: [.product(name: "SwiftGumbel", package: "swift-gumbel")])
  ],
  swiftLanguageModes: [.v6]
)
