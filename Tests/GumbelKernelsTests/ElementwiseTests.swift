import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

/// Elementary functions with the largest error, in units in the last place, that they may have.
struct ElementaryFunction: CustomTestStringConvertible, Sendable {
  var operation: gk_operation
  var name: String
  var bound: Double
  var reference: @Sendable (Double) -> Double
  var testDescription: String { name }

  static let all = [
    ElementaryFunction(operation: GK_EXP, name: "exp", bound: 1.1) { exp($0) },
    ElementaryFunction(operation: GK_EXPM1, name: "expm1", bound: 1.5) { expm1($0) },
    ElementaryFunction(operation: GK_LOG, name: "log", bound: 0.9) { log($0) },
    ElementaryFunction(operation: GK_LOG1P, name: "log1p", bound: 1.5) { log1p($0) },
    ElementaryFunction(operation: GK_SIN, name: "sin", bound: 1.6) { sin($0) },
    ElementaryFunction(operation: GK_COS, name: "cos", bound: 1.6) { cos($0) },
    ElementaryFunction(operation: GK_TANH, name: "tanh", bound: 1.5) { tanh($0) },
    ElementaryFunction(operation: GK_SIGMOID, name: "sigmoid", bound: 2.3) {
      $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0))
    },
    ElementaryFunction(operation: GK_SOFTPLUS, name: "softplus", bound: 1.8) {
      ($0 > 0 ? $0 : 0) + log1p(exp(-$0.magnitude))
    },
    ElementaryFunction(operation: GK_ERF, name: "erf", bound: 1.5) { erf($0) },
    ElementaryFunction(operation: GK_RSQRT, name: "rsqrt", bound: 1.5) { 1 / $0.squareRoot() },
    ElementaryFunction(operation: GK_SQRT, name: "sqrt", bound: 0.5) { $0.squareRoot() },
    ElementaryFunction(operation: GK_RECIPROCAL, name: "reciprocal", bound: 0.5) { 1 / $0 },
  ]
}

extension KernelsTests {
  @Suite struct Elementwise {
    /// Every 997th bit pattern of a float, from end to end, and the special values.
    @Test(arguments: ElementaryFunction.all)
    func staysWithinItsBound(function: ElementaryFunction) {
      let count = 1 << 14
      var worst = (error: 0.0, at: Float.nan)
      var pattern: UInt64 = 0
      var special = specialValues
      while pattern < 1 << 32 {
        var x = special
        special = []
        while x.count < count && pattern < 1 << 32 {
          x.append(Float(bitPattern: UInt32(pattern)))
          pattern += 997
        }
        let reference = x.map { function.reference(Double($0)) }
        withAllForms { _ in
          let y = Program(function.operation, count: x.count).run([x])[0]
          for i in x.indices {
            let error = ulps(y[i], from: reference[i])
            if !(error <= worst.error) { worst = (error, x[i]) }
          }
        }
      }
      #expect(worst.error <= function.bound, "at \(worst.at)")
    }

    @Test func zerosKeepTheirSigns() {
      withAllForms { _ in
        for operation in [
          GK_EXPM1, GK_LOG1P, GK_SIN, GK_TANH, GK_ERF, GK_SIGN, GK_SQRT, GK_FLOOR, GK_ROUND,
        ] {
          let y = Program(operation, count: 2).run([[0, -0.0]])[0]
          #expect(same(y, [0, -0.0]), "\(operation)")
        }
      }
    }

    @Test func powerFollowsC() {
      var generator = SplitMix64(state: 1)
      var pairs: [(Float, Float)] = []
      for x in specialValues { for y in specialValues { pairs.append((x, y)) } }
      for _ in 0..<1_000_000 {
        let bits = generator.next()
        pairs.append(
          (
            Float(bitPattern: UInt32(truncatingIfNeeded: bits)),
            Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 32))
          ))
        let x = Float.random(in: 0.001...1000, using: &generator)
        pairs.append((x, Float.random(in: -12...12, using: &generator)))
        pairs.append((-x, Float.random(in: -12...12, using: &generator).rounded()))
      }
      let x = pairs.map(\.0), y = pairs.map(\.1)
      let expected = zip(x, y).map { pow(Double($0), Double($1)) }
      withAllForms { form in
        let z = Program(GK_POWER, count: x.count).run([x, y])[0]
        var worst = (error: 0.0, index: 0)
        for i in z.indices {
          let error = ulps(z[i], from: expected[i])
          if !(error <= worst.error) { worst = (error, i) }
          if expected[i] == 0 { #expect(z[i].sign == expected[i].sign) }
        }
        #expect(worst.error <= 0.51, "\(form): \(pairs[worst.index])")
      }
    }

