import ArgumentParser
import SwiftGumbel

extension Precision: ExpressibleByArgument {}

/// `--device` and `--precision`: where a command computes, and how exactly.
///
/// They are no part of what a run is: one may go on somewhere else.
struct DeviceOptions: ParsableArguments {
  @Option(
    name: .customLong("device"),
    "Where to compute: host, cuda, cuda:1 for the second GPU, cuda:0-3 for four that share the "
      + "batches of a training, tpu, xla for XLA on the processor, or the path of a PJRT plug-in. "
      + "Draws are the same everywhere, and results agree up to rounding. gumbel info lists what is "
      + "there.", valueName: "name", completion: .device)
  var name = "host"
  @Option(
    "Products of matrices and convolutions: in full float32, or faster from operands that are rounded "
      + "to 10 bits (tf32, not on the host) or 7 (bfloat16, on the host with AVX-512 BF16).",
    valueName: "name")
  var precision = Precision.float32

  var isHost: Bool { name == "host" }

  func validate() throws {
    guard Device.isName(name) else {
      throw ValidationError("--device \(name): no such device; expected \(Device.expectedNames)")
    }
  }

  /// Makes all that is compiled from now on run there.
  ///
  /// - Parameter quiet: whether nothing is said of compilations that take long.
  func use(quiet: Bool = false) throws {
    // Not in `validate`: either may be that of a run which goes on.
    let device = try Device(named: name)
    do { try precision.require(on: device) } catch { throw ValidationError("--precision \(error)") }
    Device.default = device
    Precision.default = precision
    if !quiet { Device.onCompilation = CompilationNotice.begin }
  }

  /// A function of a network as it runs there: compiled for a device or a precision; as it stands on the
  /// host, where to record it takes as long as to run it once.
  func function<Network: TensorGroup, Input: TensorGroup, Output: TensorGroup>(
    _ body: @escaping (Network, Input) -> Output
  ) -> (Network, Input) -> Output {
    if isHost, precision == .float32 { return body }
    let compiled = compile { (network: inout Network, input: Input) in body(network, input) }
    return { network, input in
      var network = network
      return compiled(&network, input)
    }
  }
}

/// Says that a device compiles, where that takes longer than a second.
private enum CompilationNotice {
  static func begin(_ device: Device) -> () -> Void {
    let notice = Task.detached {
      try await Task.sleep(for: .seconds(1))
      ProgressBar.note("gumbel: compiling for \(device), which the next run finds done")
    }
    return { notice.cancel() }
  }
}
