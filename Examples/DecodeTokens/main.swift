import Foundation
import SwiftGumbel

// A decoding loop: names for chemical elements, letter by letter, many at a time. Each letter has a
// key of its own, made of the number of its name and of its position. So a name is the same whatever
// other names are written beside it, in whichever order, and whenever it joined them.

let elements = """
  hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium \
  aluminium silicon phosphorus sulfur chlorine argon potassium calcium scandium titanium vanadium \
  chromium manganese iron cobalt nickel copper zinc gallium germanium arsenic selenium bromine \
  krypton rubidium strontium yttrium zirconium niobium molybdenum technetium ruthenium rhodium \
  palladium silver cadmium indium tin antimony tellurium iodine xenon caesium barium lanthanum \
  cerium praseodymium neodymium promethium samarium europium gadolinium terbium dysprosium holmium \
  erbium thulium ytterbium lutetium hafnium tantalum tungsten rhenium osmium iridium platinum gold \
  mercury thallium lead bismuth polonium astatine radon francium radium actinium thorium uranium
  """.split(separator: " ").map(String.init)

/// The model: the logits of a letter after each pair of letters, by how often it follows them. Letter
/// 0 stands before a name and ends it. A network would stand here.
struct Letters {
  let alphabet = Array("_abcdefghijklmnopqrstuvwxyz")
  let logits: Tensor

  init(_ names: [String]) {
    let (alphabet, k) = (alphabet, alphabet.count)
    var counts = [Float](repeating: 0, count: k * k * k)
    for name in names {
      let letters = [0, 0] + name.map { alphabet.firstIndex(of: $0)! } + [0]
      for i in 2..<letters.count {
        counts[(letters[i - 2] * k + letters[i - 1]) * k + letters[i]] += 1
      }
    }
    logits = log(Tensor(counts, shape: [k * k, k]))
  }

  /// The names with these numbers. Those that have ended leave the batch.
  func names(_ numbers: [Int], by sampling: TokenSampling, key: RandomKey) -> [String] {
    var names = [[Int32]](repeating: [0, 0], count: numbers.count)
    var open = Array(numbers.indices)
    for position in 0..<20 where !open.isEmpty {
      let pairs = open.map { names[$0][position] * 27 + names[$0][position + 1] }
      let letters = sampling.tokens(
        logits: logits.gatheringRows(at: Tensor(int32: pairs)),
        keys: open.map { key.forToken(sequence: numbers[$0], position: position) })
      for (name, letter) in zip(open, letters.int32Scalars) { names[name].append(letter) }
      open.removeAll { names[$0].last == 0 }
    }
    return names.map { String($0.filter { $0 > 0 }.map { alphabet[Int($0)] }) }
  }
}

let model = Letters(elements)
let sampling = try TokenSampling(temperature: 0.9, topK: 8, topP: 0.98)
let key = RandomKey(42)
let together = model.names(Array(0..<200), by: sampling, key: key)
print(Set(together).subtracting(elements).sorted().prefix(12).joined(separator: " "))

let alone = (0..<200).flatMap { model.names([$0], by: sampling, key: key) }
let backwards = Array(model.names((0..<200).reversed(), by: sampling, key: key).reversed())
let others = model.names(Array(0..<200), by: sampling, key: RandomKey(43))
exit(together == alone && together == backwards && together != others ? 0 : 1)
