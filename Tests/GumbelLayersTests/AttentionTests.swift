import GumbelLayers
import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct AttentionTests {
  static let key = RandomKey(7)

  private func largestDifference(_ a: Tensor, _ b: Tensor) -> Float {
    abs(a - b).max().scalar
  }

  /// Two heads of two over two sequences of three, with what goes in and the weights as operands.
  static let attentionLaw = PrimitiveLaw(
    "CausalSelfAttention", tolerance: 2e-5,
    inputs: {
      [
        Tensor.normal([3, 2, 4], key: $0.folding(in: 0)),
        Tensor.normal([4, 12], key: $0.folding(in: 1)) * 0.5,
        Tensor.normal([4, 4], key: $0.folding(in: 2)) * 0.5,
      ]
    },
    apply: {
      var attention = CausalSelfAttention(4, heads: 2, key: RandomKey(0))
      (attention.projection.weight, attention.output.weight) = ($0[1], $0[2])
      return attention($0[0])
    },
    reference: { x in
      func projected(_ time: Int, _ batch: Int, _ column: Int) -> Double {
        (0..<4).reduce(0) { $0 + x[0][[time, batch, $1]] * x[1][[$1, column]] }
      }
      func seen(_ time: Int, _ batch: Int, _ column: Int) -> Double {
        let head = column / 2 * 2
        let scores = (0...time).map { s in
          (head..<(head + 2)).reduce(0) {
            $0 + projected(time, batch, $1) * projected(s, batch, 4 + $1)
          } / 2.0.squareRoot()
        }
        return zip(softmax(scores), 0...time).reduce(0) {
          $0 + $1.0 * projected($1.1, batch, 8 + column)
        }
      }
      return DoubleTensor([3, 2, 4]) { index in
        (0..<4).reduce(0) { $0 + seen(index[0], index[1], $1) * x[2][[$1, index[2]]] }
      }
    })

  @Test func attentionIsWhatItSays() {
    var failures: [String] = []
    for seed in 0..<2 { failures += Self.attentionLaw.failures(RandomKey(UInt64(seed))) }
    #expect(failures == [])
  }

  /// Large enough for the kernels' threads; what comes later leaves not one bit on what is earlier.
  @Test func noPositionSeesALaterOne() {
    let transformer = CausalTransformer(16, heads: 4, blocks: 2, capacity: 24, key: Self.key)
    let input = Tensor.normal([24, 8, 16], key: Self.key.folding(in: 1))
    let other = Tensor.normal([10, 8, 16], key: Self.key.folding(in: 2))
    let changed = Tensor.concatenated([input[0..<14], other])
    let (first, second) = (transformer(input), transformer(changed))
    let isSame = haveSameBits(first[0..<14], second[0..<14])
    #expect(isSame)
    #expect(largestDifference(first[14], second[14]) > 0.1)
    #expect(transformer(input[0..<1]).shape == [1, 8, 16])
  }

  @Test func stepsGiveWhatTheSequenceGives() {
    let transformer = CausalTransformer(12, heads: 3, blocks: 2, capacity: 9, key: Self.key)
    let input = Tensor.normal([7, 5, 12], key: Self.key.folding(in: 1))
    let whole = transformer(input)
    for length in [7, nil] {
      var state = transformer.initialState(batch: 5, length: length)
      let step = compile { (state: inout CausalTransformer.State, x: Tensor) in
        transformer.step(x, &state)
      }
      for time in 0..<7 {
        let difference = largestDifference(step(&state, input[time]), whole[time])
        #expect(difference < 1e-5)
      }
      #expect(state.position.int32Scalar == 7)
      #expect(step.planCount == 1)
    }
  }

  /// Padding in front that nobody may look at changes nothing but the positions.
  @Test func hiddenElementsAreNotSeen() {
    let attention = CausalSelfAttention(8, heads: 2, key: Self.key)
    let input = Tensor.normal([6, 3, 8], key: Self.key.folding(in: 1))
    let padded = Tensor.concatenated([Tensor.ones([2, 3, 8]) * 5, input])
    let mask = Tensor.concatenated([Tensor.zeros([2, 3]), Tensor.ones([6, 3])])
    let difference = largestDifference(attention(padded, mask: mask)[2..<8], attention(input))
    #expect(difference < 1e-6)
    #expect(largestDifference(attention(padded)[2..<8], attention(input)) > 0.01)
    let isFinite = GumbelTensors.isFinite(attention(padded, mask: mask)).mean().scalar
    #expect(isFinite == 1)
  }

  @Test func nothingIsForgotten() {
    let transformer = CausalTransformer(4, heads: 2, blocks: 2, capacity: 3, key: Self.key)
    let problems =
      forgottenParts(in: transformer)
      + forgottenParts(in: transformer.initialState(batch: 2))
    #expect(problems == [])
    let names = transformer.namedTensors.map(\.name)
    #expect(names.count == 1 + 2 * 12 + 2)
    #expect(names.contains("blocks.1.attention.projection.weight"))
    let training = Mode.training(key: Self.key)
    let dropping = TransformerBlock(4, heads: 2, dropout: 0.5, key: Self.key)
    let input = Tensor.normal([3, 2, 4], key: Self.key)
    let moved = largestDifference(dropping(input, mode: training), dropping(input))
    #expect(moved > 0.1)
  }

  /// Each symbol repeats the one three before it: nothing but a look back can tell.
  @Test func itLearnsToLookBack() {
    struct Model: TensorGroup {
      var embedding: Embedding
      var transformer: CausalTransformer
      var output: GumbelLayers.Dense
      mutating func visit(_ visitor: inout some TensorVisitor) {
        visitor.visit("embedding", &embedding)
        visitor.visit("transformer", &transformer)
        visitor.visit("output", &output)
      }
      func loss(_ tokens: Tensor) -> Tensor {
        let logits = output(transformer(embedding(tokens[0..<11])))
        return softmaxCrossEntropy(logits: logits[2..<11], labels: tokens[3..<12]).mean()
      }
    }
    let model = Model(
      embedding: Embedding(count: 5, width: 16, key: Self.key.folding(in: 0)),
      transformer: CausalTransformer(
        16, heads: 2, blocks: 1, capacity: 12, key: Self.key.folding(in: 1)),
      output: GumbelLayers.Dense(16, 5, key: Self.key.folding(in: 2)))
    var state = Pair(model, Adam(for: model, learningRate: 0.01))
    let step = compile { (state: inout Pair<Model, Adam>, key: RandomKey) in
      let word = Tensor.categorical(logits: Tensor.zeros([5]), shape: [3, 32], key: key)
      let tokens = Tensor.concatenated([word, word, word, word])
      let (loss, gradient) = valueAndGradient(at: state.first) { $0.loss(tokens) }
      state.second.update(&state.first, along: gradient)
      return loss
    }
    var loss: Float = 0
    for round in 0..<300 { loss = step(&state, Self.key.folding(in: round)).scalar }
    // Guessing costs log 5 = 1.6.
    #expect(loss < 0.1)
  }
}
