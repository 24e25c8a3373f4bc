import GumbelTensors
import _GumbelTestSupport

/// Sizes of a convolution, written out apart from the library.
private struct Case {
  var outer: Shape = [2]
  let image: (height: Int, width: Int)
  var channels = 2
  let kernel: (height: Int, width: Int)
  var features = 3
  let stride: Int
  let padding: ConvolutionPadding

  /// Positions along an axis, and zeros before the first element.
  private func positions(_ extent: Int, _ kernel: Int) -> (count: Int, before: Int) {
    switch padding {
    case .valid: return ((extent - kernel) / stride + 1, 0)
    case .zeros(let zeros): return ((extent + 2 * zeros - kernel) / stride + 1, zeros)
    case .same:
      let count = (extent + stride - 1) / stride
      return (count, max((count - 1) * stride + kernel - extent, 0) / 2)
    }
  }
  var rows: (count: Int, before: Int) { positions(image.height, kernel.height) }
  var columns: (count: Int, before: Int) { positions(image.width, kernel.width) }

  var images: Shape { outer + [image.height, image.width, channels] }
  var results: Shape { outer + [rows.count, columns.count, features] }
  var weights: Shape { [kernel.height, kernel.width, channels, features] }

  var name: String { "\(images) by \(weights), stride \(stride), padding \(padding)" }

  /// Calls the body with the image's, the kernel's and the result's index of every product of which
  /// a convolution of images is the sum.
  func products(_ body: (_ image: [Int], _ kernel: [Int], _ result: [Int]) -> Void) {
    for batch in 0..<outer.count {
      let batch = DoubleTensor.index(at: batch, outer.dimensions)
      for r in 0..<rows.count {
        for c in 0..<columns.count {
          for i in 0..<kernel.height {
            for j in 0..<kernel.width {
              let (y, x) = (r * stride + i - rows.before, c * stride + j - columns.before)
              guard 0..<image.height ~= y, 0..<image.width ~= x else { continue }
              for k in 0..<channels {
                for o in 0..<features {
                  body(batch + [y, x, k], [i, j, k, o], batch + [r, c, o])
                }
              }
            }
          }
        }
      }
    }
  }

  func sums(_ shape: Shape, _ term: ([Int], [Int], [Int]) -> (at: [Int], Double)) -> DoubleTensor {
    let dimensions = shape.dimensions
    var values = [Double](repeating: 0, count: shape.count)
    products { image, kernel, result in
      let (index, product) = term(image, kernel, result)
      values[zip(index, dimensions).reduce(0) { $0 * $1.1 + $1.0 }] += product
    }
    return DoubleTensor(dimensions, values)
  }

  func convolved(_ x: DoubleTensor, _ w: DoubleTensor) -> DoubleTensor {
    sums(results) { image, kernel, result in (result, x[image] * w[kernel]) }
  }
  func transposed(_ y: DoubleTensor, _ w: DoubleTensor) -> DoubleTensor {
    sums(images) { image, kernel, result in (image, y[result] * w[kernel]) }
  }

  var laws: [PrimitiveLaw] {
    [
      PrimitiveLaw(
        "convolution of \(name)",
        inputs: { [self] in
          [signed($0, 0, images, in: 0.1...1), signed($0, 1, weights, in: 0.1...1)]
        },
        apply: { [self] in
          convolution2D($0[0], weight: $0[1], stride: stride, padding: padding)
        },
        reference: { [self] in convolved($0[0], $0[1]) }),
      PrimitiveLaw(
        "transposed convolution to \(name)",
        inputs: { [self] in
          [signed($0, 0, results, in: 0.1...1), signed($0, 1, weights, in: 0.1...1)]
        },
        apply: { [self] in
          transposedConvolution2D(
            $0[0], weight: $0[1], stride: stride, padding: padding, size: image)
        },
        reference: { [self] in transposed($0[0], $0[1]) }),
      PrimitiveLaw(
        "kernel gradient of \(name)",
        inputs: { [self] in
          [signed($0, 0, images, in: 0.1...1), signed($0, 1, results, in: 0.1...1)]
        },
        apply: { [self] x in
          gradient(at: Tensor.zeros(weights)) {
            (convolution2D(x[0], weight: $0, stride: stride, padding: padding) * x[1]).sum()
          }
        },
        reference: { [self] x in
          sums(weights) { image, kernel, result in (kernel, x[0][image] * x[1][result]) }
        }),
    ]
  }

