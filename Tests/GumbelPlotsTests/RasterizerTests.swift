import Testing

@testable import GumbelPlots

@Suite struct RasterizerTests {
  private func gray(_ size: Double, scale: Double = 1, _ draw: (inout Drawing) -> Void) -> [[Int]] {
    var drawing = Drawing(size: Drawing.Size(width: size, height: size))
    draw(&drawing)
    let bitmap = drawing.bitmap(scale: scale)
    return (0..<bitmap.height).map { row in
      (0..<bitmap.width).map { Int(bitmap.bytes[(row * bitmap.width + $0) * 3]) }
    }
  }

  private func darkness(_ picture: [[Int]]) -> Double {
    picture.joined().reduce(0) { $0 + Double(255 - $1) / 255 }
  }

  private func points(_ coordinates: (Double, Double)...) -> [Drawing.Point] {
    coordinates.map { Drawing.Point(x: $0.0, y: $0.1) }
  }

  @Test func rectanglesCoverTheirExactArea() {
    let picture = gray(3) {
      $0.fill(Drawing.Rectangle(x: 0.5, y: 1, width: 1.25, height: 1.5), .black)
    }
    #expect(picture == [[255, 255, 255], [128, 64, 255], [191, 159, 255]])
  }

  /// The sum of all coverage is a polygon's area, wherever its corners are.
  @Test func polygonsCoverTheirArea() {
    let triangle = points((1.3, 0.7), (17.9, 5.2), (6.4, 18.8))
    let area = abs((16.6 * 18.1 - 5.1 * 4.5) / 2)
    #expect(abs(darkness(gray(20) { $0.fill([triangle], .black) }) - area) < 0.5)
    let reversed = Array(triangle.reversed())
    #expect(gray(20) { $0.fill([triangle], .black) } == gray(20) { $0.fill([reversed], .black) })
  }

  @Test func shapesAreCutAtThePicturesEdge() {
    let picture = gray(4) {
      $0.fill([points((-10, -10), (2, -10), (2, 50), (-10, 50))], .black)
    }
    #expect(picture == Array(repeating: [0, 0, 255, 255], count: 4))
    let outside = gray(4) {
      $0.fill([points((10, 0), (20, 0), (20, 4))], .black)
      $0.stroke([points((-5, -5), (-1, 9))], Drawing.Stroke(.black))
      $0.text(Drawing.Text("x", at: Drawing.Point(x: 0, y: 900)))
    }
    #expect(darkness(outside) == 0)
  }

  @Test func linesHaveTheirWidth() {
    let level = gray(10) { $0.stroke([points((-5, 4.5), (15, 4.5))], Drawing.Stroke(.black)) }
    #expect(level[4] == Array(repeating: 0, count: 10))
    #expect(level[3] == Array(repeating: 255, count: 10))
    let slanted = gray(100) {
      $0.stroke([points((-20, 10), (120, 80))], Drawing.Stroke(.black, width: 3))
    }
    let length = 100 * (1 + 0.25).squareRoot()
    #expect(abs(darkness(slanted) / (3 * length) - 1) < 0.02)
    let thin = gray(100) {
      $0.stroke([points((-20, 10), (120, 80))], Drawing.Stroke(.black, width: 0.5))
    }
    #expect(abs(darkness(thin) / (0.5 * length) - 1) < 0.05)
  }

  @Test func aPointIsADot() {
    let dot = gray(40) { $0.stroke([points((20, 20))], Drawing.Stroke(.black, width: 20)) }
    #expect(abs(darkness(dot) / (100 * Double.pi) - 1) < 0.01)
  }

  /// A translucent line that crosses itself is not darker at the crossing.
  @Test func linesCoverOnce() {
    let cross = gray(9) {
      $0.stroke(
        [points((0, 4.5), (9, 4.5)), points((4.5, 0), (4.5, 9))],
        Drawing.Stroke(.black.opacity(0.5)))
    }
    #expect(cross[4][4] == cross[4][1])
  }

