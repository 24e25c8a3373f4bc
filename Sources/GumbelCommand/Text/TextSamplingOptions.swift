import ArgumentParser
import SwiftGumbel

/// How symbols are drawn.
struct TextSamplingOptions: ParsableArguments {
  @Option(
    "What the logits are divided by: below 1 for likelier strings, above for more different ones.",
    valueName: "t")
  var temperature = 1.0
  @Option("Draw among the k most likely symbols only.", valueName: "k") var topK: Int?
  @Option(
    "Draw among the fewest most likely symbols that have this probability together.",
    valueName: "p")
  var topP: Double?
  @Option("Draw no symbol with less than this part of the largest probability.", valueName: "p")
  var minP: Double?
  @Option(
    "Draw among the symbols whose information is nearest to its mean and that have this probability "
      + "together.", valueName: "p")
  var typicalP: Double?
  @Option(
    "Draw no symbol whose logit is more than so many standard deviations below the largest.",
    valueName: "n")
  var topNSigma: Double?
  @Flag(help: "Always take the most likely symbol: all strings are the same.") var greedy = false

  func validate() throws { _ = try sampling() }

  func sampling() throws -> TokenSampling {
    if greedy {
      for (name, isGiven) in [
        ("--temperature", temperature != 1), ("--top-k", topK != nil), ("--top-p", topP != nil),
        ("--min-p", minP != nil), ("--typical-p", typicalP != nil),
        ("--top-n-sigma", topNSigma != nil),
      ] where isGiven {
        throw ValidationError("--greedy and \(name): expected one of them")
      }
      return .greedy
    }
    do throws(TokenSamplingError) {
      return try TokenSampling(
        temperature: temperature, topK: topK, topP: topP, minP: minP, typicalP: typicalP,
        topNSigma: topNSigma)
    } catch {
      throw ValidationError(error.inOptions)
    }
  }
}