  /// With a bias and an activation, whose kinks are avoided by a bias larger than the sums.
  func biasedLaws(_ activation: Activation, variables: [Int]) -> [PrimitiveLaw] {
    let slope: @Sendable (Double) -> Double = { x in
      switch activation {
      case .linear: x
      case .relu: max(x, 0)
      case .tanh: hyperbolicTangent(x)
      case .sigmoid: sigmoidOf(x)
      }
    }
    let weight: @Sendable (RandomKey) -> Tensor = { [self] in
      signed($0, 1, weights, in: 0.01...0.03)
    }
    return [
      PrimitiveLaw(
        "convolution, \(activation), of \(variables)", variables: variables,
        inputs: { [self] in
          [signed($0, 0, images, in: 0.1...1), weight($0), signed($0, 2, [features], in: 0.6...1)]
        },
        apply: { [self] in
          convolution2D(
            $0[0], weight: $0[1], bias: $0[2], stride: stride, padding: padding,
            activation: activation)
        },
        reference: { [self] in (convolved($0[0], $0[1]) + $0[2]).map(slope) }),
      PrimitiveLaw(
        "transposed convolution, \(activation), of \(variables)",
        variables: variables,
        inputs: { [self] in
          [signed($0, 0, results, in: 0.1...1), weight($0), signed($0, 2, [channels], in: 0.6...1)]
        },
        apply: { [self] in
          transposedConvolution2D(
            $0[0], weight: $0[1], bias: $0[2], stride: stride, padding: padding, size: image,
            activation: activation)
        },
        reference: { [self] in (transposed($0[0], $0[1]) + $0[2]).map(slope) }),
    ]
  }
}

private let cases = [
  Case(image: (4, 5), kernel: (2, 3), stride: 1, padding: .valid),
  Case(image: (5, 6), kernel: (3, 2), stride: 2, padding: .valid),
  Case(image: (5, 4), kernel: (3, 3), stride: 1, padding: .same),
  Case(image: (5, 4), kernel: (4, 4), stride: 2, padding: .same),
  Case(image: (3, 5), kernel: (2, 2), stride: 3, padding: .same),
  Case(image: (4, 3), kernel: (3, 3), stride: 2, padding: .zeros(1)),
  // Windows that lie wholly outside, on either side.
  Case(outer: [1], image: (2, 2), kernel: (2, 1), stride: 2, padding: .zeros(3)),
  Case(outer: [1], image: (1, 2), kernel: (5, 4), stride: 1, padding: .same),
  Case(outer: [], image: (3, 3), channels: 1, kernel: (1, 1), stride: 1, padding: .valid),
  Case(outer: [2, 2], image: (2, 3), channels: 1, kernel: (2, 2), stride: 1, padding: .same),
  Case(
    outer: [1], image: (2, 2), channels: 9, kernel: (2, 2), features: 1, stride: 1, padding: .same),
  Case(outer: [0], image: (3, 3), kernel: (2, 2), stride: 1, padding: .valid),
  Case(outer: [1], image: (3, 2), channels: 0, kernel: (2, 2), stride: 1, padding: .valid),
  Case(outer: [1], image: (3, 2), kernel: (2, 2), features: 0, stride: 1, padding: .valid),
]

let convolutionLaws: [PrimitiveLaw] =
  cases.flatMap(\.laws)
  + Activation.allCases.flatMap { activation in
    [[0], [1], [2], [0, 1, 2]].flatMap {
      Case(outer: [1], image: (3, 4), kernel: (3, 2), stride: 2, padding: .same)
        .biasedLaws(activation, variables: $0)
    }
  }
