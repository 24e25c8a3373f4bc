import SwiftGumbel

extension TokenSamplingError {
  /// The mistake in terms of the options that `sample` and `text generate` have.
  var inOptions: String {
    switch self {
    case .temperature(let value):
      "--temperature \(value): expected a number above 0"
        + (value == 0 ? "; its limit is --greedy" : "")
    case .topK(let value): "--top-k \(value): expected a whole number above 0"
    case .topP(let value): "--top-p \(value): expected a number above 0 and up to 1"
    case .minP(let value): "--min-p \(value): expected a number from 0 to 1"
    case .typicalP(let value): "--typical-p \(value): expected a number above 0 and up to 1"
    case .topNSigma(let value): "--top-n-sigma \(value): expected a number above 0"
    default: description
    }
  }
}
