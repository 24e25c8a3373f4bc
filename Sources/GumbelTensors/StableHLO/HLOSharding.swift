/// How values are spread over devices, as Shardy writes it, the part of XLA that splits programs by what
/// is said of some of their values.
enum HLOSharding {
  /// The devices: one axis.
  static func mesh(of deviceCount: Int) -> String {
    "sdy.mesh @mesh = <[\"devices\"=\(deviceCount)]>"
  }

  /// That of a value which all devices have whole.
  static func whole(_ type: HLOType) -> String { "#sdy.sharding<\(axes(of: type) { _ in false })>" }

  /// What is inside of a sharding: of each axis whether the devices split it.
  fileprivate static func axes(of type: HLOType, areSplit: (Int) -> Bool) -> String {
    let axes = (0..<type.shape.rank).map { areSplit($0) ? "{\"devices\"}" : "{}" }
    return "@mesh, [\(axes.joined(separator: ", "))]"
  }
}

extension StableHLOWriter {
  /// The value, split along an axis.
  func sharded(_ x: HLOValue, _ axis: Int) -> HLOValue {
    if deviceCount == 1 || x.shape.count == 0 { return x }
    let axes = HLOSharding.axes(of: x.type) { $0 == axis }
    return operation("sdy.sharding_constraint \(x.name) <\(axes)> : \(x.type)", x.type)
  }
}
