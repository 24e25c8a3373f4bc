import GumbelKernels
import Testing
import _GumbelTestDevice
import _GumbelTestSupport

@testable import GumbelTensors

/// Draws on a device: words, and what is made of them by integers and exact conversions, are the host's
/// to the bit; values differ by the rounding of logarithms, and classes not at all.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized)
struct DrawLoweringTests {
  let device: Device

  init() throws { device = try Device(plugin: XLAPlugin.path!) }

  private func onDevice(_ draw: @escaping (RandomKey) -> Tensor, _ key: RandomKey) -> Tensor {
    compile(on: device) { (key: RandomKey) in draw(key) }(key)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 1_000_003])
  func wordsAndUniformsAreTheHosts(_ count: Int) {
    let key = RandomKey(0x1234_5678_9abc_def0)
    for draw in [
      { apply1(RandomDraw(kind: .bits, shape: [count]), [$0.words]) },
      { (key: RandomKey) in Tensor.uniform([count], key: key) },
    ] {
      #expect(haveSameBits(onDevice(draw, key), draw(key)))
    }
  }

  @Test func keysAreTheHosts() {
    let step = compile(on: device) { (key: RandomKey, number: Tensor) in
      [
        key.folding(in: number).words, key.folding(in: 77).words, key.folding(in: -1).words,
        key.folding(in: "name").words, key.split(into: 3)[2].words,
      ]
    }
    for seed in [0, 1, UInt64.max, 0x8000_0000_7fff_ffff] {
      let (key, number) = (RandomKey(seed), Tensor(int32: 123_456))
      let found = step(key, number)
      let expected = [
        key.folding(in: number).words, key.folding(in: 77).words, key.folding(in: -1).words,
        key.folding(in: "name").words, key.split(into: 3)[2].words,
      ]
      for (a, b) in zip(found, expected) { #expect(haveSameBits(a, b)) }
    }
  }

  @Test(arguments: [0, 1, 2, 3, 100, 4_095, 4_096, 100_001])
  func permutationsAreTheHosts(_ count: Int) {
    let draw = { (key: RandomKey) in Tensor.permutation(count, key: key) }
    for seed in 0..<3 as Range<UInt64> {
      #expect(haveSameBits(onDevice(draw, RandomKey(seed)), draw(RandomKey(seed))))
    }
  }

  /// Rows of a table of words, of whole blocks and not, with numbers of words above 2³².
  @Test(arguments: [1, 3, 4, 6, 784, 1001])
  func wordsOfRowsAreTheHosts(_ width: Int) {
    let rows = Tensor(int32: [0, 1, 2, 7, 99_999, 7_000_001, .max])
    let key = RandomKey(77)
    let draw = { (key: RandomKey, rows: Tensor) in
      apply1(WordRows(width: width), [key.words, rows])
    }
    let found = compile(on: device, draw)(key, rows)
    #expect(haveSameBits(found, draw(key, rows)))
  }

  /// 10⁶ classes. Two sums of a logit and noise that are an ulp apart could change places; with this key
  /// there are none.
  @Test func classesAreTheHosts() {
    let logits = Tensor.normal([10], key: RandomKey(1))
    let draw = { (key: RandomKey) in
      Tensor.categorical(logits: logits, shape: [1_000_000], key: key)
    }
    #expect(haveSameBits(onDevice(draw, RandomKey(2)), draw(RandomKey(2))))
  }

  /// Rows with classes of infinite logits, of none above -inf, with NaN and far from 0, at temperatures
  /// that are none, huge, infinite and negative.
  @Test func relaxedRowsFollowTheRules() {
    let (inf, nan) = (Float.infinity, Float.nan)
    let rows: [[Float]] = [
      [0, 1, -1], [-inf, 2, 1], [inf, 0, inf], [-inf, -inf, -inf], [nan, 0, 1], [5000, 5001, 4999],
      [-9e9, -9e9, -inf], [3e38, 3e38, 0], [inf, nan, 1],
    ]
    let logits = Tensor(rows.flatMap { $0 }, shape: [rows.count, 3])
    let draws = { (t: Tensor, key: RandomKey) in
      [
        Tensor.gumbelSoftmax(logits: logits, temperature: t, key: key),
        Tensor.logGumbelSoftmax(logits: logits, temperature: t, key: key),
        Tensor.straightThroughGumbelSoftmax(logits: logits, temperature: t, key: key),
        Tensor.categorical(logits: logits, key: key),
        Tensor.gumbelTopK(logits: logits, k: 2, key: key),
      ]
    }
    let compiled = compile(on: device, precision: .float32, draws)
    for t: Float in [0, 1e-30, 0.5, 1, 1e6, 1e30, inf, -1, nan] {
      for seed in 0..<5 as Range<UInt64> {
        let found = compiled(Tensor(t), RandomKey(seed))
        for (a, b) in zip(found, draws(Tensor(t), RandomKey(seed))) {
          if b.elementType == .int32 {
            #expect(a.int32Scalars == b.int32Scalars)
          } else {
            for (x, y) in zip(a.scalars, b.scalars) {
              let isClose = x == y || x.isNaN && y.isNaN || abs(x - y) <= 4e-6 * max(1, abs(y))
              #expect(isClose, "temperature \(t): \(a), not \(b)")
            }
          }
        }
      }
    }
  }
}

/// Words of a key at places far from the first.
private struct WordRows: Primitive {
  let width: Int

  var name: String { "wordRows" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    OutputTypes(TensorType([inputs[1].shape.count, width], .int32))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    for (i, row) in (0..<inputs[1].count).map({ ($0, UInt64(inputs[1].int32s[$0])) }) {
      gk_random_bits(
        inputs[0].words, row * UInt64(width), outputs[0].words + i * width, width)
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let words = writer.randomWords(of: inputs[0], rows: inputs[1], width: width)
    return [writer.bitcast(words, to: .int32)]
  }
  func pullback(_ p: Pullback) {}
}
