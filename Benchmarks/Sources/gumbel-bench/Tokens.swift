import AllocationCounter
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

/// The first is the baseline, draws from a tensor.
let tokenRowWorkloads: [String] = [
  "tensor", "float32", "float16", "bfloat16", "penalties", "mask", "best20", "raw20", "typical",
].map { "token-rows-\($0)" }

/// Tokens drawn in place from 8 rows of 131,072 normal logits after top-k, top-p and min-p, as an
/// engine draws them in its loop: by name in a type of its own, with penalties of 1,000 tokens, with a
/// mask of every third one, with the best 20 and their scores, or with all filters.
func tokenRows(_ name: String, _ options: Options) {
  let variant = String(name.split(separator: "-").last!)
  let logits = (0..<8).flatMap { tokenLogits("normal", row: $0, classes: 131_072) }
  switch variant {
  case "float16":
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      tokenRows(name, variant, logits.map { Float16($0) }, options)
    #endif
  case "bfloat16": tokenRows(name, variant, logits.map { BFloat16($0) }, options)
  default: tokenRows(name, variant, logits, options)
  }
}

private func tokenRows<Logit: TokenLogit>(
  _ name: String, _ variant: String, _ values: [Logit], _ options: Options
) {
  let (count, classes) = (8, 131_072)
  let isTypical = variant == "typical"
  guard
    let sampling = try? TokenSampling(
      temperature: 0.8, topK: 50, topP: 0.95, minP: 0.05, typicalP: isTypical ? 0.95 : nil,
      topNSigma: isTypical ? 3 : nil, order: isTypical ? .llamaCpp : .standard),
    let penalties = try? TokenPenalties(repetition: 1.1, presence: 0.1, frequency: 0.1)
  else { exitWithUsage() }
  var rows = (0..<count).map {
    TokenRow(sampling: sampling, key: RandomKey(1).folding(in: $0))
  }
  for row in rows.indices {
    if variant == "penalties" {
      rows[row].penalties = penalties
      rows[row].history = TokenHistory()
      for i in 0..<1000 { rows[row].history!.accept(Int32((i * 7919 + 31 * row) % classes)) }
    }
    if variant == "mask" {
      rows[row].mask = TokenMask(
        count: classes, allowed: stride(from: row % 3, to: classes, by: 3))
    }
  }
  let sampler = TokenSampler(classes: classes)
  let best = variant.hasSuffix("20") ? 20 : 0
  var logits = values
  var tokens = [Int32](repeating: 0, count: count)
  var bestTokens = [Int32](repeating: 0, count: count * best)
  var scores = [Float](repeating: 0, count: count * (best + 1))
  var allocations: Int64 = 0, sum = 0
  let tensor =
    variant == "tensor"
    ? Tensor(
      (0..<count).flatMap { tokenLogits("normal", row: $0, classes: classes) },
      shape: [count, classes])
    : nil
  let keys = (0...options.repeats).map { step in
    (0..<count).map { RandomKey(1).forToken(sequence: $0, position: step) }
  }
  // Several calls a measurement, since one takes less than the processor's clock needs to settle.
  let calls = 20
  let seconds = logits.withUnsafeMutableBufferPointer { logits in
    tokens.withUnsafeMutableBufferPointer { tokens in
      bestTokens.withUnsafeMutableBufferPointer { bestTokens in
        scores.withUnsafeMutableBufferPointer { scores in
          measure(options, count: count * calls) { step in
            let before = allocation_count()
            for _ in 0..<calls {
              if let tensor {
                let drawn = sampling.tokens(logits: tensor, keys: keys[step]).int32Scalars
                for row in 0..<count { tokens[row] = drawn[row] }
              } else {
                for row in rows.indices { rows[row].position = step }
                let failures = try? sampler.draw(
                  from: logits, rows: &rows, into: tokens,
                  scores: best == 0
                    ? nil
                    : TokenScores(
                      variant == "raw20" ? .raw : .drawn, best: best, tokens: bestTokens,
                      bestLogProbabilities: UnsafeMutableBufferPointer(
                        rebasing: scores[count...]),
                      logProbabilities: UnsafeMutableBufferPointer(rebasing: scores[..<count])))
                if failures != 0 { exitWithUsage() }
              }
            }
            allocations = allocation_count() - before
            sum += tokens.reduce(0) { $0 + Int($1) }
          }
        }
      }
    }
  }
  Report(
    workload: name, unit: "row", seconds: seconds,
    check: [
      ("allocationsPerCall", "\(Double(allocations) / Double(calls))"), ("sumOfTokens", "\(sum)"),
    ]
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
