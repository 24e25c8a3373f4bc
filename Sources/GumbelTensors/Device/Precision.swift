import GumbelPJRT

/// How exact the products of a compiled function are: those of matrices and convolutions.
///
/// Everything else is in float32, whatever is chosen, and so are operations outside of compiled functions.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// Products as exact as the device makes them: full float32.
  case float32
  /// Products by the device's faster units: on NVIDIA's processors operands are rounded to TF32,
  /// 10 bits behind the point, and sums are in float32. A device without such units makes them as
  /// ``float32`` does; the host has no such units and refuses.
  case tf32
  /// Operands rounded to bfloat16, 7 bits behind the point; sums and results in float32. On the host
  /// for processors with AVX-512 BF16; others refuse.
  case bfloat16

  /// The precision of functions that are compiled without saying which; float32 unless it is set.
  public static var `default`: Precision {
    get { Device.defaults.withLock { $0.precision } }
    set { Device.defaults.withLock { $0.precision = newValue } }
  }

  /// Whether this package's own products, those of ``Device/host``, can be made so on this processor.
  public var isOnHost: Bool {
    switch self {
    case .float32: true
    case .tf32: false
    case .bfloat16: MatrixLibrary.hasBFloat16
    }
  }

  /// - Throws: ``DeviceError`` where a device is the host, and does not have it.
  package func require(on device: Device) throws(DeviceError) {
    if device.isHost, !isOnHost {
      throw DeviceError(
        .compilation,
        "\(rawValue): the host has no such products"
          + (self == .bfloat16 ? " on this processor (expected AVX-512 BF16, and oneDNN)" : "")
          + "; expected float32, or another device")
    }
  }
}

/// An operation whose products can be made in another precision than float32.
protocol ProductPrimitive: Primitive {
  /// That of its products, where the host evaluates it.
  var precision: Precision { get set }
}

extension Graph {
  /// The graph with all products in a precision.
  func products(in precision: Precision) -> Graph {
    if precision == .float32 { return self }
    var graph = self
    graph.precision = precision
    for i in nodes.indices {
      guard var product = nodes[i].primitive as? any ProductPrimitive else { continue }
      product.precision = precision
      graph.nodes[i].primitive = product
    }
    return graph
  }
}
