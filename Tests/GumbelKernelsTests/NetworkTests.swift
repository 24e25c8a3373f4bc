import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct Networks {
    static let activations: [gk_activation] = [
      GK_LINEAR, GK_ACTIVATION_RELU, GK_ACTIVATION_TANH, GK_ACTIVATION_SIGMOID,
    ]

    static func activate(_ x: Float, _ activation: gk_activation) -> Double {
      switch activation {
      case GK_ACTIVATION_RELU: max(Double(x), 0)
      case GK_ACTIVATION_TANH: tanh(Double(x))
      case GK_ACTIVATION_SIGMOID: 1 / (1 + exp(-Double(x)))
      default: Double(x)
      }
    }

    static func slope(_ y: Double, _ activation: gk_activation) -> Double {
      switch activation {
      case GK_ACTIVATION_RELU: y > 0 ? 1 : 0
      case GK_ACTIVATION_TANH: 1 - y * y
      case GK_ACTIVATION_SIGMOID: y * (1 - y)
      default: 1
      }
    }

    /// Every 65,521st word, what lies right between two neighbours, and the special values.
    @Test func roundingToBFloat16() {
      let words =
        stride(from: UInt64(0), to: 1 << 32, by: 65_521).map { UInt32($0) }
        + (0..<65536).map { UInt32($0) << 16 | 0x8000 } + specialValues.map(\.bitPattern)
      let x = words.map { Float(bitPattern: $0) }
      let expected = words.map { word -> UInt16 in
        let half = UInt16(word >> 16)
        if Float(bitPattern: word).isNaN { return half | 0x40 }
        let rest = word & 0xffff
        return rest > 0x8000 || rest == 0x8000 && half % 2 == 1 ? half + 1 : half
      }
      withAllForms { form in
        for count in [0, 1, 7, 8, 9, 31, x.count] {
          var y = [UInt16](repeating: 777, count: count + 1)
          gk_round_to_bfloat16(Array(x.suffix(count)), &y, count)
          #expect(y == expected.suffix(count) + [777], "\(form)")
        }
      }
    }

    @Test(arguments: activations)
    func biasesAndActivations(activation: gk_activation) {
      var generator = SplitMix64(state: 81)
      for (rows, width) in [
        (1, 1), (10, 5), (10, 1), (7, 8), (3, 10), (100, 10), (9, 24), (5, 64), (6, 65), (4, 200),
        (500, 130), (0, 4),
      ] {
        let x = generator.floats(rows * width), bias = generator.floats(width)
        let g = generator.floats(rows * width)
        withAllForms { form in
          for biased in [false, true] {
            var y = x
            gk_bias_activation(&y, biased ? bias : nil, rows, width, activation)
            let near = y.indices.allSatisfy { i in
              let z = biased ? x[i] + bias[i % width] : x[i]
              return ulps(y[i], from: Self.activate(z, activation)) <= 2.3
            }
            #expect(near, "\(rows) x \(width) \(form)")
          }
          var y = x
          gk_bias_activation(&y, bias, rows, width, activation)
          var dz = [Float](repeating: 777, count: rows * width)
          var biasGradient = [Float](repeating: 777, count: width)
          gk_bias_activation_pullback(y, g, &dz, &biasGradient, rows, width, activation)
          var sums = [Double](repeating: 0, count: width)
          var magnitudes = sums
          for i in dz.indices {
            let expected = Double(g[i]) * Self.slope(Double(y[i]), activation)
            #expect((Double(dz[i]) - expected).magnitude <= 4e-7 * Double(g[i].magnitude))
            sums[i % width] += expected
            magnitudes[i % width] += Double(g[i].magnitude)
          }
          for c in 0..<width {
            #expect((Double(biasGradient[c]) - sums[c]).magnitude <= 1e-6 * magnitudes[c])
          }
          var inPlace = g
          inPlace.withUnsafeMutableBufferPointer {
            gk_bias_activation_pullback(
              y, $0.baseAddress, $0.baseAddress, nil, rows, width, activation)
          }
          #expect(inPlace == dz)
        }
      }
    }

    @Test func adamAgreesWithDouble() {
      var generator = SplitMix64(state: 82)
      for (n, step): (Int, Int32) in [(1, 1), (5, 2), (13, 100), (40, 150_000), (50_000, 7)] {
        for decay: Float in [0, 0.01] {
          let p = generator.floats(n), g = generator.floats(n)
          let m = generator.floats(n), v = generator.floats(n, in: 0...2)
          let (rate, b1, b2, epsilon): (Float, Float, Float, Float) = (0.01, 0.9, 0.999, 1e-8)
          withAllForms { form in
            var (p2, m2, v2) = (p, m, v)
            gk_adam(
              p, g, m, v, &p2, &m2, &v2, n, rate, b1, b2, epsilon, decay, step)
            let c1 = 1 - pow(Double(b1), Double(step)), c2 = 1 - pow(Double(b2), Double(step))
            for i in 0..<n {
              let gd = Double(g[i])
              let md = Double(b1) * Double(m[i]) + (1 - Double(b1)) * gd
              let vd = Double(b2) * Double(v[i]) + (1 - Double(b2)) * gd * gd
              let direction = md / c1 / ((vd / c2).squareRoot() + Double(epsilon))
              let pd = Double(p[i]) - Double(rate) * (direction + Double(decay) * Double(p[i]))
              #expect((Double(m2[i]) - md).magnitude <= 4e-7)
              #expect((Double(v2[i]) - vd).magnitude <= 4e-7 * (1 + vd))
              // The mean may cancel; its rounding is divided by the root.
              let rounding = 1e-6 * (1 + 0.1 / (c1 * (vd / c2).squareRoot()))
              #expect((Double(p2[i]) - pd).magnitude <= rounding, "\(n), \(step), \(form)")
            }
          }
        }
      }
    }

    @Test func adamWorksInPlaceOnAnyThreads() {
      var generator = SplitMix64(state: 83)
      let n = 100_003
      let p = generator.floats(n), g = generator.floats(n)
      let m = generator.floats(n), v = generator.floats(n, in: 0...2)
      withAllForms { _ in
        let results = withThreadCounts {
          var (p2, m2, v2) = (p, m, v)
          p2.withUnsafeMutableBufferPointer { p in
            m2.withUnsafeMutableBufferPointer { m in
              v2.withUnsafeMutableBufferPointer { v in
                gk_adam(
                  p.baseAddress, g, m.baseAddress, v.baseAddress, p.baseAddress, m.baseAddress,
                  v.baseAddress, n, 0.1, 0.9, 0.99, 1e-8, 0.1, 3)
              }
            }
          }
          return p2 + m2 + v2
        }
        #expect(results[0] == results[1] && results[0] == results[2])
        var (p2, m2, v2) = (p, m, v)
        gk_adam(p, g, m, v, &p2, &m2, &v2, n, 0.1, 0.9, 0.99, 1e-8, 0.1, 3)
        #expect(p2 + m2 + v2 == results[0])
      }
    }
  }
}
