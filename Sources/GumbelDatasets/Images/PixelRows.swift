import GumbelTensors

/// The pixels of some images of a set, from 0 to 1, or drawn black or white: what ``ImageSet`` does with
/// its own memory, with tensors, so that a device can do it.
///
/// Operands: a table of a row an image, of float32, or of int32 with four bytes in each (``PackedBytes``);
/// the indices of the images; and, where pixels are drawn, a key. Indices outside trap; on a device, which
/// cannot, they give rows of an image that is there, or of NaN.
struct PixelRows: Primitive {
  let imageSize: Int

  var name: String { "pixelRows" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    guard 2...3 ~= inputs.count, inputs[0].shape.rank == 2, inputs[1].shape.rank == 1,
      inputs[1].elementType == .int32
    else { reject(inputs, "expected a table and the indices of rows") }
    let isPacked = inputs[0].elementType == .int32
    if inputs[0].shape[1] != (isPacked ? PackedBytes.words(imageSize) : imageSize) {
      reject(inputs, "expected rows of images of \(imageSize) values")
    }
    if inputs.count == 3, inputs[2] != TensorType([2], .int32) {
      reject(inputs, "operand 2 has to be a random key")
    }
    return OutputTypes(TensorType([inputs[1].shape.count, imageSize]))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (table, indices, pixels) = (inputs[0], inputs[1].int32s, outputs[0].floats)
    let (count, width) = (table.shape[0], table.shape[1])
    let draws =
      inputs.count == 3
      ? PixelDraws(words: (inputs[2].words[0], inputs[2].words[1]), imageSize: imageSize) : nil
    for row in 0..<inputs[1].count {
      let (index, place) = (Int(indices[row]), pixels + row * imageSize)
      require(0..<count ~= index, "\(name): image \(index), expected from 0 to \(count - 1)")
      if table.type.elementType == .int32 {
        let bytes = UnsafeRawPointer(table.int32s + index * width)
        let source = bytes.assumingMemoryBound(to: UInt8.self)
        if let draws {
          draws.draw(source, of: index, to: place)
        } else {
          source.pixels(imageSize, to: place)
        }
      } else {
        let source = UnsafePointer(table.floats + index * width)
        if let draws {
          draws.draw(source, of: index, to: place)
        } else {
          place.update(from: source, count: imageSize)
        }
      }
    }
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let rows = writer.gatherRows(inputs[0], at: inputs[1])
    let isPacked = rows.type.elementType == .int32
    let bytes = isPacked ? PackedBytes.unpacked(rows, imageSize, writer) : rows
    guard inputs.count == 3 else {
      return [isPacked ? quotient(bytes, writer) : rows]
    }
    let words = writer.randomWords(of: inputs[2], rows: inputs[1], width: imageSize)
    func constant(_ value: Int) -> HLOValue { writer.constant(value, [], .uint32) }
    let draw = writer.binary("shift_right_logical", words, constant(8))
    let isWhite =
      isPacked
      ? writer.compare(
        writer.multiply(draw, constant(255)), .less,
        writer.binary("shift_left", bytes, constant(24)))
      : writer.compare(uniform(draw, writer), .less, writer.bitcast(rows, to: .int32))
    return [writer.convert(isWhite, to: .float32)]
  }

  /// The bits of the numbers that pixels are compared with. They stand in the order of the numbers, none
  /// of which is negative, and the smallest pixel, which a device may take for 0, is not 0 among them.
  private func uniform(_ draw: HLOValue, _ writer: StableHLOWriter) -> HLOValue {
    let number = writer.convert(writer.bitcast(draw, to: .int32), to: .float32)
    return writer.bitcast(writer.multiply(number, writer.constant(Float(0x1p-24))), to: .int32)
  }

  /// Bytes divided by 255: in binary that is the byte again and again behind the point, of which eight
  /// are enough to round as the host does. A compiler may divide by a constant less exactly.
  private func quotient(_ bytes: HLOValue, _ writer: StableHLOWriter) -> HLOValue {
    let digits = writer.multiply(
      writer.convert(bytes, to: .uint64),
      writer.constant(0x0101_0101_0101_0101 as UInt64, [], .uint64))
    return writer.multiply(
      writer.convert(digits, to: .float32), writer.constant(Float(0x1p-64)))
  }

  func pullback(_ p: Pullback) {}
}

/// Bytes in tensors of int32, four in each, the first one lowest; rows begin with a new one.
enum PackedBytes {
  /// How many integers hold a row.
  static func words(_ count: Int) -> Int { (count + 3) / 4 }

  /// Rows of so many bytes as a table, `[rows, words]`.
  static func table(_ bytes: [UInt8], width: Int) -> Tensor {
    let (rows, words) = (bytes.count / width, words(width))
    let type = TensorType([rows, words], .int32)
    if width == 4 * words { return Tensor(littleEndianBytes: bytes, type: type) }
    var padded = [UInt8](repeating: 0, count: 4 * words * rows)
    for row in 0..<rows {
      for i in 0..<width { padded[row * 4 * words + i] = bytes[row * width + i] }
    }
    return Tensor(littleEndianBytes: padded, type: type)
  }

  /// The bytes of rows, `[rows, count]` of uint32.
  static func unpacked(_ rows: HLOValue, _ count: Int, _ writer: StableHLOWriter) -> HLOValue {
    let (height, words) = (rows.shape[0], rows.shape[1])
    let bits = writer.multiply(
      writer.iota([4], 0, .uint32), writer.constant(8, [], .uint32))
    let word = writer.bitcast(writer.reshape(rows, [height, words, 1]), to: .uint32)
    let bytes = writer.binary(
      "and", writer.binary("shift_right_logical", word, bits), writer.constant(255, [], .uint32))
    return writer.slice(writer.reshape(bytes, [height, 4 * words]), 1, 0..<count)
  }
}
