import Foundation
import Testing

/// A damaged file of a run is an error that says where; nothing traps.
@Suite struct DamagedRunTests {
  private static let text = [
    "text", "train", "--grammar", "arithmetic", "--count", "100", "--hidden", "8", "--embedding",
    "4", "--batch-size", "20", "--samples", "10", "--quiet", "--epochs", "1",
  ]
  private static let images = SmallImages.training + ["--epochs", "1"]

  @Test(arguments: [
    images, images + ["--latent", "gaussian:3", "--encoder", "conv:4,4"], text,
    text + ["--objective", "gan", "--discriminator", "convolutional"],
  ])
  func settingsWithOtherNumbers(_ arguments: [String]) throws {
    let folder = try SmallImages.folder()
    let trained = try Gumbel.run(arguments + ["--checkpoint", "run"], in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let path = folder.url("run/settings.json")
    let intact = try Data(contentsOf: path)
    let json = try JSONSerialization.jsonObject(with: intact)
    let values: [Any] = [0, -1, 1e308, Int.max, NSNull(), "text", 1e9, [Int]()]
    for (number, place) in places(in: json).enumerated() {
      // Each place has some of them, each of them some places.
      for shift in [0, 3] {
        let changed = replacing(place[...], in: json, by: values[(number + shift) % values.count])
        try JSONSerialization.data(withJSONObject: changed).write(to: path)
        let outcome = try Gumbel.run(
          [arguments[0], "generate", "--checkpoint", "run"]
            + (arguments[0] == "vae" ? ["--output", "a.png"] : ["--count", "2"]),
          in: folder.folder)
        #expect([0, 1].contains(outcome.status), "\(place): \(outcome.errors.prefix(300))")
        if outcome.status == 1 { #expect(outcome.errorLines.count == 1, "\(outcome.errors)") }
      }
    }
    try intact.write(to: path)
  }

  @Test func checkpointsOfNoStepAndNoTime() throws {
    let folder = try SmallImages.folder()
    let trained = try Gumbel.run(Self.images + ["--checkpoint", "run"], in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let path = folder.url("run/checkpoint.safetensors")
    let intact = try Data(contentsOf: path)
    let log = try folder.read("metrics.jsonl", of: "run")
    for (key, value) in [
      ("step", "\(Int.max)"), ("step", "-1"), ("step", "7"), ("step", "1e3"), ("seconds", "nan"),
      ("seconds", "inf"), ("seconds", "1e308"), ("seconds", "-1"), ("seconds", ""),
    ] {
      try intact.settingMetadata(key, to: value).write(to: path)
      let outcome = try Gumbel.run(
        ["vae", "train", "--checkpoint", "run", "--resume", "--quiet"], in: folder.folder)
      #expect(outcome.status == 1, "\(key) \(value): \(outcome.errors.prefix(300))")
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errors.contains("run/checkpoint.safetensors: "), "\(outcome.errors)")
      #expect(try folder.read("metrics.jsonl", of: "run") == log)
    }
    try intact.write(to: path)
    // An event file of no possible time is not one of ours.
    try folder.write("", to: "run/events.out.tfevents.\(Int.max).host.1")
    let outcome = try Gumbel.run(
      ["vae", "train", "--checkpoint", "run", "--resume", "--quiet"], in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func aLostLogIsSaidAndEpochsKeepTheirNumbers() throws {
    let folder = try SmallImages.folder()
    let trained = try Gumbel.run(
      Self.images + ["--epochs", "2", "--checkpoint", "run"], in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    try FileManager.default.removeItem(at: folder.url("run/metrics.jsonl"))
    let outcome = try Gumbel.run(
      ["vae", "train", "--checkpoint", "run", "--resume", "--epochs", "3", "--quiet"],
      in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("run/metrics.jsonl: has the measurements of 0 of 2 epochs"))
    #expect(try folder.read("metrics.jsonl", of: "run").hasPrefix("{\"step\":18,\"epoch\":3,"))
  }

  @Test func aFileIsNotReadWhereItIsTooLarge() throws {
    let folder = try SmallImages.folder()
    let trained = try Gumbel.run(Self.images + ["--checkpoint", "run"], in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let settings = try FileHandle(forWritingTo: folder.url("run/settings.json"))
    // Sparse: it takes no room.
    try settings.truncate(atOffset: 3 << 30)
    try settings.close()
    let outcome = try Gumbel.run(
      ["vae", "generate", "--checkpoint", "run", "--output", "a.png"], in: folder.folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("run/settings.json: has 3221225472 bytes; expected a run's settings"),
      "\(outcome.errors)")
  }

  @Test func linksInARunAreNotFollowed() throws {
    let folder = try SmallImages.folder()
    let manager = FileManager.default
    try folder.write("precious", to: "target")
    try manager.createDirectory(at: folder.url("new"), withIntermediateDirectories: true)
    try manager.createSymbolicLink(
      at: folder.url("new/.lock"), withDestinationURL: folder.url("target"))
    let locked = try Gumbel.run(Self.images + ["--checkpoint", "new"], in: folder.folder)
    #expect(locked.status == 1)
    #expect(locked.errors.contains("new/.lock is a symbolic link"), "\(locked.errors)")
    #expect(try folder.read("target") == "precious")

    #expect(
      try Gumbel.run(Self.images + ["--checkpoint", "run"], in: folder.folder).status == 0)
    for name in ["checkpoint.safetensors", "metrics.jsonl", "settings.json"] {
      try manager.moveItem(at: folder.url("run/" + name), to: folder.url("moved"))
      try manager.createSymbolicLink(
        at: folder.url("run/" + name), withDestinationURL: folder.url("moved"))
      let before = try Data(contentsOf: folder.url("moved"))
      let outcome = try Gumbel.run(
        ["vae", "train", "--checkpoint", "run", "--resume", "--epochs", "2", "--quiet"],
        in: folder.folder)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains("run/\(name): is a symbolic link"), "\(outcome.errors)")
      #expect(try Data(contentsOf: folder.url("moved")) == before)
      try manager.removeItem(at: folder.url("run/" + name))
      try manager.moveItem(at: folder.url("moved"), to: folder.url("run/" + name))
    }
  }

  // MARK: - JSON

  private func places(in json: Any, _ steps: [String] = []) -> [[String]] {
    if let object = json as? [String: Any] {
      return object.sorted { $0.key < $1.key }.flatMap { places(in: $1, steps + [$0]) }
    }
    // One of a list is as good as all.
    if let list = json as? [Any] {
      return list.prefix(1).enumerated().flatMap { places(in: $1, steps + ["\($0)"]) }
    }
    return [steps]
  }

  private func replacing(_ place: ArraySlice<String>, in json: Any, by value: Any) -> Any {
    guard let step = place.first else { return value }
    if var object = json as? [String: Any] {
      object[step] = replacing(place.dropFirst(), in: object[step]!, by: value)
      return object
    }
    var list = json as! [Any]
    list[Int(step)!] = replacing(place.dropFirst(), in: list[Int(step)!], by: value)
    return list
  }
}

extension Data {
  /// A checkpoint with another entry in its metadata.
  fileprivate func settingMetadata(_ key: String, to value: String) throws -> Data {
    let length = (0..<8).reduce(0) { $0 | Int(self[$1]) << (8 * $1) }
    var header = try JSONSerialization.jsonObject(with: self[8..<(8 + length)]) as! [String: Any]
    var metadata = header["__metadata__"] as! [String: Any]
    metadata[key] = value
    header["__metadata__"] = metadata
    var json = try JSONSerialization.data(withJSONObject: header)
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    var result = Data()
    for shift in 0..<8 { result.append(UInt8(truncatingIfNeeded: json.count >> (8 * shift))) }
    return result + json + self[(8 + length)...]
  }
}
