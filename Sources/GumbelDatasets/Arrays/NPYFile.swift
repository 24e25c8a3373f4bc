// Snippet: let tensor = Tensor.zeros([2, 3])
/// Numbers as the bytes of an `.npy` file of version 1.0, which NumPy opens.
///
/// ```swift
/// try AtomicFile.write(NPYFile.bytes(tensor.scalars, shape: [2, 3]), to: "samples.npy")
/// ```
public enum NPYFile {
  /// Traps, as do the other two, unless there is a value for each element of the shape.
  public static func bytes(_ values: [Float], shape: [Int]) -> [UInt8] {
    bytes(.float32, shape, values.map(\.bitPattern.littleEndian))
  }

  public static func bytes(_ values: [Double], shape: [Int]) -> [UInt8] {
    bytes(.float64, shape, values.map(\.bitPattern.littleEndian))
  }

  public static func bytes(_ values: [Int32], shape: [Int]) -> [UInt8] {
    bytes(.int32, shape, values.map(\.littleEndian))
  }

  public static func bytes(_ values: [Int64], shape: [Int]) -> [UInt8] {
    bytes(.int64, shape, values.map(\.littleEndian))
  }

  /// The header of a file whose little-endian data follow: as long as it needs to be, or `length`
  /// bytes. Traps when that is too short.
  package static func header(
    isInteger: Bool, shape: [Int], length: Int? = nil
  ) -> [UInt8] {
    NPYHeader(element: isInteger ? .int32 : .float32, shape: shape).bytes(length: length)
  }

  private static func bytes(
    _ element: NPYHeader.Element, _ shape: [Int], _ values: [some FixedWidthInteger]
  ) -> [UInt8] {
    precondition(
      elementCount(of: shape) == values.count,
      "NPYFile: \(values.count) values for the shape \(shape)")
    return NPYHeader(element: element, shape: shape).bytes() + values.withUnsafeBytes(Array.init)
  }
}
