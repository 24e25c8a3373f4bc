import GumbelTensors
import Testing
import _GumbelTestSupport

/// Programs around the limits of the kernels: 16 inputs, 8 outputs, 48 registers.
@Suite struct FusionTests {
  static func check(
    _ inputs: [Tensor], _ body: @escaping ([Tensor]) -> [Tensor]
  ) -> (isSame: Bool, steps: [Substring]) {
    let compiled = compile { (_: inout EmptyGroup, inputs: [Tensor]) in body(inputs) }
    var empty = EmptyGroup()
    let expected = body(inputs)
    _ = compiled(&empty, inputs)
    let found = compiled(&empty, inputs)
    return (haveSameBits(expected, found), compiled.planDescription.split(separator: "\n"))
  }

  static func inputs(_ count: Int, _ shape: Shape) -> [Tensor] {
    (0..<count).map { Tensor.normal(shape, key: RandomKey(UInt64($0))) }
  }

  @Test(arguments: [1, 7, 8, 15, 16, 17, 18, 33, 60])
  func manyInputs(count: Int) {
    for shape in [[3], [5, 33], [1000]] as [Shape] {
      let (isSame, steps) = Self.check(Self.inputs(count, shape)) { inputs in
        [inputs.dropFirst().reduce(inputs[0]) { tanh($0) + $1 }]
      }
      #expect(isSame)
      #expect(steps.count <= count / 12 + 1)
    }
  }

  @Test(arguments: [1, 7, 8, 9, 17, 40])
  func manyOutputs(count: Int) {
    let (isSame, _) = Self.check(Self.inputs(1, [70])) { inputs in
      var x = inputs[0]
      return (0..<count).map { _ in
        x = sin(x) * 1.5
        return x
      }
    }
    #expect(isSame)
  }

  @Test(arguments: [1, 30, 46, 47, 48, 49, 63, 64, 65, 300])
  func longChains(length: Int) {
    for shape in [[], [9], [600]] as [Shape] {
      let (isSame, steps) = Self.check(Self.inputs(1, shape)) { inputs in
        [(0..<length).reduce(inputs[0]) { x, i in i % 3 == 0 ? sin(x) : i % 3 == 1 ? exp(x) : -x }]
      }
      #expect(isSame)
      #expect(steps.count <= length / 40 + 1)
    }
  }

  /// Operations that could join two groups, values read from outside, and other shapes between.
  @Test func branches() {
    let (isSame, steps) = Self.check(Self.inputs(3, [4, 30])) { inputs in
      let a = exp(inputs[0])
      let b = sin(inputs[1])
      let sum = a.sum(along: 1, keepingAxis: true)
      let c = a / sum
      let d = b + c
      let e = d * inputs[2] + a
      let total = e.sum(along: 0)
      return [e - total, d, total, b.transposed()]
    }
    #expect(isSame)
    #expect(steps.count < 10)
  }

  @Test func integersAndViewsInOneProgram() {
    let labels = Tensor(int32: (0..<12).map { Int32($0 % 5) }, shape: [3, 4])
    let (isSame, _) = Self.check(Self.inputs(2, [3, 4]) + [labels]) { inputs in
      let isTwo = inputs[2] .== Tensor(int32: 2)
      let shifted = (inputs[2] + Tensor(int32: 3)) * inputs[2]
      let x = select(isTwo, inputs[0], shifted.converted(to: .float32))
      let flat = x.reshaped(to: [12]) * inputs[1].reshaped(to: [12])
      return [flat.reshaped(to: [1, 3, 4]) + x, shifted, x.converted(to: .int32) + shifted]
    }
    #expect(isSame)
  }

  /// Broadcast operands of every kind beside full ones.
  @Test func broadcastOperands() {
    let shapes: [Shape] = [
      [5, 1, 40], [3, 1], [40], [1], [], [5, 3, 40], [1, 3, 40], [5, 1, 1],
    ]
    let inputs = shapes.enumerated().map { i, shape in
      Tensor.normal(shape, key: RandomKey(UInt64(i)))
    }
    let (isSame, steps) = Self.check(inputs) { inputs in
      let full = inputs[5] + inputs[0]
      return [inputs.reduce(full) { $0 * $1 + 0.25 }]
    }
    #expect(isSame)
    #expect(steps.count == 1)
  }
}
