/// Random words of a key and what is made of them, in integer operations, so that every device has the
/// host's words to the bit (`philox.h`, `random.inc.h` and `noise.inc.h` of the kernels).
struct PhiloxLowering {
  private let key: (HLOValue, HLOValue)
  private let writer: StableHLOWriter

  /// - Parameter key: the two words of a key, int32.
  init(_ key: HLOValue, _ writer: StableHLOWriter) {
    let words = writer.bitcast(key, to: .uint32)
    func word(_ i: Int) -> HLOValue { writer.reshape(writer.slice(words, 0, i..<(i + 1)), []) }
    self.key = (word(0), word(1))
    self.writer = writer
  }

  private func word(_ value: UInt32) -> HLOValue { writer.constant(value, [], .uint32) }

  /// The four words of a block of Philox4x32-10 for each counter.
  private func block(_ counter: [HLOValue]) -> [HLOValue] {
    var c = counter
    var (k0, k1) = key
    for round in 0..<10 {
      if round > 0 {
        k0 = writer.add(k0, word(0x9E37_79B9))
        k1 = writer.add(k1, word(0xBB67_AE85))
      }
      let (p0, p1) = (product(c[0], 0xD251_1F53), product(c[2], 0xCD9E_8D57))
      c = [
        writer.binary("xor", writer.binary("xor", p1.high, c[1]), k0), p1.low,
        writer.binary("xor", writer.binary("xor", p0.high, c[3]), k1), p0.low,
      ]
    }
    return c
  }

  /// The two words of a product.
  private func product(_ x: HLOValue, _ factor: UInt32) -> (high: HLOValue, low: HLOValue) {
    let product = writer.multiply(
      writer.convert(x, to: .uint64), writer.constant(factor, [], .uint64))
    let high = writer.binary(
      "shift_right_logical", product, writer.constant(32, [], .uint64))
    return (writer.convert(high, to: .uint32), writer.convert(product, to: .uint32))
  }

  /// The key for a number of two words.
  func folded(low: HLOValue, high: UInt32) -> HLOValue {
    let words = block([low, word(high), word(0xFFFF_FFFF), word(0xF01D_0000)])
    return writer.bitcast(
      writer.concatenate(words[..<2].map { writer.reshape($0, [1]) }, 0), to: .int32)
  }

  /// The blocks of a stream in which the words of these numbers stand.
  ///
  /// Each word makes its whole block: that costs less than to bring what blocks hold into their order.
  private func blocks(of number: HLOValue, stream: UInt32) -> [HLOValue] {
    block([shiftedRight(number, 2), word(0), word(stream), word(0)])
  }

  /// The numbers of a shape's elements, along one axis.
  private func numbers(_ shape: Shape) -> HLOValue {
    if writer.deviceCount == 1 || shape.rank < 2 { return writer.iota([shape.count], 0, .uint32) }
    // Made of those along each axis, so that devices may split any of them.
    var number = writer.iota(shape, -1, .uint32)
    for axis in 0..<(shape.rank - 1) {
      let (_, inner) = shape.extents(around: axis)
      number = writer.add(
        number, writer.multiply(writer.iota(shape, axis, .uint32), word(UInt32(inner))))
    }
    return writer.reshape(number, [shape.count])
  }

  /// The first words of a stream, one for each element of a shape, along one axis.
  func words(_ shape: Shape, stream: UInt32 = 0) -> HLOValue {
    let number = numbers(shape)
    return word(of: number, in: blocks(of: number, stream: stream))
  }

  /// Rows of the table in which the words of the main stream stand, so many to a row.
  func rows(_ index: HLOValue, width: Int) -> HLOValue {
    let number = writer.add(
      writer.multiply(
        writer.convert(writer.reshape(index, [index.shape.count, 1]), to: .uint64),
        writer.constant(width, [], .uint64)),
      writer.iota([1, width], 1, .uint64))
    func shifted(_ bits: Int) -> HLOValue {
      let bits = writer.constant(bits, [], .uint64)
      return writer.convert(writer.binary("shift_right_logical", number, bits), to: .uint32)
    }
    return word(of: shifted(0), in: block([shifted(2), shifted(34), word(0), word(0)]))
  }

  /// Which of a block's words those of these numbers are.
  private func word(of number: HLOValue, in block: [HLOValue]) -> HLOValue {
    let isOdd = hasBit(number, 1)
    return writer.select(
      hasBit(number, 2), writer.select(isOdd, block[3], block[2]),
      writer.select(isOdd, block[1], block[0]))
  }

  // MARK: - Draws

