import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct ReservoirTests {
    /// Checks a sort of keys whose items are their places: the keys come out in order, and each with
    /// its item.
    private func checkSort(_ keys: [UInt64], sourceLocation: SourceLocation = #_sourceLocation) {
      let given = keys.indices.map { gk_race_entry(time: keys[$0], item: UInt64($0)) }
      let sorted = keys.sorted()
      for hasSpare in [false, true] {
        var entries = given
        if hasSpare {
          var spare = [gk_race_entry](repeating: gk_race_entry(), count: keys.count)
          gk_sort_race_entries_by(&entries, entries.count, &spare)
        } else {
          gk_sort_race_entries(&entries, entries.count)
        }
        let isInOrder = entries.map(\.time) == sorted
        let isTogether = entries.allSatisfy { keys[Int($0.item)] == $0.time }
        let isWhole = Set(entries.map(\.item)).count == keys.count
        #expect(isInOrder && isTogether && isWhole, sourceLocation: sourceLocation)
      }
    }

    @Test func entriesOfAnyTimesAreSorted() {
      var generator = SplitMix64(state: 3)
      for count in Array(0...70) + [255, 256, 257, 2047, 2048, 100_000] {
        checkSort((0..<count).map { _ in generator.next() })
      }
      let count = 5000
      // Few different ones, all the same, in order, in reverse, and both ends of the range.
      checkSort((0..<count).map { _ in generator.next() % 3 })
      checkSort([UInt64](repeating: 7, count: count))
      checkSort((0..<UInt64(count)).map { $0 })
      checkSort((0..<UInt64(count)).reversed())
      checkSort((0..<count).map { $0 % 2 == 0 ? 0 : .max })
      checkSort(
        (0..<count).map { $0 % 2 == 0 ? generator.next() >> 40 : ~(generator.next() >> 40) })
      // Crowded as the bits of logarithms of small times are: one for each size of number.
      checkSort((0..<count).map { generator.next() >> UInt64($0 % 64) })
      // Nearly all of a large number with one first digit, and with the second.
      checkSort((0..<60_000).map { $0 == 777 ? .max : generator.next() >> ($0 % 9 == 0 ? 30 : 40) })
      checkSort([UInt64](repeating: 7, count: 60_000) + [UInt64.max, 3])
      checkSort((0..<64).flatMap { [UInt64(1) << $0, (1 << $0) - 1, (1 << $0) + 1] })
    }

    @Test func refinedWordsAreThoseOfBothStreams() {
      let key: [UInt32] = [5, 9]
      for (first, count) in [(UInt64(0), 300), (3, 1), (7, 513), ((1 << 34) - 6, 13), (5, 0)] {
        var words = [UInt64](repeating: 1, count: count + 1)
        gk_refined_words(key, first, count, &words)
        for i in 0..<count {
          let number = first + UInt64(i)
          var halves: [UInt32] = []
          for stream in [UInt32(0), 1] {
            var block = [UInt32](repeating: 0, count: 4)
            let block64 = number / 4
            gk_philox4x32_10(
              [UInt32(truncatingIfNeeded: block64), UInt32(block64 >> 32), stream, 0], key, &block)
            halves.append(block[Int(number % 4)])
          }
          let expected = UInt64(halves[0]) << 32 | UInt64(halves[1])
          #expect(words[i] == expected)
          #expect(gk_refined_word(key, number) == expected)
        }
        #expect(words[count] == 1)
      }
    }

    @Test func linesAreReadAsTheyWereWritten() {
      let numbers: [UInt64] = [0, 1, 127, 128, 16_383, 16_384, 1 << 32, 1 << 62, .max - 1]
      var memory = [UInt8](repeating: 0, count: 400 + Int(GK_LINE_HEADER))
      for index in numbers {
        for ahead in numbers where ahead <= .max - index {
          for length in [0, 1, 127, 128, 400] {
            let text = (0..<length).map { UInt8($0 % 256) }
            let size = gk_write_line(&memory, index, index + ahead, text, length)
            #expect(size <= length + Int(GK_LINE_HEADER))
            #expect(gk_line_size(index, index + ahead, length) == size)
            memory.withUnsafeBufferPointer {
              let line = gk_read_line($0.baseAddress)
              #expect(line.index == index && line.number == index + ahead)
              #expect(line.length == length && line.size == size)
              #expect(Array(UnsafeBufferPointer(start: line.bytes, count: line.length)) == text)
            }
          }
        }
      }
    }

    @Test func linesAreStoredUpToWhatDoesNotFit() {
      let texts = ["", "a", "bc", "", "\r", "long\0er", "x"]
      let bytes = Array((texts.joined(separator: "\n") + "\nunfinished").utf8)
      // How many may be stored, how long they may be, and how many are.
      for (most, limit, expected) in [(9, 99, 7), (9, 7, 7), (9, 6, 5), (3, 99, 3), (0, 99, 0)] {
        var memory = [UInt8](repeating: 0, count: 500)
        var places = [UInt64](repeating: 0, count: 9)
        var used = 11
        var passed = 0
        let count = gk_store_lines(
          bytes, bytes.count, 10, most, limit, 40, 45, &memory, &used, &places, &passed)
        #expect(count == expected)
        #expect(passed == texts[..<count].reduce(0) { $0 + $1.utf8.count + 1 })
        var end = 11
        memory.withUnsafeBufferPointer {
          for i in 0..<count {
            #expect(places[i] == UInt64(end))
            let line = gk_read_line($0.baseAddress! + end)
            #expect(line.index == UInt64(40 + i) && line.number == UInt64(45 + i))
            let text = UnsafeBufferPointer(start: line.bytes, count: line.length)
            #expect(text.elementsEqual(texts[i].utf8))
            end += line.size
          }
        }
        #expect(used == end)
      }
    }

    @Test func linesAreCopiedAsFarAsThereIsRoom() {
      var memory = [UInt8](repeating: 0, count: 2000)
      var entries: [gk_race_entry] = []
      var end = 0
      for i in 0..<40 {
        entries.append(gk_race_entry(time: 0, item: UInt64(end)))
        let text = [UInt8](repeating: UInt8(65 + i), count: i % 5)
        end += memory.withUnsafeMutableBufferPointer {
          gk_write_line($0.baseAddress! + end, 0, 0, text, text.count)
        }
      }
      entries.reverse()
      var whole: [UInt8] = []
      for i in (0..<40).reversed() {
        whole += [UInt8](repeating: UInt8(65 + i), count: i % 5) + [10]
      }
      for room in [0, 1, 4, 5, 60, whole.count - 1, whole.count, 200] {
        var out = [UInt8](repeating: 0, count: room + 8)
        var written = 0
        let count = gk_copy_lines(entries, entries.count, memory, 10, &out, room, &written)
        let ends = whole.indices.filter { whole[$0] == 10 && $0 < room }
        #expect(count == ends.count && written == (ends.last ?? -1) + 1)
        #expect(Array(out[..<written]) == Array(whole[..<written]))
        #expect(out[written...].allSatisfy { $0 == 0 })
      }
    }
  }
}
