import GumbelDistributions
import GumbelTensors
import Testing

@Suite struct TokenHistoryTests {
  /// Against a list of all that was taken in, of which the last ones are counted.
  @Test(arguments: [nil, 0, 1, 2, 7, 64, 500] as [Int?])
  func countsAreThoseOfTheWindow(window: Int?) {
    let history = TokenHistory(window: window, capacity: 4)
    let words = Tensor.uniform([6000], key: RandomKey(2)).scalars
    var all: [(token: Int32, isPrompt: Bool)] = []
    for step in 0..<2000 {
      // Few tokens and many, and some whose hashes meet.
      let range: Float = step % 3 == 0 ? 5 : step % 3 == 1 ? 90 : 100_000
      let number = Int(words[3 * step] * range) * (words[3 * step + 1] < 0.3 ? 65_536 : 1)
      let token = Int32(number % 1_000_000)
      let isPrompt = words[3 * step + 2] < 0.4
      all.append((token, isPrompt))
      if isPrompt { history.accept(prompt: [token]) } else { history.accept(token) }
      if step % 97 != 0, step != 1999 { continue }
      let counted = all.suffix(window ?? all.count)
      #expect(history.count == counted.count)
      let prompt = Dictionary(counted.filter(\.isPrompt).map { ($0.token, 1) }, uniquingKeysWith: +)
      let rest = Dictionary(
        counted.filter { !$0.isPrompt }.map { ($0.token, 1) }, uniquingKeysWith: +)
      for history in [history, history.copy()] {
        for token in Set(all.map(\.token)) {
          let found = history.counts(of: token)
          #expect(found == (prompt[token] ?? 0, rest[token] ?? 0), "\(step): \(token)")
        }
        #expect(history.counts(of: 999_999) == (0, 0))
      }
    }
  }

  @Test func whatIsReplacedOrForgottenIsGone() {
    let history = TokenHistory(window: 3)
    history.accept(prompt: [1, 2])
    history.accept(-1)
    #expect(history.count == 2)
    let copy = history.copy()
    [9, 8, 8, 7].withUnsafeBufferPointer { history.replace(with: $0) }
    #expect(history.count == 3 && history.counts(of: 8) == (0, 2))
    #expect(history.counts(of: 9) == (0, 0) && history.counts(of: 1) == (0, 0))
    #expect(copy.counts(of: 1) == (1, 0) && copy.counts(of: 8) == (0, 0))
    history.removeAll()
    #expect(history.count == 0 && history.counts(of: 7) == (0, 0))
    history.accept(7)
    #expect(history.counts(of: 7) == (0, 1))
  }
}