  /// Odd multiples of 2⁻²⁴.
  func uniform(_ shape: Shape) -> HLOValue {
    let x = writer.bitcast(shiftedRight(words(shape), 9), to: .int32)
    let odd = writer.add(writer.add(x, x), writer.constant(1))
    return writer.multiply(writer.convert(odd, to: .float32), writer.constant(Float(0x1p-24)))
  }

  func exponential(_ shape: Shape) -> HLOValue {
    exponential(of: words(shape), refinements: words(shape, stream: 1))
  }

  func gumbel(_ shape: Shape) -> HLOValue {
    writer.negate(writer.unary("log", exponential(shape)))
  }

  /// `-log u` of words, u having 32 bits in the middle, and 64 at the ends, by a second word.
  private func exponential(of x: HLOValue, refinements y: HLOValue) -> HLOValue {
    let word = writer.bitcast(x, to: .int32)
    let upper = writer.binary("shift_right_arithmetic", word, writer.constant(31))
    let half = writer.constant(Float(0.5))
    // The smaller of u and 1 - u.
    let nearer = writer.convert(writer.binary("xor", word, upper), to: .float32)
    let middle = writer.multiply(writer.add(nearer, half), writer.constant(Float(0x1p-32)))
    let low = writer.binary("xor", y, writer.bitcast(upper, to: .uint32))
    let top = writer.multiply(float(shiftedRight(low, 16)), writer.constant(Float(0x1p16)))
    let bottom = writer.add(float(writer.binary("and", low, self.word(0xffff))), half)
    let tail = writer.multiply(
      writer.add(
        writer.multiply(nearer, writer.constant(Float(0x1p32))), writer.add(top, bottom)),
      writer.constant(Float(0x1p-64)))
    let isTail = writer.compare(
      shiftedRight(writer.add(x, self.word(0x100_0000)), 25), .equal, self.word(0))
    let p = writer.select(isTail, tail, middle)
    let isUpper = writer.compare(upper, .less, writer.constant(0))
    return writer.negate(
      writer.select(
        isUpper, writer.unary("log_plus_one", writer.negate(p)), writer.unary("log", p)))
  }

  /// Box-Muller: the even word of a pair gives the radius, the odd one the angle.
  func normal(_ shape: Shape) -> HLOValue {
    let number = numbers(shape)
    let (words, refinements) = (blocks(of: number, stream: 0), blocks(of: number, stream: 1))
    let isSecondPair = hasBit(number, 2)
    func ofPair(_ block: [HLOValue], _ i: Int) -> HLOValue {
      writer.select(isSecondPair, block[2 + i], block[i])
    }
    let squared = writer.multiply(
      writer.constant(Float(2)),
      exponential(of: ofPair(words, 0), refinements: ofPair(refinements, 0)))
    // Quarter turns to the nearest, and what is left in [-1/2, 1/2) of one.
    let turn = ofPair(words, 1)
    let quadrant = shiftedRight(writer.add(turn, word(0x2000_0000)), 30)
    let rest = writer.bitcast(
      writer.subtract(turn, writer.binary("shift_left", quadrant, word(30))), to: .int32)
    let angle = writer.multiply(
      writer.add(writer.convert(rest, to: .float32), writer.constant(Float(0.5))),
      writer.constant(Float(0x1p-30 * 0x1.921fb6p+0)))
    // The first of a pair is a quarter turn ahead.
    let quarters = writer.select(
      hasBit(number, 1), quadrant, writer.add(quadrant, word(1)))
    let magnitude = writer.select(
      hasBit(quarters, 1), writer.unary("cosine", angle), writer.unary("sine", angle))
    let direction = writer.select(hasBit(quarters, 2), writer.negate(magnitude), magnitude)
    return writer.multiply(writer.unary("sqrt", squared), direction)
  }

  private func shiftedRight(_ x: HLOValue, _ bits: UInt32) -> HLOValue {
    writer.binary("shift_right_logical", x, word(bits))
  }
  /// A word below 2³¹ as a float.
  private func float(_ x: HLOValue) -> HLOValue {
    writer.convert(writer.bitcast(x, to: .int32), to: .float32)
  }
  private func hasBit(_ x: HLOValue, _ bit: UInt32) -> HLOValue {
    writer.compare(writer.binary("and", x, word(bit)), .notEqual, word(0))
  }
}

extension StableHLOWriter {
  /// Random words of a key, uint32, for some rows of a table: word i of row j is number j · width + i of
  /// the key's stream, as on the host.
  package func randomWords(of key: HLOValue, rows: HLOValue, width: Int) -> HLOValue {
    PhiloxLowering(key, self).rows(rows, width: width)
  }
}
