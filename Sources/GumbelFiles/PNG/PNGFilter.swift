/// How a PNG predicts a byte from its neighbours to the left, above, and above left: a line holds the
/// differences.
enum PNGFilter: UInt8, CaseIterable {
  case none, sub, up, average, paeth

  @inline(__always)
  private func prediction(_ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
    switch self {
    case .none: return 0
    case .sub: return left
    case .up: return up
    case .average: return UInt8((Int(left) + Int(up)) / 2)
    case .paeth:
      // The neighbour nearest to left + up - corner.
      let (a, b) = (abs(Int(up) - Int(corner)), abs(Int(left) - Int(corner)))
      let c = abs(Int(left) + Int(up) - 2 * Int(corner))
      return a <= b && a <= c ? left : b <= c ? up : corner
    }
  }

  /// Writes a line's differences and returns the sum of their magnitudes.
  ///
  /// - Parameter step: The bytes from a byte to the one before it, of the pixel to the left.
  func apply(
    to line: [UInt8], above: [UInt8], step: Int, into output: inout [UInt8]
  ) -> Int {
    var cost = 0
    for i in line.indices {
      let (left, corner): (UInt8, UInt8) = i < step ? (0, 0) : (line[i - step], above[i - step])
      let difference = line[i] &- prediction(left, above[i], corner)
      output[i] = difference
      cost += Int(Int8(bitPattern: difference).magnitude)
    }
    return cost
  }

  /// Puts the bytes of a line, from `start` on, in the place of their differences.
  func undo(_ line: inout [UInt8], above: [UInt8], step: Int, from start: Int) {
    // A loop for each, so that none asks at every byte which it is.
    switch self {
    case .none: return
    case .sub: PNGFilter.sub.addPredictions(to: &line, above, step, start)
    case .up: PNGFilter.up.addPredictions(to: &line, above, step, start)
    case .average: PNGFilter.average.addPredictions(to: &line, above, step, start)
    case .paeth: PNGFilter.paeth.addPredictions(to: &line, above, step, start)
    }
  }

  @inline(__always)
  private func addPredictions(
    to line: inout [UInt8], _ above: [UInt8], _ step: Int, _ start: Int
  ) {
    line.withUnsafeMutableBufferPointer { line in
      above.withUnsafeBufferPointer { above in
        for i in start..<line.count {
          // The bytes before the first pixel count as 0.
          let (left, corner): (UInt8, UInt8) =
            i < start + step ? (0, 0) : (line[i - step], above[i - step])
          line[i] &+= prediction(left, above[i], corner)
        }
      }
    }
  }
}
