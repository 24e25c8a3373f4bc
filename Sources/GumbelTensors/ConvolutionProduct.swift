import GumbelKernels

/// The three products between images, kernels and features of a convolution.
///
/// With `patches` the matrix of what lies under each window of the kernel, they are
/// `patches · kernel`, `patchesᵀ · features`, and `features · kernelᵀ` added back to the images.
/// The matrix has as many times the elements of the images as windows lie over each of them, so it
/// is never made as a whole: a block of its rows is copied out, multiplied while it is in the
/// cache, and forgotten. Blocks and the order of sums go by the sizes alone.
struct ConvolutionProduct {
  let windows: gk_windows
  let images: Int
  let features: Int
  var precision = Precision.float32

  private var patch: Int { windows.kernel_height * windows.kernel_width * windows.channels }
  private var pixels: Int { windows.height * windows.width * windows.channels }
  private var windowsPerImage: Int { windows.rows * windows.columns }
  private var windowCount: Int { images * windowsPerImage }
  /// Windows in a block: enough that the library packs the kernel rarely, few enough for the cache.
  private var block: Int { max(16, min(512, 131_072 / max(patch, 1) / 16 * 16)) }

  /// `activation(patches · kernel + bias)`: features [images, rows, columns, features].
  func features(
    images x: UnsafePointer<Float>, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    activation: Activation, into y: UnsafeMutablePointer<Float>
  ) {
    let block = block
    parallelFor((windowCount + block - 1) / block) { i in
      let range = (i * block)..<min((i + 1) * block, windowCount)
      withScratch(range.count) { patches in
        withUnsafePointer(to: windows) {
          gk_unfold($0, x, patches, range.lowerBound, range.upperBound)
        }
        let result = y + range.lowerBound * features
        multiply(
          patches, kernel, result, m: range.count, n: features, k: patch)
        if bias != nil || activation != .linear {
          gk_bias_activation(result, bias, range.count, features, activation.kernel)
        }
      }
    }
  }

  /// `activation(images + bias)`, the images being `features · kernelᵀ` added back under the
  /// windows: [images, height, width, channels].
  func images(
    features y: UnsafePointer<Float>, kernel: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    activation: Activation, into x: UnsafeMutablePointer<Float>
  ) {
    let block = block
    // Windows of one image overlap, so a thread has whole images.
    let group = max(1, block / max(windowsPerImage, 1))
    parallelFor((images + group - 1) / group) { i in
      let own = (i * group)..<min((i + 1) * group, images)
      (x + own.lowerBound * pixels).update(repeating: 0, count: own.count * pixels)
      let last = own.upperBound * windowsPerImage
      withScratch(min(block, own.count * windowsPerImage)) { patches in
        for first in stride(from: own.lowerBound * windowsPerImage, to: last, by: block) {
          let end = min(first + block, last)
          multiply(
            y + first * features, kernel, patches, transposeB: true, m: end - first, n: patch,
            k: features)
          withUnsafePointer(to: windows) { gk_fold($0, patches, x, first, end) }
        }
      }
      if bias != nil || activation != .linear {
        gk_bias_activation(
          x + own.lowerBound * pixels, bias, own.count * windows.height * windows.width,
          windows.channels, activation.kernel)
      }
    }
  }

  /// `patchesᵀ · features`: a kernel [kernel height, kernel width, channels, features].
  func kernel(
    images x: UnsafePointer<Float>, features y: UnsafePointer<Float>,
    into kernel: UnsafeMutablePointer<Float>
  ) {
    let block = block
    let blocks = (windowCount + block - 1) / block
    let size = patch * features
    // Each part adds up its own blocks. Few parts where a kernel is large: each has one.
    let parts = max(1, min(blocks, 16, max(2, (1 << 21) / max(size, 1))))
    let sums = parts == 1 ? kernel : UnsafeMutablePointer<Float>.allocate(capacity: parts * size)
    defer { if parts > 1 { sums.deallocate() } }
    parallelFor(parts) { part in
      let sum = sums + part * size
      let own = (blocks * part / parts)..<(blocks * (part + 1) / parts)
      if own.isEmpty { sum.update(repeating: 0, count: size) }
      withScratch(block) { patches in
        for i in own {
          let range = (i * block)..<min((i + 1) * block, windowCount)
          withUnsafePointer(to: windows) {
            gk_unfold($0, x, patches, range.lowerBound, range.upperBound)
          }
          multiply(
            patches, y + range.lowerBound * features, sum, transposeA: true, m: patch,
            n: features, k: range.count, adds: i > own.lowerBound)
        }
      }
    }
    if parts > 1 { gk_sum(sums, kernel, 1, parts, size) }
  }

  /// Room for some rows of patches.
  private func withScratch(_ rows: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let scratch = UnsafeMutablePointer<Float>.allocate(capacity: rows * patch)
    defer { scratch.deallocate() }
    body(scratch)
  }

  /// `c = op(a) op(b)`, or added to c, on this thread.
  private func multiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
    transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int, adds: Bool = false
  ) {
    if m == 0 || n == 0 { return }
    if k == 0 {
      if !adds { c.update(repeating: 0, count: m * n) }
      return
    }
    let strides = (a: transposeA ? m : k, b: transposeB ? k : n, c: n)
    if precision == .bfloat16 {
      withRounded(a, m * k, b, k * n) {
        MatrixLibrary.multiplyRounded(
          $0, $1, c, transposeA: transposeA, transposeB: transposeB, strides: strides, m: m, n: n,
          k: k, adds: adds)
      }
      return
    }
    let matrices = gk_matrices(
      transpose_a: transposeA, transpose_b: transposeB, a: a, a_stride: strides.a, b: b,
      b_stride: strides.b, c: c, c_stride: strides.c)
    MatrixLibrary.multiply(matrices, m: m, n: n, k: k, adds: adds)
  }
}
