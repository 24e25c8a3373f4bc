import SwiftGumbel

/// What is in a set of images.
struct DataSummary: Encodable {
  struct Class: Encodable {
    let label: Int
    let name: String?
    let train, test: Int
  }

  let name, rule: String
  let files: [String]
  let train, test, height, width, channels, bytes: Int
  /// nil without labels.
  let classes: [Class]?
  /// Those of the training images.
  let pixels: PixelStatistics

  init(_ split: ImageSplit) {
    (name, rule, files) = (split.train.name, split.rule, split.files)
    (train, test) = (split.train.count, split.test.count)
    (height, width, channels) = (split.train.height, split.train.width, split.train.channels)
    bytes = split.train.byteCount + split.test.byteCount
    pixels = split.train.pixelStatistics
    if split.train.labels == nil {
      classes = nil
    } else {
      let (train, test) = (split.train.classSizes, split.test.classSizes)
      classes = (0..<max(train.count, test.count)).map { label in
        Class(
          label: label, name: split.train.classNames?[label],
          train: label < train.count ? train[label] : 0,
          test: label < test.count ? test[label] : 0)
      }
    }
  }

  var text: String {
    func percent(_ part: Double) -> String { "\(NumberText.text(100 * part, resolution: 10)) %" }
    let colours = channels == 1 ? "grey" : "\(channels) channels"
    let files = AlignedTable.lines("files", files)
    var text = AlignedTable(
      [["data", name]] + files + [
        ["images", "\(train) for training, \(test) for testing (\(rule))"],
        [
          "size",
          "\(height)x\(width), \(colours), "
            + (bytes == 0 ? "read as they are needed" : "\(megabytes) MB in memory"),
        ],
        [
          "range",
          "\(NumberText.text(pixels.minimum, resolution: 0.1)) to "
            + "\(NumberText.text(pixels.maximum, resolution: 0.1)), of 0 for black to 1 for white",
        ],
        [
          "pixels",
          "mean \(NumberText.text(pixels.mean, resolution: 0.1)), "
            + "standard deviation \(NumberText.text(pixels.standardDeviation, resolution: 0.1)), "
            + "\(percent(pixels.black)) black, \(percent(pixels.white)) white",
        ],
      ]
    ).text
    guard let classes else { return text + "\nlabels  none" }
    let limit = 20
    var rows = [["class", "name", "train", "test"]]
    rows += classes.prefix(limit).map {
      ["\($0.label)", $0.name.map(escaped) ?? "-", "\($0.train)", "\($0.test)"]
    }
    text += "\n\n" + AlignedTable(rows).text
    return classes.count > limit ? text + "\n… (\(classes.count) in all)" : text
  }

  private var megabytes: String { NumberText.text(Double(bytes) / 1e6, resolution: 10) }
}
