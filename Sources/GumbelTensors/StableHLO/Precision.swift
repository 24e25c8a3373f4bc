/// How exact the products of a function that runs on a device are: those of matrices and convolutions.
///
/// Everything else is in float32, whatever is chosen, and so are the host's products.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// Products as exact as the device makes them: full float32.
  case float32
  /// Products by the device's faster units: on NVIDIA's processors operands are rounded to TF32,
  /// 10 bits behind the point, and sums are in float32. A device without such units makes them as
  /// ``float32`` does.
  case tf32
  /// Operands rounded to bfloat16, 7 bits behind the point; sums and results in float32.
  case bfloat16

  /// The precision of functions that are compiled without saying which; float32 unless it is set.
  public static var `default`: Precision {
    get { Device.defaults.withLock { $0.precision } }
    set { Device.defaults.withLock { $0.precision = newValue } }
  }
}