    @Test func geluIsAccurate() {
      var generator = SplitMix64(state: 3)
      let x = generator.floats(100_000, in: -12...12) + specialValues
      withAllForms { form in
        let y = Program(GK_GELU, count: x.count).run([x])[0]
        let slope = Program(GK_GELU_DERIVATIVE, count: x.count).run([x])[0]
        for i in x.indices {
          let z = Double(x[i])
          if z.isNaN {
            #expect(y[i].isNaN && slope[i].isNaN)
            continue
          }
          let below = erfc(-z / 2.0.squareRoot()) / 2
          let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
          // The limits at infinities are exact, and no product of one with 0.
          let value = z == -.infinity ? 0 : z * below, steep = z.isInfinite ? 0 : z * density
          let scale = z.isInfinite ? 1 : max(1, z.magnitude)
          #expect(
            Double(y[i]) == value || (Double(y[i]) - value).magnitude <= 1.2e-7 * scale,
            "\(form): gelu(\(x[i])) = \(y[i])")
          #expect((Double(slope[i]) - below - steep).magnitude <= 3e-7, "\(form): at \(x[i])")
        }
      }
    }

    @Test func sigmoidCrossEntropyIsAccurate() {
      var generator = SplitMix64(state: 2)
      let a = generator.floats(100_000, in: -30...30) + [100, -100, 0, 1e30, -1e30]
      let b = generator.floats(100_000, in: 0...1) + [1, 0, 0.5, 1, 0]
      withAllForms { _ in
        let y = Program(GK_SIGMOID_CROSS_ENTROPY, count: a.count).run([a, b])[0]
        for i in a.indices {
          let x = Double(a[i]), z = Double(b[i])
          let reference = max(x, 0) - x * z + log1p(exp(-x.magnitude))
          // Rounding of the two terms that cancel.
          let scale = max(x, 0) + (x * z).magnitude + reference
          #expect((Double(y[i]) - reference).magnitude <= 1.5e-7 * scale + 1e-45)
        }
      }
    }

    /// What an operation without approximation gives, bit for bit.
    static func exact(_ operation: gk_operation, _ a: Float, _ b: Float, _ c: Float) -> Float? {
      func int(_ x: Float) -> Int32 { Int32(bitPattern: x.bitPattern) }
      func float(_ x: Int32) -> Float { Float(bitPattern: UInt32(bitPattern: x)) }
      switch operation {
      case GK_COPY: return a
      case GK_NEGATE: return -a
      case GK_ABS: return a.magnitude
      case GK_SIGN: return a > 0 ? 1 : a < 0 ? -1 : a
      case GK_SQUARE: return a * a
      case GK_SQRT: return a.squareRoot()
      case GK_RECIPROCAL: return 1 / a
      case GK_RELU: return a <= 0 ? 0 : a
      case GK_FLOOR: return a.rounded(.down)
      case GK_ROUND: return a.rounded(.toNearestOrEven)
      case GK_FLOAT_FROM_INT32: return Float(int(a))
      case GK_INT32_FROM_FLOAT:
        if a.isNaN { return float(0) }
        return float(a >= 0x1p31 ? .max : a <= -0x1p31 ? .min : Int32(a))
      case GK_NEGATE_I: return float(0 &- int(a))
      case GK_IS_FINITE: return a.isFinite ? 1 : 0
      case GK_ADD: return a + b
      case GK_SUBTRACT: return a - b
      case GK_MULTIPLY: return a * b
      case GK_DIVIDE: return a / b
      case GK_MAXIMUM: return a.isNaN || b.isNaN ? .nan : a > b ? a : b
      case GK_MINIMUM: return a.isNaN || b.isNaN ? .nan : a < b ? a : b
      case GK_EQUAL: return a == b ? 1 : 0
      case GK_NOT_EQUAL: return a != b ? 1 : 0
      case GK_LESS: return a < b ? 1 : 0
      case GK_LESS_OR_EQUAL: return a <= b ? 1 : 0
      case GK_ADD_I: return float(int(a) &+ int(b))
      case GK_SUBTRACT_I: return float(int(a) &- int(b))
      case GK_MULTIPLY_I: return float(int(a) &* int(b))
      case GK_EQUAL_I: return int(a) == int(b) ? 1 : 0
      case GK_LESS_I: return int(a) < int(b) ? 1 : 0
      case GK_MULTIPLY_NO_NAN: return b == 0 ? 0 : a * b
      case GK_SELECT: return a != 0 ? b : c
      case GK_MULTIPLY_ADD:
        let product = a * b
        return product + c
      default: return nil
      }
    }

    @Test(arguments: gk_operation.all.filter { exact($0, 1, 1, 1) != nil })
    func isExact(operation: gk_operation) {
      var generator = SplitMix64(state: 3)
      var a: [Float] = [], b: [Float] = [], c: [Float] = []
      for x in specialValues {
        for y in specialValues {
          a.append(x)
          b.append(y)
          c.append(generator.floats(1)[0])
        }
      }
      for _ in 0..<20_000 {
        let bits = generator.next()
        a.append(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        b.append(Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 32)))
        c.append(Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())))
      }
      let expected = a.indices.map { Self.exact(operation, a[$0], b[$0], c[$0])! }
      withAllForms { form in
        let y = Program(operation, count: a.count).run(Array([a, b, c].prefix(operation.arity)))[0]
        #expect(same(y, expected), "\(form)")
      }
    }

    /// The same element has the same bits in a vector, in a tail, and at every offset.
    @Test(arguments: gk_operation.all)
    func doesNotDependOnPosition(operation: gk_operation) {
      var generator = SplitMix64(state: 4)
      let inputs = (0..<operation.arity).map { _ in
        Array((generator.floats(40, in: -20...20) + specialValues).shuffled(using: &generator))
      }
      let count = inputs[0].count
      withAllForms { _ in
        let whole = Program(operation, count: count).run(inputs)[0]
        for offset in 0...8 {
          for length in 0...40 {
            let part = Program(operation, count: length).run(
              inputs.map { Array($0[offset..<offset + length]) })[0]
            if !same(part, Array(whole[offset..<offset + length])) {
              Issue.record("offset \(offset), length \(length)")
              return
            }
          }
        }
      }
    }
  }
}
