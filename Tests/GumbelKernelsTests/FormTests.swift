import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  /// The forms for AVX-512 and for AVX2 differ in how many lanes they work at, which shows nowhere.
  @Suite struct Forms {
    /// Whether both forms yield the same bits; true where the processor has only one of them.
    private func agree(_ results: () -> [Float]) -> Bool {
      defer { gk_force_form(nil) }
      guard gk_force_form("avx512") else { return true }
      let wide = results()
      gk_force_form("avx2")
      return same(wide, results())
    }

    @Test(arguments: ElementaryFunction.all)
    func functionsHaveTheSameBits(function: ElementaryFunction) {
      // Every 99,991st pattern and the special values, in runs with all kinds of tails.
      let patterns = stride(from: UInt64(0), to: 1 << 32, by: 99_991).map {
        Float(bitPattern: UInt32($0))
      }
      var x = (specialValues + patterns)[...]
      for count in Array(1...40) + [x.count - 820] {
        let part = Array(x.prefix(count))
        x = x.dropFirst(count)
        #expect(agree { Program(function.operation, count: part.count).run([part])[0] })
      }
      #expect(x.isEmpty)
    }

    @Test func crossEntropiesHaveTheSameBits() {
      var generator = SplitMix64(state: 91)
      let x = generator.floats(1003, in: -20...20), t = generator.floats(1003, in: 0...1)
      #expect(agree { Program(GK_SIGMOID_CROSS_ENTROPY, count: 1003).run([x, t])[0] })
    }

    @Test func noiseHasTheSameBits() {
      for (count, first): (Int, UInt64) in [(1, 0), (9, 3), (700, 1), (5000, 1 << 34 - 1000)] {
        var y = [Float](repeating: 777, count: count)
        for fill in [gk_gumbel, gk_normal, gk_exponential, gk_uniform] {
          #expect(
            agree {
              fill([1, 2], first, &y, count)
              return y
            })
        }
      }
    }

    @Test func gumbelSoftmaxHasTheSameBits() {
      var generator = SplitMix64(state: 92)
      for (rows, k) in [(40, 3), (50, 10), (7, 33), (3, 1000)] {
        let logits = generator.floats(rows * k)
        #expect(
          agree {
            let sample = Sample(logits: logits, rows: rows, k: k, temperature: [0.5]).drawn()
            return sample.soft + sample.logSoft + sample.hard + sample.index.map(Float.init)
          })
      }
    }

    @Test func softmaxAndReductionsHaveTheSameBits() {
      var generator = SplitMix64(state: 93)
      for (rows, k) in [(40, 3), (50, 10), (7, 33), (3, 5000)] {
        let x = generator.floats(rows * k, in: -9...9)
        var y = x
        #expect(
          agree {
            var scales = [Float](repeating: 777, count: rows), dx = x
            gk_standardise(x, &y, &scales, 1e-5, rows, k)
            gk_standardise_pullback(y, scales, x, &dx, rows, k)
            return y + scales + dx
          })
        for apply in [gk_softmax, gk_log_softmax] {
          #expect(
            agree {
              apply(x, &y, rows, k)
              return y
            })
        }
      }
    }

    @Test func networksHaveTheSameBits() {
      var generator = SplitMix64(state: 96)
      let activations = [GK_ACTIVATION_RELU, GK_ACTIVATION_TANH, GK_ACTIVATION_SIGMOID]
      for (rows, width) in [(1, 1), (9, 5), (30, 16), (4, 100), (11, 70)] {
        let x = generator.floats(rows * width), bias = generator.floats(width)
        for activation in activations {
          for withBias in [false, true] {
            #expect(
              agree {
                var y = x
                gk_bias_activation(&y, withBias ? bias : nil, rows, width, activation)
                return y
              })
          }
        }
        #expect(
          agree {
            var y = [Float](repeating: 777, count: rows * rows)
            smallProduct(x, x, &y, transposeB: true, rows, rows, width)
            return y
          })
      }
    }

    @Test func tokensAreTheSame() {
      var generator = SplitMix64(state: 97)
      let logits = generator.floats(4 * 1000)
      let keys = (0..<8).map { UInt32($0) }
      for settings in [
        Tokens.settings(), Tokens.settings(0.7, k: 40, p: 0.9), Tokens.settings(2, minP: 0.01),
      ] {
        #expect(
          agree {
            let drawn = Tokens.draw(logits, [settings], keys: keys, rows: 4, k: 1000)
            return drawn.tokens.map(Float.init) + drawn.scores
          })
      }
    }

    @Test func recurrentCellsHaveTheSameBits() {
      for width in [1, 7, 8, 15, 16, 17, 40, 300] {
        let step = RecurrentStep(rows: 3, width: width, state: 94)
        #expect(agree { step.lstm().all })
        #expect(agree { step.lstmPullback() })
        #expect(agree { step.gru() })
      }
    }
  }
}
