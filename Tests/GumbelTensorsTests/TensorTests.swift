import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct TensorTests {
  @Test func making() {
    #expect(Tensor(2.5).scalar == 2.5)
    #expect(Tensor(2.5).shape == [])
    #expect(Tensor(int32: -7).int32Scalar == -7)
    #expect(Tensor([1, 2, 3]).scalars == [1, 2, 3])
    #expect(Tensor([1, 2, 3, 4], shape: [2, 2]).shape == [2, 2])
    #expect(Tensor(int32: [1, -1]).int32Scalars == [1, -1])
    #expect(Tensor(int32: [1, 2, 3, 4], shape: [4, 1]).type == TensorType([4, 1], .int32))
    #expect(Tensor(repeating: 3, shape: [2, 2]).scalars == [3, 3, 3, 3])
    #expect(Tensor.zeros([3]).scalars == [0, 0, 0])
    #expect(Tensor.ones([3]).scalars == [1, 1, 1])
    #expect(Tensor.int32Range(4).int32Scalars == [0, 1, 2, 3])
    #expect(Tensor.int32Range(0).int32Scalars == [])
  }

  @Test func empty() {
    let empty = Tensor([], shape: [0, 3])
    #expect(empty.scalars == [])
    #expect((empty + 1).shape == [0, 3])
    #expect(empty.sum().scalar == 0)
    #expect(empty.sum(along: 0).scalars == [0, 0, 0])
    #expect(empty.sum(along: 1).scalars == [])
    #expect(empty.softmax().shape == [0, 3])
    #expect(empty.argmax().shape == [0])
    #expect(matmul(empty, Tensor.ones([3, 2])).shape == [0, 2])
    #expect(matmul(Tensor.ones([2, 0]), Tensor.ones([0, 2])).scalars == [0, 0, 0, 0])
    let mean = empty.mean().scalar
    #expect(mean.isNaN)
  }

  @Test func description() {
    #expect(Tensor([1, -0.5]).description == "float32[2] [1.0, -0.5]")
    #expect(Tensor(int32: 3).description == "int32[] [3]")
    #expect(
      Tensor.int32Range(17).description
        == "int32[17] [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, …]")
  }

  @Test func bytes() {
    let values: [Float] = [1, -0.0, .infinity, .leastNonzeroMagnitude]
    let tensor = Tensor(values, shape: [2, 2])
    var bytes: [UInt8] = []
    tensor.withLittleEndianBytes { bytes = Array($0) }
    #expect(bytes.prefix(8) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x80])
    let copy = Tensor(littleEndianBytes: bytes, type: tensor.type)
    #expect(haveSameBits(tensor, copy))
  }

  @Test func operatorsWithNumbers() {
    let x = Tensor([1, 2, 4])
    #expect((x + 1).scalars == [2, 3, 5])
    #expect((1 + x).scalars == [2, 3, 5])
    #expect((x - 1).scalars == [0, 1, 3])
    #expect((1 - x).scalars == [0, -1, -3])
    #expect((x * 2).scalars == [2, 4, 8])
    #expect((2 * x).scalars == [2, 4, 8])
    #expect((x / 2).scalars == [0.5, 1, 2])
    #expect((2 / x).scalars == [2, 1, 0.5])
    #expect((-x).scalars == [-1, -2, -4])
    #expect((x .> 1).scalars == [0, 1, 1])
    #expect((x .< 2).scalars == [1, 0, 0])
    #expect((x .!= 2).scalars == [1, 0, 1])
  }

  /// Each comparison of tensors, and with a number on either side, for both element types: 1 and 0 as
  /// Swift's own operators say.
  @Test func comparisons() {
    let (a, b): ([Float], [Float]) = ([1, 2, 3, -5], [2, 2, 2, -5])
    func check(
      _ name: String, _ expected: (Float, Float) -> Bool, _ tensors: (Tensor, Tensor) -> Tensor,
      _ right: (Tensor, Float) -> Tensor, _ left: (Float, Tensor) -> Tensor
    ) {
      let numbers = { (holds: [Bool]) in holds.map { $0 ? Float(1) : 0 } }
      for type in [ElementType.float32, .int32] {
        let (x, y) = (Tensor(a).converted(to: type), Tensor(b).converted(to: type))
        #expect(tensors(x, y).scalars == numbers(zip(a, b).map(expected)), "\(name) \(type)")
        #expect(right(x, 2).scalars == numbers(a.map { expected($0, 2) }), "\(name) \(type)")
        #expect(left(2, x).scalars == numbers(a.map { expected(2, $0) }), "\(name) \(type)")
      }
    }
    check("==", { $0 == $1 }, { $0 .== $1 }, { $0 .== $1 }, { $0 .== $1 })
    check("!=", { $0 != $1 }, { $0 .!= $1 }, { $0 .!= $1 }, { $0 .!= $1 })
    check("<", { $0 < $1 }, { $0 .< $1 }, { $0 .< $1 }, { $0 .< $1 })
    check(">", { $0 > $1 }, { $0 .> $1 }, { $0 .> $1 }, { $0 .> $1 })
    check("<=", { $0 <= $1 }, { $0 .<= $1 }, { $0 .<= $1 }, { $0 .<= $1 })
    check(">=", { $0 >= $1 }, { $0 .>= $1 }, { $0 .>= $1 }, { $0 .>= $1 })
    let extremes = Tensor(int32: [.min, .max])
    #expect((extremes .== -0x1p31).scalars == [1, 0])
    #expect((extremes .!= Tensor(int32: .max)).scalars == [1, 0])
    #expect(
      (Tensor(int32: .max - 1) .!= extremes).scalars == [1, 1], "beyond the digits of a float")
  }

  /// Of NaN only that it differs holds.
  @Test func comparisonsWithNaN() {
    let x = Tensor([.nan, 1])
    #expect((x .!= 1).scalars == [1, 0] && (x .!= x).scalars == [1, 0])
    #expect((x .== x).scalars == [0, 1])
    #expect((x .<= 1).scalars == [0, 1] && (1 .>= x).scalars == [0, 1])
  }

  @Test func sizesOfElements() {
    #expect(ElementType.float32.byteCount == 4 && ElementType.int32.byteCount == 4)
    #expect(TensorType([3, 5], .int32).byteCount == 60 && TensorType([]).byteCount == 4)
    #expect(ElementType.float32.isDifferentiable && !ElementType.int32.isDifferentiable)
  }

  @Test func integers() {
    let x = Tensor(int32: [Int32.max, -3, 0])
    #expect((x + Tensor(int32: 1)).int32Scalars == [Int32.min, -2, 1], "wraps around")
    #expect((x * Tensor(int32: 2)).int32Scalars == [-2, -6, 0])
    #expect(x.converted(to: .float32).scalars == [2_147_483_648, -3, 0])
    let converted = Tensor([1.9, -1.9, 3e9, -3e9, .nan, .infinity]).converted(to: .int32)
    #expect(converted.int32Scalars == [1, -1, .max, .min, 0, .max], "saturates, NaN gives 0")
  }

  /// NaN wins where two values are compared for size, and loses every comparison.
  @Test func notANumber() {
    let x = Tensor([.nan, 1, .nan])
    let y = Tensor([1, .nan, .nan])
    let largest = maximum(x, y).scalars
    let smallest = minimum(x, y).scalars
    #expect(largest.allSatisfy { $0.isNaN })
    #expect(smallest.allSatisfy { $0.isNaN })
    #expect((x .< y).scalars == [0, 0, 0])
    #expect((x .<= y).scalars == [0, 0, 0])
    #expect((x .== y).scalars == [0, 0, 0])
    #expect(isFinite(Tensor([.nan, .infinity, -.infinity, 1])).scalars == [0, 0, 0, 1])
    #expect(multiplyNoNaN(Tensor([.nan, .infinity, 2]), Tensor([0, 0, 3])).scalars == [0, 0, 6])
    let greatest = Tensor([1, .nan, 2]).max().scalar
    #expect(greatest.isNaN)
    let least = Tensor([1, .nan, 2]).min().scalar
    #expect(least.isNaN)
    #expect(Tensor([3, -1, 2]).min().scalar == -1)
    #expect(Tensor([1, .nan, 2]).argmax().int32Scalar == 2, "NaN is passed over")
    #expect(Tensor([Float.nan, .nan]).argmax().int32Scalar == -1)
    #expect(Tensor([3, 1, 3]).argmax().int32Scalar == 0, "the lowest of ties")
  }

  @Test func indexing() {
    let x = Tensor([0, 1, 2, 3, 4, 5], shape: [3, 2])
    #expect(x[1].scalars == [2, 3])
    #expect(x[1].shape == [2])
    #expect(x[1..<3].scalars == [2, 3, 4, 5])
    #expect(x[0..<0].shape == [0, 2])
    #expect(x.transposed().scalars == [0, 2, 4, 1, 3, 5])
    #expect(x.sum(along: 1, keepingAxis: true).shape == [3, 1])
    #expect(x.max(along: -2, keepingAxis: true).shape == [1, 2])
  }

  @Test func stacking() {
    let (a, b) = (Tensor([1, 2]), Tensor([3, 4]))
    let outer = Tensor.stacked([a, b])
    let inner = Tensor.stacked([a, b], along: 1)
    let last = Tensor.stacked([a, b], along: -1)
    #expect(outer.scalars == [1, 2, 3, 4])
    #expect(outer.shape == [2, 2])
    #expect(inner.scalars == [1, 3, 2, 4])
    #expect(last.scalars == [1, 3, 2, 4], "a negative axis counts in the result")
    #expect(Tensor.stacked([a], along: -2).shape == [1, 2])
  }

  @Test func rowsByIndex() {
    let table = Tensor([0, 1, 10, 11, 20, 21], shape: [3, 2])
    #expect(table.gatheringRows(at: Tensor(int32: [2, 0, 2])).scalars == [20, 21, 0, 1, 20, 21])
    #expect(table.gatheringRows(at: Tensor(int32: 1)).shape == [2])
    #expect(table.gatheringRows(at: Tensor(int32: [])).shape == [0, 2])
    let integers = Tensor(int32: [7, 8, 9], shape: [3, 1])
    #expect(integers.gatheringRows(at: Tensor(int32: [1])).int32Scalars == [8])
    let added = Tensor([1, 2, 4]).reshaped(to: [3, 1])
      .scatterAddingRows(at: Tensor(int32: [1, 1, 0]), rows: 3)
    #expect(added.scalars == [4, 3, 0])
    #expect(Tensor(int32: [1, -1, 3]).oneHot(depth: 3).scalars == [0, 1, 0, 0, 0, 0, 0, 0, 0])
  }

  /// Products on both sides of the sizes where the kernel, the library and the threads take over.
  @Test(arguments: [1, 3, 16, 17, 40, 110])
  func products(size: Int) {
    let key = RandomKey(UInt64(size))
    let a = Tensor.uniform([size, size + 1], key: key.folding(in: 0)) - 0.5
    let b = Tensor.uniform([size + 1, size + 2], key: key.folding(in: 1)) - 0.5
    let (left, right) = (DoubleTensor(a), DoubleTensor(b))
    let expected = DoubleTensor([size, size + 2]) { index in
      (0...size).reduce(0) { $0 + left[[index[0], $1]] * right[[$1, index[1]]] }
    }.values
    let results = [
      matmul(a, b), matmul(a.transposed(), b, transposingFirst: true),
      matmul(a, b.transposed(), transposingSecond: true),
      matmul(a.transposed(), b.transposed(), transposingFirst: true, transposingSecond: true),
      dense(a, weight: b, bias: Tensor.zeros([size + 2])),
    ]
    for result in results { #expect(largestDifference(result, expected) < 2e-5) }
  }

  @Test func names() {
    struct Part: TensorGroup {
      var a = Tensor(1)
      var list = [Tensor(2), Tensor(3)]
      mutating func visit(_ visitor: inout some TensorVisitor) {
        visitor.visit("a", &a)
        visitor.visit("list", &list)
      }
    }
    struct Whole: TensorGroup {
      var part = Part()
      var parts = [Part(), Part()]
      var maybe: Part? = Part()
      var none: Part?
      mutating func visit(_ visitor: inout some TensorVisitor) {
        visitor.visit("part", &part)
        visitor.visit("parts", &parts)
        visitor.visit("maybe", &maybe)
        visitor.visit("none", &none)
      }
    }
    let whole = Whole()
    #expect(
      whole.namedTensors.map(\.name) == [
        "part.a", "part.list.0", "part.list.1", "parts.0.a", "parts.0.list.0", "parts.0.list.1",
        "parts.1.a", "parts.1.list.0", "parts.1.list.1", "maybe.a", "maybe.list.0",
        "maybe.list.1",
      ])
    #expect(whole.elementCount == 12)
    #expect(forgottenTensors(in: whole) == [])
    let doubled = whole.mapTensors { $0 * 2 }
    #expect(doubled.tensors.map(\.scalar) == [2, 4, 6, 2, 4, 6, 2, 4, 6, 2, 4, 6])
    #expect(whole.tensors[0].scalar == 1)
    let names = Pair([Tensor(1)], RandomKey(1)).namedTensors.map(\.name)
    #expect(names == ["first.0", "second.words"])
    #expect(Tensor(1).namedTensors[0].name == "")
  }

  @Test func forgottenTensorsAreFound() {
    struct Forgetful: TensorGroup {
      var a = Tensor(1)
      var b = [Tensor(2)]
      mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("a", &a) }
    }
    #expect(Forgetful().unvisitedTensors == ["Forgetful.b.0"])
    #expect(forgottenTensors(in: Forgetful()).contains { $0.contains("b.0 is not visited") })
    // Abstract values, of which none has memory, are told apart as well.
    var found: [String] = []
    let f = compile { (x: Tensor) in
      found = Forgetful(a: x + 1, b: [x + 2]).unvisitedTensors
      return x
    }
    _ = f(Tensor(1))
    #expect(found == ["Forgetful.b.0"])
  }
}
