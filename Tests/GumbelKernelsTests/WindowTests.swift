import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct Windows {
    /// Windows of every kind on images of some sizes: inside, over an edge, wholly outside.
    static func someWindows(_ generator: inout SplitMix64) -> gk_windows {
      func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
      return gk_windows(
        height: pick(1...6), width: pick(1...9), channels: [1, 1, 2, 3, 8, 17][pick(0...5)],
        kernel_height: pick(1...5), kernel_width: pick(1...5), stride: pick(1...3),
        top: Int64(pick(0...4)), left: Int64(pick(0...4)), rows: pick(1...5), columns: pick(1...5))
    }

    /// For each element of the patches of all windows, where it lies in the images; nil outside.
    static func sources(_ w: gk_windows, _ images: Int) -> [Int?] {
      var sources = [Int?]()
      for image in 0..<images {
        for row in 0..<w.rows {
          for column in 0..<w.columns {
            for i in 0..<w.kernel_height {
              for j in 0..<w.kernel_width {
                let y = row * w.stride + i - Int(w.top), x = column * w.stride + j - Int(w.left)
                let inside = 0..<w.height ~= y && 0..<w.width ~= x
                let pixel = ((image * w.height + y) * w.width + x) * w.channels
                sources += (0..<w.channels).map { inside ? pixel + $0 : nil }
              }
            }
          }
        }
      }
      return sources
    }

    @Test func unfoldCopiesAndFoldAddsBack() {
      var generator = SplitMix64(state: 90)
      for _ in 0..<300 {
        var w = Self.someWindows(&generator)
        let images = Int.random(in: 1...3, using: &generator)
        let x = generator.floats(images * w.height * w.width * w.channels)
        let sources = Self.sources(w, images)
        let patch = w.kernel_height * w.kernel_width * w.channels
        let count = images * w.rows * w.columns
        let begin = Int.random(in: 0...count, using: &generator)
        let end = Int.random(in: begin...count, using: &generator)
        let own = sources[(begin * patch)..<(end * patch)]
        let expected = own.map { $0.map { x[$0] } ?? 0 }
        let patches = generator.floats(own.count)
        var sums = x
        for (value, source) in zip(patches, own) { if let source { sums[source] += value } }
        withAllForms { form in
          var y = [Float](repeating: 777, count: own.count + 1)
          gk_unfold(&w, x, &y, begin, end)
          #expect(y == expected + [777], "\(w), \(begin) ..< \(end), \(form)")
          var folded = x + [777]
          gk_fold(&w, patches, &folded, begin, end)
          #expect(folded == sums + [777], "\(w), \(begin) ..< \(end), \(form)")
        }
      }
    }
  }
}