  @Test func dashesAddUp() {
    let line = points((0, 0), (30, 0), (30, 40))
    let pieces = dashed(line, lengths: [6, 4])
    #expect(pieces.count == 7)
    #expect(pieces[0] == points((0, 0), (6, 0)))
    #expect(pieces[3] == points((30, 0), (30, 6)))
    #expect(pieces.allSatisfy { $0.count == 2 })
    #expect(
      dashed(points((0, 0), (8, 0), (8, 4)), lengths: [10, 1])[0] == points((0, 0), (8, 0), (8, 2)))
    #expect(dashed(line, lengths: []) == [line])
  }

  @Test func imagesAreAveragedWhenTheyShrink() {
    let checks = Bitmap(width: 4, height: 4) { ($0 + $1) % 2 == 0 ? .black : .white }
    let small = gray(2) {
      $0.image(checks, in: Drawing.Rectangle(x: 0, y: 0, width: 2, height: 2))
    }
    #expect(small == [[128, 128], [128, 128]])
    let large = gray(4) {
      $0.image(
        Bitmap(width: 2, height: 1, channels: .gray, bytes: [0, 255]),
        in: Drawing.Rectangle(x: 0, y: 0, width: 3, height: 4))
    }
    #expect(large[0] == [0, 128, 255, 255])
  }

  /// Opacity of an image mixes it with what is below.
  @Test func imagesWithOpacity() {
    let bitmap = Bitmap(width: 1, height: 1, channels: .rgba, bytes: [0, 0, 0, 51])
    let picture = gray(1) {
      $0.image(bitmap, in: Drawing.Rectangle(x: 0, y: 0, width: 1, height: 1))
    }
    #expect(picture == [[204]])
  }

  /// Every printable character of ASCII has a glyph of its own that stays within its width.
  @Test func glyphsStayInTheirPlace() {
    let box = StrokeFont.lines(of: "\u{1F600}")
    #expect(box.count == 1 && box[0].count == 5)
    var seen: Set<[[String]]> = []
    for code in UInt8(33)..<127 {
      let character = Character(UnicodeScalar(code))
      let lines = StrokeFont.lines(of: character)
      let all = lines.joined()
      #expect(!all.isEmpty, "\(character)")
      #expect(lines != box)
      seen.insert(lines.map { $0.map { "\($0)" } })
      let width = TextMetrics.width(of: character)
      #expect(all.allSatisfy { $0.x >= -65 && $0.x <= width + 65 }, "\(character)")
      #expect(all.allSatisfy { $0.y >= -210 && $0.y <= 770 }, "\(character)")
    }
    #expect(seen.count == 94)
    for character in "−·×–…°±≤≥αβτ⁻⁵" {
      #expect(StrokeFont.lines(of: character) != box, "\(character)")
    }
    #expect(StrokeFont.lines(of: "é").count == StrokeFont.lines(of: "e").count + 1)
    #expect(StrokeFont.lines(of: "ï").count == 3)
    #expect(StrokeFont.lines(of: " ").isEmpty)
  }

  /// Text is as wide and stands where the layout believes.
  @Test(arguments: [Drawing.Text.Anchor.start, .middle, .end])
  func textStandsAtItsAnchor(anchor: Drawing.Text.Anchor) {
    let picture = gray(200) {
      $0.text(
        Drawing.Text("HHHH", at: Drawing.Point(x: 100, y: 100), anchor: anchor, size: 20))
    }
    let columns = (0..<200).filter { x in picture.contains { $0[x] < 128 } }
    let rows = (0..<200).filter { picture[$0].contains { $0 < 128 } }
    let width = TextMetrics.width(of: "HHHH", size: 20)
    let left = anchor == .start ? 100 : anchor == .middle ? 100 - width / 2 : 100 - width
    #expect(abs(Double(columns.first!) - left - 1.5) < 1.5)
    #expect(abs(Double(columns.last!) - left - width + 2.5) < 1.5)
    #expect(rows.last! == 99)
    #expect(abs(Double(rows.count) - 14.4) < 1)
  }

  /// Pictures of sizes that no memory would hold come out smaller.
  @Test func picturesThatAreTooLargeAreScaled() {
    for (width, height) in [(1e12, 1), (1, 1e300), (3e5, 2e3)] {
      let size = Drawing.Size(width: width, height: height)
      let bitmap = Drawing(size: size).bitmap()
      #expect(bitmap.width * bitmap.height <= 1 << 26)
      #expect(bitmap.width >= 1 && bitmap.height >= 1)
      if min(width, height) > 100 {
        #expect(abs(Double(bitmap.width) / Double(bitmap.height) / (width / height) - 1) < 0.01)
      }
    }
    #expect(Drawing(size: Drawing.Size(width: 30, height: 20)).bitmap(scale: 3).width == 90)
  }
}
