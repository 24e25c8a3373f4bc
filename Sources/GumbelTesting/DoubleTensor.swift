import GumbelTensors

/// Numbers in double precision with a shape: what the references of laws compute with.
///
/// Written for clarity, from index arithmetic alone, so that it shares nothing with the library.
public struct DoubleTensor: Sendable {
  /// The extents, outermost first.
  public let dimensions: [Int]
  /// The elements in row-major order.
  public var values: [Double]

  /// Creates a tensor from its elements in row-major order; traps unless they fill the dimensions.
  public init(_ dimensions: [Int], _ values: [Double]) {
    precondition(values.count == dimensions.reduce(1, *))
    self.dimensions = dimensions
    self.values = values
  }

  /// The elements of a tensor of either element type.
  public init(_ tensor: Tensor) {
    self.init(
      tensor.shape.dimensions,
      tensor.elementType == .float32
        ? tensor.scalars.map(Double.init) : tensor.int32Scalars.map(Double.init))
  }

  /// A tensor computed from the index of each of its elements.
  public init(_ dimensions: [Int], element: ([Int]) -> Double) {
    let count = dimensions.reduce(1, *)
    self.init(dimensions, (0..<count).map { element(Self.index(at: $0, dimensions)) })
  }

  /// The index of the element at a position of the row-major order.
  public static func index(at position: Int, _ dimensions: [Int]) -> [Int] {
    var rest = position
    var index = [Int](repeating: 0, count: dimensions.count)
    for axis in dimensions.indices.reversed() {
      index[axis] = rest % dimensions[axis]
      rest /= dimensions[axis]
    }
    return index
  }

  /// An element by its index; dimensions of extent 1 and missing outer ones broadcast.
  public subscript(index: [Int]) -> Double {
    var position = 0
    let missing = index.count - dimensions.count
    for axis in dimensions.indices {
      position = position * dimensions[axis] + (dimensions[axis] == 1 ? 0 : index[axis + missing])
    }
    return values[position]
  }

  /// The number of dimensions.
  public var rank: Int { dimensions.count }

  /// A function of each element.
  public func map(_ transform: (Double) -> Double) -> DoubleTensor {
    DoubleTensor(dimensions, values.map(transform))
  }

  /// The same elements with other dimensions.
  public func reshaped(_ dimensions: [Int]) -> DoubleTensor { DoubleTensor(dimensions, values) }

  /// The dimensions that operands take together.
  public static func broadcast(_ operands: [DoubleTensor]) -> [Int] {
    let rank = operands.map(\.rank).max() ?? 0
    return (0..<rank).map { axis in
      let extents = operands.compactMap { operand in
        let own = axis - (rank - operand.rank)
        return own >= 0 ? operand.dimensions[own] : nil
      }
      return extents.first { $0 != 1 } ?? 1
    }
  }

  /// An elementwise function of two operands, which broadcast.
  public func zipped(
    with other: DoubleTensor, _ body: (Double, Double) -> Double
  ) -> DoubleTensor {
    DoubleTensor(Self.broadcast([self, other])) { body(self[$0], other[$0]) }
  }

  /// A function of the elements along an axis, which disappears.
  public func reduced(along axis: Int, _ body: ([Double]) -> Double) -> DoubleTensor {
    var outer = dimensions
    outer.remove(at: axis)
    return DoubleTensor(outer) { index in
      body(
        (0..<dimensions[axis]).map { i in
          var full = index
          full.insert(i, at: axis)
          return self[full]
        })
    }
  }

  /// A function of each row along the innermost axis, to a row.
  public func mapRows(_ body: ([Double]) -> [Double]) -> DoubleTensor {
    let width = dimensions.last ?? 1
    let rows = width == 0 ? 0 : values.count / width
    return DoubleTensor(
      dimensions, (0..<rows).flatMap { body(Array(values[($0 * width)..<(($0 + 1) * width)])) })
  }

  /// The sum, elementwise and broadcast.
  public static func + (a: DoubleTensor, b: DoubleTensor) -> DoubleTensor { a.zipped(with: b, +) }
  /// The product, elementwise and broadcast.
  public static func * (a: DoubleTensor, b: DoubleTensor) -> DoubleTensor { a.zipped(with: b, *) }
}
