import GumbelTensors
import _GumbelTestSupport

let shapingLaws: [PrimitiveLaw] = [
  PrimitiveLaw(
    "broadcast", inputs: { [signed($0, 0, [3, 1], in: 0.2...2)] },
    apply: { square($0[0].broadcast(to: [2, 3, 4])) },
    reference: { x in DoubleTensor([2, 3, 4]) { x[0][$0] * x[0][$0] } }),
  PrimitiveLaw(
    "reshape", inputs: { [signed($0, 0, [3, 4], in: 0.2...2)] },
    apply: { square($0[0].reshaped(to: [2, 1, 6])) },
    reference: { $0[0].map { $0 * $0 }.reshaped([2, 1, 6]) }),
  PrimitiveLaw(
    "identity", inputs: { [signed($0, 0, [5], in: 0.2...2)] },
    // An inner gradient gives its argument another name.
    apply: { x in gradient(at: x[0]) { square($0).sum() } * x[0] },
    reference: { $0[0].map { 2 * $0 * $0 } }),
  PrimitiveLaw(
    "stopGradient", inputs: { [signed($0, 0, [5], in: 0.2...2)] },
    apply: { $0[0].stoppingGradient() }, differentiable: { _ in DoubleTensor([5]) { _ in 0 } },
    reference: { $0[0] }),
  PrimitiveLaw(
    "passGradient", inputs: { [signed($0, 0, [5], in: 0.2...2), signed($0, 1, [5], in: 0.2...2)] },
    apply: { $0[0].passingGradient(to: square($0[1])) },
    differentiable: { x in DoubleTensor([5]) { x[1][$0] * x[1][$0] } }, reference: { $0[0] }),
  permutationLaw([1, 0], [3, 4]), permutationLaw([2, 0, 1], [2, 3, 4]),
  permutationLaw([3, 1, 0, 2], [2, 3, 2, 2]), permutationLaw([0, 2, 1], [3, 2, 9]),
  sliceLaw(axis: 0, 1..<3, [4, 3]), sliceLaw(axis: 1, 0..<2, [2, 3, 2]),
  sliceLaw(axis: 2, 3..<4, [2, 2, 4]),
  concatenationLaw(axis: 0, [[2, 3], [1, 3], [3, 3]]),
  concatenationLaw(axis: 1, [[2, 1, 2], [2, 3, 2]]),
  concatenationLaw(axis: -1, [[2, 2], [2, 0], [2, 5]]),
  splitLaw(3, axis: 0, [6, 2]), splitLaw(2, axis: 1, [2, 4, 3]), splitLaw(4, axis: -1, [3, 8]),
  PrimitiveLaw(
    "gatherRows",
    inputs: { [signed($0, 0, [4, 3], in: 0.2...2), indices($0, 1, [2, 5], below: 4)] },
    apply: { square($0[0].gatheringRows(at: $0[1])) },
    reference: { x in
      DoubleTensor([2, 5, 3]) {
        let value = x[0][[Int(x[1][[$0[0], $0[1]]]), $0[2]]]
        return value * value
      }
    }),
  PrimitiveLaw(
    "scatterAddRows",
    inputs: { [signed($0, 0, [2, 5, 3], in: 0.2...2), indices($0, 1, [2, 5], below: 4)] },
    apply: { square($0[0].scatterAddingRows(at: $0[1], rows: 4)) },
    reference: { x in
      DoubleTensor([4, 3]) { index in
        let sum = (0..<10).reduce(0.0) { sum, i in
          Int(x[1].values[i]) == index[0] ? sum + x[0].values[i * 3 + index[1]] : sum
        }
        return sum * sum
      }
    }),
  PrimitiveLaw(
    "oneHot", inputs: { [indices($0, 0, [2, 3], below: 6)] },
    apply: { $0[0].oneHot(depth: 5) },
    reference: { x in
      DoubleTensor([2, 3, 5]) { Int(x[0][[$0[0], $0[1]]]) == $0[2] ? 1 : 0 }
    }),
]

private func permutationLaw(_ order: [Int], _ shape: Shape) -> PrimitiveLaw {
  PrimitiveLaw(
    "transpose \(order)", inputs: { [signed($0, 0, shape, in: 0.2...2)] },
    apply: { square($0[0].transposed(order)) },
    reference: { x in
      DoubleTensor(order.map { shape[$0] }) { index in
        var source = index
        for (d, from) in order.enumerated() { source[from] = index[d] }
        return x[0][source] * x[0][source]
      }
    })
}

private func sliceLaw(axis: Int, _ range: Range<Int>, _ shape: Shape) -> PrimitiveLaw {
  PrimitiveLaw(
    // The second derivative pads a slice and slices what was padded.
    "slice \(axis) \(range)", inputs: { [signed($0, 0, shape, in: 0.2...2)] },
    apply: { square($0[0].sliced(along: axis, range)) },
    reference: { x in
      DoubleTensor(shape.replacing(axis: axis, with: range.count).dimensions) { index in
        var source = index
        source[axis] += range.lowerBound
        return x[0][source] * x[0][source]
      }
    })
}

private func concatenationLaw(axis: Int, _ shapes: [Shape]) -> PrimitiveLaw {
  PrimitiveLaw(
    "concatenate \(shapes)",
    inputs: { key in
      shapes.enumerated().map { signed(key, $0.offset, $0.element, in: 0.2...2) }
    },
    apply: { square(Tensor.concatenated($0, along: axis)) },
    reference: { x in
      let position = axis < 0 ? axis + shapes[0].rank : axis
      var dimensions = shapes[0].dimensions
      dimensions[position] = shapes.reduce(0) { $0 + $1[position] }
      return DoubleTensor(dimensions) { index in
        var index = index
        for part in x {
          if index[position] < part.dimensions[position] { return part[index] * part[index] }
          index[position] -= part.dimensions[position]
        }
        return .nan
      }
    })
}

/// The parts in the reverse order, one of which is without a gradient.
private func splitLaw(_ count: Int, axis: Int, _ shape: Shape) -> PrimitiveLaw {
  PrimitiveLaw(
    "split \(count) of \(shape)", inputs: { [signed($0, 0, shape, in: 0.2...2)] },
    apply: { x in
      let parts = x[0].split(into: count, along: axis)
      return square(Tensor.concatenated(Array(parts.dropFirst().reversed()), along: axis))
    },
    reference: { x in
      let position = axis < 0 ? axis + shape.rank : axis
      let extent = shape[position] / count
      var dimensions = shape.dimensions
      dimensions[position] -= extent
      return DoubleTensor(dimensions) { index in
        var source = index
        source[position] =
          (count - 1 - index[position] / extent) * extent + index[position] % extent
        return x[0][source] * x[0][source]
      }
    })
}
