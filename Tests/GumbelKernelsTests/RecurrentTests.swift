import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

/// Operands of a step of a recurrent cell.
struct RecurrentStep {
  var rows, width: Int
  var x, u, c, gradient, gates: [Float]

  init(rows: Int, width: Int, state: UInt64) {
    var generator = SplitMix64(state: state)
    (self.rows, self.width) = (rows, width)
    x = generator.floats(rows * 4 * width)
    u = generator.floats(rows * 4 * width)
    c = generator.floats(rows * width)
    gradient = generator.floats(rows * width)
    gates = generator.floats(rows * 4 * width, in: 0...1)
  }

  struct LSTM {
    var hidden, cell, gates: [Float]
    var all: [Float] { hidden + cell + gates }
  }

  func lstm(keepsGates: Bool = true) -> LSTM {
    var result = LSTM(hidden: c, cell: c, gates: keepsGates ? x : [])
    result.gates.withUnsafeMutableBufferPointer { gates in
      gk_lstm(
        x, nil, u, c, &result.hidden, &result.cell, keepsGates ? gates.baseAddress : nil, rows,
        width)
    }
    return result
  }

  func lstmPullback() -> [Float] {
    var (dGates, dc) = (gates, c)
    gk_lstm_pullback(gates, c, gradient, gradient, gradient, &dGates, &dc, rows, width)
    return dGates + dc
  }

  func gru() -> [Float] {
    var (next, kept) = (c, gates)
    gk_gru(x, u, gradient, c, &next, &kept, rows, width)
    return next + kept
  }
}

extension KernelsTests {
  @Suite struct Recurrent {
    /// Every 997th bit pattern of a float, and the special values, as what the gates are made of.
    @Test func gatesStayWithinTheirBounds() {
      let width = 1 << 14
      var worst = (sigmoid: 0.0, tanh: 0.0)
      for first in stride(from: UInt64(0), to: 1 << 32, by: 997 * width) {
        var step = RecurrentStep(rows: 1, width: width, state: 1)
        let patterns = (0..<width).map { i in
          Float(bitPattern: UInt32(truncatingIfNeeded: first + UInt64(997 * i)))
        }
        let arguments = specialValues + patterns.dropFirst(specialValues.count)
        step.x = arguments + arguments + arguments + arguments
        step.u = [Float](repeating: 0, count: 4 * width)
        withAllForms { _ in
          let gates = step.lstm().gates
          for i in 0..<width {
            let x = Double(arguments[i])
            // Below e^-87 the sigmoid of these gates does not go.
            let sigmoid = x < 0 ? exp(max(x, -87)) / (1 + exp(max(x, -87))) : 1 / (1 + exp(-x))
            let tanh = Foundation.tanh(x)
            for (gate, expected) in [(0, sigmoid), (1, sigmoid), (2, tanh), (3, sigmoid)] {
              let error = ulps(gates[gate * width + i], from: x.isNaN ? .nan : expected)
              if gate == 2 {
                worst.tanh = max(worst.tanh, error)
              } else {
                worst.sigmoid = max(worst.sigmoid, error)
              }
            }
          }
        }
      }
      #expect(worst.sigmoid <= 2.2)
      #expect(worst.tanh <= 2.5)
    }

    @Test func anLSTMAgreesWithItsDefinition() {
      for width in [1, 5, 8, 16, 21, 260] {
        let step = RecurrentStep(rows: 3, width: width, state: 95)
        withAllForms { form in
          let result = step.lstm()
          for r in 0..<3 {
            for j in 0..<width {
              func gate(_ g: Int) -> Double {
                let i = (4 * r + g) * width + j
                return Double(step.x[i] + step.u[i])
              }
              func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
              let cell =
                sigmoid(gate(1)) * Double(step.c[r * width + j])
                + sigmoid(gate(0)) * tanh(gate(2))
              let hidden = sigmoid(gate(3)) * tanh(cell)
              #expect((Double(result.cell[r * width + j]) - cell).magnitude < 1e-6, "\(form)")
              #expect((Double(result.hidden[r * width + j]) - hidden).magnitude < 1e-6, "\(form)")
            }
          }
          // The same where the gates are not kept.
          let bare = step.lstm(keepsGates: false)
          #expect(bare.hidden == result.hidden && bare.cell == result.cell)
        }
      }
    }
  }
}
