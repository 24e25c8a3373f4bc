import GumbelTensors
import _GumbelTestSupport

/// c' = tanh(c w + x + b) with the loop's own carry and outputs c' c, one number a row.
private func scanReference(_ x: [DoubleTensor]) -> DoubleTensor {
  let (length, batch, width) = (x[0].dimensions[0], x[0].dimensions[1], x[0].dimensions[2])
  var carry = x[1]
  var values: [Double] = []
  for t in 0..<length {
    let old = carry
    carry = DoubleTensor([batch, width]) { i in
      let sum = (0..<width).reduce(0) { $0 + old[[i[0], $1]] * x[2][[$1, i[1]]] }
      return hyperbolicTangent(sum + x[0][[t, i[0], i[1]]] + x[3][[i[1]]])
    }
    values += carry.zipped(with: old) { $0 * $1 }.values
  }
  return DoubleTensor([length * batch + batch, width], values + carry.values)
}

private func scanLaw(length: Int, variables: [Int]? = nil) -> PrimitiveLaw {
  PrimitiveLaw(
    "scan of \(length) \(variables ?? [])", variables: variables,
    inputs: { key in
      [
        signed(key, 0, [length, 2, 3], in: 0.1...1), signed(key, 1, [2, 3], in: 0.1...1),
        signed(key, 2, [3, 3], in: 0.1...0.7), signed(key, 3, [3], in: 0.1...1),
      ]
    },
    apply: { operands in
      let (last, outputs) = scan(from: operands[1], over: operands[0]) { carry, input in
        let next = tanh(matmul(carry, operands[2]) + input + operands[3])
        return (next, next * carry)
      }
      return Tensor.concatenated([outputs.reshaped(to: [length * 2, 3]), last])
    },
    reference: scanReference)
}

let scanLaws: [PrimitiveLaw] = [
  scanLaw(length: 3), scanLaw(length: 1), scanLaw(length: 0),
  scanLaw(length: 2, variables: [0]), scanLaw(length: 2, variables: [1]),
  scanLaw(length: 2, variables: [2]), scanLaw(length: 2, variables: [3]),
]
