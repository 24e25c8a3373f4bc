import GumbelKernels

/// How many zeros surround an image before a kernel passes over it.
public enum ConvolutionPadding: Hashable, Sendable {
  /// None: the kernel stays inside, `(extent - kernel) / stride + 1` positions, rounded down.
  case valid
  /// As many as give `extent / stride` positions, rounded up; an odd one goes after the image.
  case same
  /// So many on every side: `(extent + 2 padding - kernel) / stride + 1` positions.
  case zeros(Int)

  /// The positions of a kernel along an axis, and the zeros before the first element.
  ///
  /// Nil where the kernel does not fit.
  func positions(
    extent: Int, kernel: Int, stride: Int
  ) -> (count: Int, before: Int)? {
    guard kernel > 0, stride > 0 else { return nil }
    switch self {
    case .valid:
      return extent < kernel ? nil : ((extent - kernel) / stride + 1, 0)
    case .same:
      let count = (extent + stride - 1) / stride
      return (count, max((count - 1) * stride + kernel - extent, 0) / 2)
    case .zeros(let padding):
      let padded = extent + 2 * padding
      return padding < 0 || padded < kernel ? nil : ((padded - kernel) / stride + 1, padding)
    }
  }

  /// The extent of the smallest image with so many positions, or for `.same` the largest.
  func extent(positions: Int, kernel: Int, stride: Int) -> Int {
    let inside = max((positions - 1) * stride + kernel, 0)
    switch self {
    case .valid: return inside
    case .same: return positions * stride
    case .zeros(let padding): return max(inside - 2 * padding, 0)
    }
  }
}

extension gk_windows {
  /// The windows of a kernel [height, width, channels, …] on images […, height, width, channels];
  /// nil where it does not fit.
  init?(
    height: Int, width: Int, kernel: Shape, stride: Int, padding: ConvolutionPadding
  ) {
    guard
      let rows = padding.positions(extent: height, kernel: kernel[0], stride: stride),
      let columns = padding.positions(extent: width, kernel: kernel[1], stride: stride)
    else { return nil }
    self.init(
      height: height, width: width, channels: kernel[2], kernel_height: kernel[0],
      kernel_width: kernel[1], stride: stride, top: Int64(rows.before),
      left: Int64(columns.before), rows: rows.count, columns: columns.count)
  }
}
