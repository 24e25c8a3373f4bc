import Tensors

extension GumbelFit {
  /// The largest, or smallest, value of each block of `size` successive values of a series.
  ///
  /// A last block that is not full is left out: its extreme comes from fewer values. A block with
  /// a NaN gives a NaN. Traps unless `size` is positive.
  public static func blockExtremes(
    of series: [Double], size: Int, _ extreme: Extreme = .maximum
  ) -> [Double] {
    require(size > 0, "blockExtremes: size \(size), expected a positive number")
    return (0..<(series.count / size)).map { block in
      let values = series[(block * size)..<((block + 1) * size)]
      if values.contains(where: \.isNaN) { return .nan }
      return extreme == .maximum ? values.max()! : values.min()!
    }
  }
}
