import GumbelKernels
import Testing

extension KernelsTests {
  @Suite struct ScanTests {
    @Test func linesArePassedWhereverTheyEnd() {
      var bytes = [UInt8](repeating: 65, count: 700)
      for i in stride(from: 3, to: 700, by: 7) { bytes[i] = 10 }
      for i in 120..<200 { bytes[i] = UInt8(i - 115) }
      for i in 256..<330 { bytes[i] = 10 }
      for i in 400..<500 { bytes[i] = 0x8A }
      withAllForms { _ in
        for terminator: UInt8 in [10, 0] {
          let bytes = bytes.map { $0 == 10 ? terminator : $0 == terminator ? 10 : $0 }
          for start in [0, 1, 31, 63, 64, 300] {
            for end in [start, start + 1, 330, 393, 699, 700] where end >= start {
              expectPassed(Array(bytes[start..<end]), terminator)
            }
          }
        }
      }
    }

    private func expectPassed(_ part: [UInt8], _ terminator: UInt8) {
      let ends = part.indices.filter { part[$0] == terminator }
      for lines in [0, 1, 2, ends.count - 1, ends.count, ends.count + 5] where lines >= 0 {
        var left = UInt64(lines)
        let position = gk_pass_lines(part, part.count, terminator, &left)
        let expected = lines == 0 ? 0 : lines <= ends.count ? ends[lines - 1] + 1 : part.count
        #expect(position == expected)
        #expect(left == UInt64(max(0, lines - ends.count)))
      }
    }

    @Test func placesAreThoseOfLargeWords() {
      let key: [UInt32] = [5, 9]
      withAllForms { _ in
        for (first, count) in [
          (UInt64(0), 2000), (3, 1), (7, 513), ((1 << 34) - 700, 1500), (5, 0),
        ] {
          var words = [UInt32](repeating: 0, count: count)
          gk_random_bits(key, first, &words, count)
          for least in [0, 1 << 31, 0xF000_0000, UInt32.max] {
            var places = [UInt32](repeating: 0, count: count)
            let found = gk_words_from(key, first, count, least, &places)
            let expected = words.indices.filter { words[$0] >= least }.map { UInt32($0) }
            #expect(Array(places[..<found]) == expected)
          }
        }
      }
    }
  }
}
