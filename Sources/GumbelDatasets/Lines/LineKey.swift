import GumbelDistributions
import GumbelTensors

/// What the random number of a line follows from, beside the key of the draw.
public enum LineKey: Equatable, Sendable {
  /// The place of the line among all lines, so that lines are drawn whatever they hold.
  case place
  /// All of the line, without its end. Equal lines have the same number, so that they are drawn
  /// together, as far as there is room.
  case line
  /// What stands in a column of a table, its quotes aside. Rows with the same there have the same
  /// number, and with the same weight are drawn together.
  ///
  /// This is coordinated sampling, the sample a bottom-k sketch of the keys: Cohen & Kaplan,
  /// "Summarizing data using bottom-k sketches", PODC 2007.
  case column(SymbolFormat.Column)
}

/// Random numbers that follow from bytes.
struct LineHash {
  /// What the bits of a key are for. They may not be the same for all: what is drawn from one side of a
  /// split would else have bits that are on that side.
  enum Use: UInt64 { case draw = 0, split = 2 }

  private let seed: UInt64
  private let use: Use

  init(_ key: RandomKey, for use: Use = .draw) { (seed, self.use) = (key.seed, use) }

  /// 64 random bits for a key.
  func uniform(of key: UnsafeRawBufferPointer) -> UInt64 {
    SipHash.hash(key, key: (seed, use.rawValue))
  }

  /// What tells lines of the same key apart, in the place of their numbers: their order may not depend
  /// on where they stand. Carriage returns count here, so that of equal lines all copies are alike.
  func index(of line: UnsafeBufferPointer<UInt8>) -> UInt64 {
    SipHash.hash(UnsafeRawBufferPointer(line), key: (seed, 1))
  }
}

extension RandomKey {
  /// The seed that gives this key.
  var seed: UInt64 {
    let words = words.int32Scalars.map { UInt64(UInt32(bitPattern: $0)) }
    return words[0] | words[1] << 32
  }
}
