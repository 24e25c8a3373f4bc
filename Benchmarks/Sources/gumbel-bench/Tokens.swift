import SwiftGumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

let tokenWorkloads: [String] = ["all", "k", "p", "minp", "none"].flatMap { filters in
  ["normal", "peaked", "flat"].flatMap { kind in
    [131_072, 262_144].map { "tokens-\(filters)-\(kind)-\($0)" }
  }
}

/// Tokens drawn from rows of logits as a language model gives them; peers/torch_tokens.py draws
/// from the same rows. `name` is the filters, the kind of logits and the number of classes, as in
/// `tokens-all-normal-131072`.
func tokens(_ name: String, _ options: Options) {
  let parts = name.split(separator: "-")
  let (filter, kind, classes) = (parts[1], parts[2], Int(parts[3])!)
  func only(_ name: Substring) -> Bool { filter == "all" || filter == name }
  guard
    let sampling = try? TokenSampling(
      temperature: 0.8, topK: only("k") ? 50 : nil, topP: only("p") ? 0.95 : nil,
      minP: only("minp") ? 0.05 : nil)
  else { exitWithUsage() }
  let rows = 16
  let logits = Tensor(
    (0..<rows).flatMap { tokenLogits(kind, row: $0, classes: classes) }, shape: [rows, classes])
  let keys = (0...options.repeats).map { step in
    (0..<rows).map { RandomKey(1).forToken(sequence: $0, position: step) }
  }
  var drawn = Tensor(int32: 0)
  let seconds = measure(options, count: rows) {
    drawn = sampling.tokens(logits: logits, keys: keys[$0])
  }
  let kept = sampling.logProbabilities(logits: logits).scalars.count { $0 > -.infinity }
  let least = drawn.int32Scalars.min()!
  Report(
    workload: name, unit: "row", seconds: seconds,
    check: [("kept", "\(Double(kept) / Double(rows))"), ("leastToken", "\(least)")]
  ).print()
}

/// Normal logits of standard deviation 3 (`normal`) or 0.001 (`flat`), or the former with 20 likely
/// tokens above them (`peaked`): Box-Muller on two sequences without a generator.
private func tokenLogits(_ kind: Substring, row: Int, classes: Int) -> [Float] {
  func uniform(_ i: Int, _ step: UInt32) -> Double {
    (Double(UInt32(truncatingIfNeeded: i + 1) &* step) + 0.5) / 4_294_967_296
  }
  let scale = kind == "flat" ? 0.001 : 3
  var logits = (0..<classes).map { c in
    let i = row * classes + c
    let radius = sqrt(-2 * log(uniform(i, 2_654_435_769)))
    return Float(scale * radius * cos(2 * Double.pi * uniform(i, 2_246_822_519)))
  }
  if kind == "peaked" {
    for j in 0..<20 { logits[(7919 * j + 13 * row) % classes] = 24 - 0.7 * Float(j) }
  }
  return logits
}

/// 50 of 131,072 classes without replacement from each of 16 rows.
func topK(_ options: Options) {
  let (rows, classes) = (16, 131_072)
  let logits = Tensor(
    (0..<rows).flatMap { tokenLogits("normal", row: $0, classes: classes) },
    shape: [rows, classes])
  let keys = (0...options.repeats).map { RandomKey(2).folding(in: $0) }
  var drawn = Tensor(int32: 0)
  let seconds = measure(options, count: rows) {
    drawn = Tensor.gumbelTopK(logits: logits, k: 50, key: keys[$0])
  }
  let distinct = Set(drawn.int32Scalars[..<50]).count
  Report(
    workload: "gumbel-top-k", unit: "row", seconds: seconds, check: [("distinct", "\(distinct)")]
  ).print()
}
