import Foundation
import Testing

/// Small images for autoencoders.
enum SmallImages {
  /// So many images of 8x8 pixels, each a bright column and a bright row on a dark ground, as an
  /// IDX file.
  static func idx(_ count: Int, side: Int = 8) -> Data {
    var bytes: [UInt8] = [0, 0, 8, 3]
    for extent in [count, side, side] {
      bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) }
    }
    for image in 0..<count {
      let (brightRow, brightColumn) = (image % side, image / side * 3 % side)
      for row in 0..<side {
        for column in 0..<side {
          bytes.append(row == brightRow || column == brightColumn ? 240 : 10)
        }
      }
    }
    return Data(bytes)
  }

  /// Options of a training that takes a fraction of a second, of 6 steps an epoch.
  static let training = [
    "vae", "train", "images", "--latent", "categorical:4x4", "--encoder", "mlp:32",
    "--batch-size", "33", "--test-samples", "5", "--quiet",
  ]

  /// A folder with 220 images, of which 22 are for testing.
  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try idx(220).write(to: folder.url("images"))
    return folder
  }
}

/// What `gumbel vae evaluate --json` writes.
struct VAEEvaluationOutput: Decodable, Equatable {
  let bound: Double
  let importanceWeightedBound: Double
  let samples: Int
  let reconstruction: Double
  let kl: Double
  let images: Int
}

/// What `gumbel vae train --json` writes, in part.
struct VAETrainOutput: Decodable {
  struct Bound: Decodable, Equatable { let bound, reconstruction, kl: Double }
  struct Epoch: Decodable, Equatable {
    let epoch, steps: Int
    let temperature: Double
    let train, test: Bound
  }
  let epochs: Int
  let steps: Int
  let parameters: Int
  let test: VAEEvaluationOutput?
  let history: [Epoch]
}

func decoded<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
  try JSONDecoder().decode(type, from: Data(text.utf8))
}

/// A checkpoint's tensors, without what the format keeps beside them.
func tensors(of checkpoint: URL) throws -> (names: [String], bytes: Data) {
  let data = try Data(contentsOf: checkpoint)
  let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
  let header = try JSONSerialization.jsonObject(with: data[8..<(8 + length)]) as? [String: Any]
  var tensors = header ?? [:]
  tensors["__metadata__"] = nil
  let names = try tensors.map { name, entry in
    let text = try JSONSerialization.data(withJSONObject: entry, options: .sortedKeys)
    return name + " " + String(decoding: text, as: UTF8.self)
  }
  return (names.sorted(), Data(data[(8 + length)...]))
}

/// A log's lines without the seconds, which no run repeats.
func linesWithoutSeconds(_ log: String) -> [String] {
  log.split(separator: "\n").map { line in
    line.split(separator: ",").filter { !$0.hasPrefix("\"seconds\":") }.joined(separator: ",")
  }
}
