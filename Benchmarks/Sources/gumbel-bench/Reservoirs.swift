import SwiftGumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// 1,000 of 10^7 items, with equal weights offered all at once and with weights one by one.
func reservoir(_ options: Options) {
  let count = 10_000_000
  let weights = (0..<4096).map { Double(1 + $0 * 7919 % 97) }
  for variant in ["equal", "weighted"] {
    var mean = 0.0
    let seconds = measure(options) { i in
      var reservoir = WeightedReservoir<Int>(capacity: 1000, key: RandomKey(UInt64(i)))
      if variant == "equal" {
        reservoir.offer(count: count) { Int($0) }
      } else {
        for j in 0..<count {
          guard (try? reservoir.offer(j, weight: weights[j & 4095])) != nil else { return }
        }
      }
      mean = reservoir.items.reduce(0) { $0 + Double($1.element) } / 1000 / Double(count)
    }
    Report(
      workload: "reservoir", variant: variant, unit: "10^7 items", seconds: seconds,
      check: [("meanPlace", "\(mean)")]
    ).print()
  }
}

/// A file of 10^7 lines, the numbers 0 to 9,999,999, that is gone when the body returns.
private func withNumberedLines(_ body: (_ path: String) -> Void) {
  var template = Array("/tmp/gumbel-bench-XXXXXX".utf8CString)
  let file = fdopen(mkstemp(&template), "w")
  let path = template.dropLast().map { String(UnicodeScalar(UInt8($0))) }.joined()
  defer { unlink(path) }
  for i in 0..<10_000_000 { fputs("\(i)\n", file) }
  fclose(file)
  body(path)
}

/// 1,000 lines out of a pipe of 10^7 lines.
func sampleLines(_ options: Options) {
  withNumberedLines { path in
    var sample: LineSample?
    let seconds = measure(options) { i in
      guard let pipe = popen("exec cat \(path)", "r") else { return }
      defer { pclose(pipe) }
      sample = try? LineSampler(count: 1000).sample(
        from: .descriptor(fileno(pipe), name: "pipe"), key: RandomKey(UInt64(i)))
    }
    Report(
      workload: "sample-lines", unit: "10^7 lines", seconds: seconds,
      check: [("lines", "\(sample?.lineCount ?? 0)"), ("drawn", "\(sample?.lines.count ?? 0)")]
    ).print()
  }
}

/// All of 10^7 lines of a file in random order, into another file.
func shuffleLines(_ options: Options) {
  withNumberedLines { path in
    let result = path + ".shuffled"
    defer { unlink(result) }
    var bytes = 0
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
    defer { room.deallocate() }
    let seconds = measure(options) { i in
      guard
        let sample = try? LineSampler(count: .max).sample(
          from: .file(path), key: RandomKey(UInt64(i))),
        let file = fopen(result, "w")
      else { return }
      setvbuf(file, nil, _IONBF, 0)
      bytes = 0
      var next = 0
      while next < sample.lines.count {
        let copied = sample.lines.copy(from: next, into: room)
        bytes += fwrite(room.baseAddress, 1, copied.bytes, file)
        next += copied.lines
      }
      fclose(file)
    }
    Report(
      workload: "shuffle-lines", unit: "10^7 lines", seconds: seconds,
      check: [("bytes", "\(bytes)")]
    ).print()
  }
}
