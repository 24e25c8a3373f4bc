/// The matrix product `op(a) op(b)`, op being a transposition where asked for.
///
/// With `b` a matrix, the outer dimensions of `a` all count as rows; otherwise both operands have
/// the same outer dimensions, and there is a product for each of their elements.
struct Matmul: ProductPrimitive {
  var name: String { "matmul" }
  let transposeA: Bool
  let transposeB: Bool
  var precision = Precision.float32

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 2)
    let (a, b) = (inputs[0].shape, inputs[1].shape)
    if a.rank < 2 || b.rank < 2 { reject(inputs, "expected operands of rank 2 or more") }
    if b.rank > 2 || transposeA, a.prefix(a.rank - 2) != b.prefix(b.rank - 2) {
      reject(inputs, "the outer dimensions differ")
    }
    if a[transposeA ? -2 : -1] != b[transposeB ? -1 : -2] {
      reject(
        inputs, "the inner sizes \(a[transposeA ? -2 : -1]) and \(b[transposeB ? -1 : -2]) differ")
    }
    let m = a[transposeA ? -1 : -2]
    let n = b[transposeB ? -2 : -1]
    return OutputTypes(TensorType(a.prefix(a.rank - 2) + [m, n]))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (a, b, c) = (inputs[0], inputs[1], outputs[0])
    let k = a.shape[transposeA ? -2 : -1]
    let n = c.shape[-1]
    let folded = b.shape.rank == 2
    let m = folded && !transposeA ? (n == 0 ? 0 : c.count / n) : c.shape[-2]
    let product = MatrixProduct(
      transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, precision: precision)
    let batches = m * n == 0 ? 0 : c.count / (m * n)
    func run(_ i: Int) {
      product(a.floats + i * m * k, b.floats + (folded ? 0 : i * k * n), c.floats + i * m * n)
    }
    // A product of a batch of many is too small to be divided itself. Whole ones are a thread's, in
    // parts that go by their sizes, so that the bits are the same.
    if batches > 1, batches * m * n * k >= MatrixProduct.parallelWork {
      parallelFor(batches, run)
    } else {
      for i in 0..<batches { run(i) }
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let (a, b) = (inputs[0], inputs[1])
    let batch = b.shape.rank == 2 ? 0 : a.shape.rank - 2
    let inner = (
      a.shape.rank - (transposeA ? 2 : 1), b.shape.rank - (transposeB ? 1 : 2)
    )
    return [writer.product(a, b, batch: batch, contracting: inner, types[0].shape)]
  }

  func pullback(_ p: Pullback) {
    let (a, b, g) = (p.input(0), p.input(1), p.cotangent)
    // c = op(a) op(b): the gradients of op(a) and op(b) are g op(b)ᵀ and op(a)ᵀ g.
    p.add(
      transposeA
        ? matmul(b, g, transposingFirst: transposeB, transposingSecond: true)
        : matmul(g, b, transposingSecond: !transposeB), to: 0)
    if b.rank == 2 && a.rank > 2 {
      // Counted from the extents: the elements say nothing where one of them is 0.
      let count = a.shape.prefix(a.rank - 1).count
      let rows = a.reshaped(to: [count, a.shape[-1]])
      let gradients = g.reshaped(to: [count, g.shape[-1]])
      p.add(
        transposeB
          ? matmul(gradients, rows, transposingFirst: true)
          : matmul(rows, gradients, transposingFirst: true), to: 1)
    } else {
      p.add(
        transposeB
          ? matmul(g, a, transposingFirst: true, transposingSecond: transposeA)
          : matmul(a, g, transposingFirst: !transposeA), to: 1)
    }
  }
}

/// The matrix product of two tensors of rank 2 or more.
///
/// `[…, m, k] × [k, n]` takes all outer dimensions of the first operand as rows;
/// `[…, m, k] × […, k, n]` with equal outer dimensions is a product for each.
/// A transposed operand is given as `[…, k, m]` or `[…, n, k]`.
public func matmul(
  _ a: Tensor, _ b: Tensor, transposingFirst: Bool = false, transposingSecond: Bool = false
) -> Tensor {
  apply1(Matmul(transposeA: transposingFirst, transposeB: transposingSecond), [a, b])
}
