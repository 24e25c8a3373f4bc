/// The categories that symbols are taken from: distinct names, each with an index from 0.
///
/// Names are compared by their UTF-8 bytes, not by how they look: an accented letter written as
/// one scalar is another category than the same written as two.
public struct Vocabulary: Sendable {
  /// The categories' names, by index.
  public let names: [String]

  private let table: CategoryTable

  /// Categories in the order given.
  ///
  /// - Throws: If there are fewer than two, one is empty, or one is there twice.
  public init(_ categories: [String]) throws(InputError) {
    var table = CategoryTable()
    for (position, name) in categories.enumerated() {
      var name = name
      if name.isEmpty { throw Self.listError(.emptyCategory(entry: position + 1)) }
      let (index, isNew) = name.withUTF8 { bytes in
        let bytes = UnsafeRawBufferPointer(bytes)
        if let index = table.index(of: bytes) { return (index, false) }
        return (table.append(bytes), true)
      }
      guard isNew else {
        let entries = [Int(index) + 1, position + 1]
        throw Self.listError(.duplicateCategory(name: name, entries: entries))
      }
    }
    guard table.count >= 2 else { throw Self.listError(.tooFewCategories(count: table.count)) }
    self.init(table)
  }

  /// Categories from text such as `a,b,c`, in that order. Spaces count; no category can have a
  /// comma.
  ///
  /// - Throws: If there are fewer than two, one is empty, or one is there twice.
  public init(commaSeparated list: String) throws(InputError) {
    let names = list.isEmpty ? [] : list.split(separator: ",", omittingEmptySubsequences: false)
    try self.init(names.map(String.init))
  }

  /// The categories found in data, in the vocabulary's own order.
  ///
  /// - Returns: The vocabulary, and for each of the table's indices the vocabulary's.
  static func sorted(_ found: CategoryTable) -> (vocabulary: Vocabulary, newIndices: [Int32]) {
    let order = sortedOrder(of: found)
    var table = CategoryTable()
    var newIndices = [Int32](repeating: 0, count: found.count)
    for old in order { newIndices[old] = found[old].withUnsafeBytes { table.append($0) } }
    return (Vocabulary(table), newIndices)
  }

  private init(_ table: CategoryTable) {
    self.table = table
    names = (0..<table.count).map(table.name(at:))
  }

  /// The number of categories, at least 2.
  public var count: Int { names.count }

  /// The name of the category with an index. Traps if there is none.
  public subscript(index: Int32) -> String { names[Int(index)] }

  /// The index of the category with a name, or nil if there is none.
  public func index(of name: String) -> Int32? {
    var name = name
    return name.withUTF8 { index(of: UnsafeRawBufferPointer($0)) }
  }

  func index(of bytes: UnsafeRawBufferPointer) -> Int32? { table.index(of: bytes) }

  private static func listError(_ problem: DataProblem) -> InputError {
    InputError(source: "list of categories", problem: problem)
  }
}

extension Vocabulary: Equatable {
  /// Whether the names are the same bytes in the same order.
  public static func == (left: Vocabulary, right: Vocabulary) -> Bool {
    left.names.elementsEqual(right.names) { $0.utf8.elementsEqual($1.utf8) }
  }
}

/// The order of categories found in data, which is that of their values if all are decimal
/// numbers and else that of their Unicode scalars. It depends on which symbols there are, not on
/// where they first come.
private func sortedOrder(of table: CategoryTable) -> [Int] {
  // The order of UTF-8 bytes is that of the scalars.
  func precedes(_ a: Int, _ b: Int) -> Bool { table[a].lexicographicallyPrecedes(table[b]) }

  let indices = 0..<table.count
  var values: [Double] = []
  for index in indices {
    guard let value = decimalNumber(table.name(at: index)) else {
      return indices.sorted(by: precedes)
    }
    values.append(value)
  }
  return indices.sorted { a, b in
    if values[a] != values[b] { return values[a] < values[b] }
    // Numbers too long to tell apart as values, and different ways to write the same.
    let (lengthA, lengthB) = (table[a].count, table[b].count)
    return lengthA == lengthB ? precedes(a, b) : lengthA < lengthB
  }
}
