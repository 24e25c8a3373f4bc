import Foundation
import Testing

@Suite struct VAEEncodeTests {
  /// What is written are the probabilities for the images' own grey pixels, computed here once more
  /// in double precision, also where the network was trained on pixels drawn black or white.
  @Test func codesAreThoseOfGreyPixels() throws {
    let folder = try SmallImages.folder()
    func run(_ arguments: [String]) throws {
      let outcome = try Gumbel.run(["vae"] + arguments, in: folder.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try run(
      Array(SmallImages.training.dropFirst()) + [
        "--latent", "bernoulli:3", "--encoder", "linear", "--epochs", "2", "--checkpoint", "run",
        "--binarise", "dynamic", "--learning-rate", "0.05",
      ])
    let data = ["images", "--checkpoint", "run", "--split", "all", "--output"]
    try run(["reconstruct"] + data + ["pictures.npy", "--count", "220"])
    let pixels = try Self.array(folder.url("pictures.npy")).prefix(220 * 64).map(Double.init)
    #expect(pixels.count == 220 * 64)
    let weights = try Self.tensor("model.encoder.0.weight", folder)
    let biases = try Self.tensor("model.encoder.0.bias", folder)
    let expected = (0..<(220 * 3)).map { i in
      let (image, code) = (i / 3, i % 3)
      let sum = (0..<64).reduce(biases[code]) {
        $0 + pixels[image * 64 + $1] * weights[$1 * 3 + code]
      }
      return 1 / (1 + exp(-sum))
    }

    func codes(_ options: [String]) throws -> [Float] {
      try run(["encode"] + data + ["codes.npy", "--probabilities"] + options)
      return try Self.array(folder.url("codes.npy"))
    }
    func distance(_ found: [Float]) -> Double {
      zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .nan
    }
    let found = try codes([])
    #expect(found.count == expected.count)
    #expect(distance(found) < 1e-5)
    #expect(try codes(["--seed", "7"]) == found)
    // Drawn pixels are others, by the seed.
    let drawn = try codes(["--binarise", "fixed"])
    #expect(distance(drawn) > 0.01)
    #expect(try codes(["--binarise", "fixed"]) == drawn)
    #expect(try codes(["--binarise", "fixed", "--seed", "1"]) != drawn)
    #expect(distance(try codes(["--binarise", "threshold:0.9"])) > 0.01)
    let mistake = try Gumbel.run(
      ["vae", "encode"] + data + ["codes.npy", "--binarise", "dynamic"], in: folder.folder)
    #expect(mistake.status == 64)
    #expect(mistake.errors.contains("--binarise dynamic: expected none, threshold"))
  }

  /// The numbers of an array of 32 bits, whose header is as long as its bytes 8 and 9 say.
  static func array(_ url: URL) throws -> [Float] {
    let data = try Data(contentsOf: url)
    return floats(data.dropFirst(10 + Int(data[8]) + Int(data[9]) << 8))
  }

  private static func tensor(_ name: String, _ folder: TemporaryFolder) throws -> [Double] {
    let data = try Data(contentsOf: folder.url("run/checkpoint.safetensors"))
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: data[8..<(8 + length)]) as? [String: Any]
    let entry = try #require(header?[name] as? [String: Any])
    let range = try #require(entry["data_offsets"] as? [Int])
    return floats(data[(8 + length + range[0])..<(8 + length + range[1])]).map(Double.init)
  }

  private static func floats(_ data: Data) -> [Float] {
    Array(data).withUnsafeBytes { bytes in
      (0..<(bytes.count / 4)).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
  }
}
