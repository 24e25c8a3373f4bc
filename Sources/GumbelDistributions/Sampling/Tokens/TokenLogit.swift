import GumbelKernels

/// A type that an engine has its logits in: `Float`, `Float16` where the platform has it, or ``BFloat16``.
///
/// Other types cannot conform.
public protocol TokenLogit: BitwiseCopyable, Sendable {
  /// The type, for the kernels.
  static var logitType: TokenLogitType { get }
}

/// A type of logits, for the kernels.
public struct TokenLogitType: Sendable {
  let kernelType: gk_logit_type
}

extension Float: TokenLogit {
  public static var logitType: TokenLogitType { TokenLogitType(kernelType: GK_LOGIT_FLOAT32) }
}

// Intel Macs have no Float16.
#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: TokenLogit {
    public static var logitType: TokenLogitType { TokenLogitType(kernelType: GK_LOGIT_FLOAT16) }
  }
#endif

/// A float32 without the lower half of its bits: 8 bits of exponent, and 7 behind the point.
///
/// It stands for the memory of an engine, to which it can be bound, and does no arithmetic:
///
/// ```swift
/// let third = BFloat16(1.0 / 3)
/// print(third.floatValue)  // 0.33398438
/// print(third.bitPattern)  // 16043
/// ```
public struct BFloat16: TokenLogit, Hashable {
  /// The upper half of a float32's bits.
  public var bitPattern: UInt16

  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// The nearest to a number, ties to even; NaN stays NaN.
  public init(_ x: Float) {
    let bits = x.bitPattern
    bitPattern = UInt16(
      truncatingIfNeeded: x.isNaN
        ? bits >> 16 | 0x40 : (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
  }

  /// The same number, exactly. It is no `Float(x)`, which all expressions with `Float(` would have to be
  /// tried with.
  public var floatValue: Float { Float(bitPattern: UInt32(bitPattern) << 16) }

  public static var logitType: TokenLogitType { TokenLogitType(kernelType: GK_LOGIT_BFLOAT16) }
}
