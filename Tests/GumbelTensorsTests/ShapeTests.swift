import GumbelTensors
import Testing

@Suite struct ShapeTests {
  static let broadcasts: [(Shape, Shape, Shape?)] = [
    ([], [], []), ([], [3], [3]), ([3], [], [3]), ([3], [3], [3]), ([1], [3], [3]),
    ([3], [1], [3]), ([2, 3], [3], [2, 3]), ([3], [2, 3], [2, 3]), ([2, 1], [3], [2, 3]),
    ([2, 1, 4], [3, 1], [2, 3, 4]), ([1, 1], [5], [1, 5]), ([5], [1, 1], [1, 5]),
    ([0], [1], [0]), ([1], [0], [0]), ([2, 0], [1], [2, 0]), ([0], [], [0]),
    ([2], [3], nil), ([2, 3], [2], nil), ([0], [2], nil), ([2, 1, 4], [3, 3], nil),
    ([1, 2, 3, 4, 5, 6], [6], [1, 2, 3, 4, 5, 6]),
  ]

  @Test(arguments: broadcasts)
  func broadcast(a: Shape, b: Shape, expected: Shape?) {
    #expect(a.broadcast(with: b) == expected)
    #expect(b.broadcast(with: a) == expected)
  }

  @Test func axes() {
    let shape: Shape = [2, 3, 4]
    #expect(shape.rank == 3)
    #expect(shape.count == 24)
    #expect([shape[0], shape[1], shape[2]] == [2, 3, 4])
    #expect([shape[-3], shape[-2], shape[-1]] == [2, 3, 4])
    #expect(shape.dimensions == [2, 3, 4])
    #expect(shape.removing(axis: 1) == [2, 4])
    #expect(shape.removing(axis: -1) == [2, 3])
    #expect(shape.replacing(axis: -2, with: 9) == [2, 9, 4])
    #expect(shape.prefix(2) == [2, 3])
    #expect(shape + [5] == [2, 3, 4, 5])
    #expect(shape.description == "[2, 3, 4]")
    #expect(Shape().count == 1)
    #expect(Shape([3, 0]).count == 0)
  }

  /// A shape is its extents: how it came about leaves no trace.
  @Test func equality() {
    let shrunk = Shape([2, 3, 4]).removing(axis: 2)
    #expect(shrunk == [2, 3])
    #expect(shrunk.hashValue == Shape([2, 3]).hashValue)
    #expect(Shape([2, 3]) != [3, 2])
    #expect(Shape([2]) != [2, 1])
    #expect(Shape() != [1])
    #expect(Set<Shape>([[1], [], [1, 1], [1], [0]]).count == 4)
  }

  @Test func types() {
    #expect(TensorType([2], .int32).description == "int32[2]")
    #expect(TensorType([2]) == TensorType([2], .float32))
    #expect(TensorType([2]) != TensorType([2], .int32))
  }
}
