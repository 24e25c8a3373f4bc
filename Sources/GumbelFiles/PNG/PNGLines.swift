/// Takes the inflated bytes of a PNG file as they come, undoes the lines' filters and keeps their
/// colours.
struct PNGLines {
  private let header: PNGHeader
  private var colours: PNGColours
  /// Where the next line belongs.
  private var pass = 0
  private var row = 0
  private var linesDone = 0
  /// The line so far, its filter first, and the one before it in its pass.
  private var line: [UInt8] = []
  private var above: [UInt8] = []

  /// The bytes taken; one more than there should be says that there are too many.
  private(set) var count = 0
  /// What is wrong with a line: those behind it are not looked at.
  private(set) var problem: PNGProblem?

  init(_ header: PNGHeader, palette: [UInt8], transparency: [UInt8]) {
    self.header = header
    colours = PNGColours(header, palette: palette, transparency: transparency)
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    count = min(count + bytes.count, header.dataCount + 1)
    var rest = bytes[...]
    while problem == nil, pass < header.passes.count, !rest.isEmpty {
      let length = header.lineCount(header.passes[pass].width) + 1
      let piece = rest.prefix(length - line.count)
      line.append(contentsOf: piece)
      rest = rest.dropFirst(piece.count)
      if line.count == length { finishLine() }
    }
  }

  private mutating func finishLine() {
    linesDone += 1
    guard let filter = PNGFilter(rawValue: line[0]) else {
      problem = .filter(Int(line[0]), line: linesDone)
      return
    }
    if row == 0 { above = [UInt8](repeating: 0, count: line.count) }
    filter.undo(&line, above: above, step: header.pixelStep, from: 1)
    let width = header.passes[pass].width
    let isKnown = line.withUnsafeBufferPointer {
      colours.append(UnsafeBufferPointer(rebasing: $0[1...]), width: width)
    }
    if !isKnown { problem = .palette }
    swap(&line, &above)
    line.removeAll(keepingCapacity: true)
    row += 1
    if row == header.passes[pass].height { (pass, row) = (pass + 1, 0) }
  }

  /// The whole image, once all lines are there.
  var image: PNGDecoder.Image {
    PNGDecoder.Image(
      width: header.width, height: header.height, channels: colours.channels,
      bytes: header.passes.count == 1 ? colours.bytes : deinterlaced)
  }

  /// The pixels of all passes, each in its place.
  private var deinterlaced: [UInt8] {
    let (bytes, channels) = (colours.bytes, colours.channels)
    var result = [UInt8](repeating: 0, count: bytes.count)
    var from = 0
    for pass in header.passes {
      for row in 0..<pass.height {
        for column in 0..<pass.width {
          let to =
            ((pass.y + row * pass.yStep) * header.width + pass.x + column * pass.xStep) * channels
          for channel in 0..<channels { result[to + channel] = bytes[from + channel] }
          from += channels
        }
      }
    }
    return result
  }
}
