/// What was measured at one time: numbers by their names, pictures and texts.
public struct Measurements: ExpressibleByDictionaryLiteral {
  /// Numbers.
  public var values: [(name: String, value: Double)]
  /// Pictures and texts.
  public var attachments = Attachments()
  /// What else a measured value has: texts, lists and truth values, which JSON lines keep.
  var others: [(name: String, value: JSONTree)] = []

  /// Creates measurements of numbers alone.
  public init(_ values: [(name: String, value: Double)] = []) { self.values = values }

  /// Creates measurements of numbers alone, such as `["test/loss": 0.5]`.
  public init(dictionaryLiteral values: (String, Double)...) {
    self.values = values.map { (name: $0, value: $1) }
  }

  /// Creates measurements of all that a value encodes: what `x.y` holds has the name `x/y`.
  ///
  /// - Throws: Where the value encodes to something else than an object with names.
  public init(of value: some Encodable) throws {
    let tree = try JSONTree(encoding: value)
    guard case .object(let members) = tree else {
      throw EncodingError.invalidValue(
        value, .init(codingPath: [], debugDescription: "expected a value with named parts"))
    }
    self.init()
    add(members, under: "")
  }

  /// Means of terms, with names such as `train/loss`.
  init(of names: [String], _ means: [Float]) {
    self.init(zip(names, means).map { (name: Self.trainName($0), value: Double($1)) })
  }

  /// The name of the mean of a term.
  static func trainName(_ term: String) -> String { "train/" + term.replacing(" ", with: "-") }

  private mutating func add(_ members: [String: JSONTree], under prefix: String) {
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      let name = prefix + name
      if case .object(let parts) = value {
        add(parts, under: name + "/")
      } else if let number = value.number {
        values.append((name, number))
      } else {
        others.append((name, value))
      }
    }
  }

  /// Back to a value that encoded to them; names that it does not have are passed over.
  func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    var tree: [String: JSONTree] = [:]
    for (name, value) in values.map({ ($0.name, JSONTree.number($0.value)) })
      + others.map({ ($0.name, $0.value) })
    {
      Self.insert(
        value, at: name.split(separator: "/", omittingEmptySubsequences: false)[...], &tree)
    }
    return try JSONTree.object(tree).decoded(as: type)
  }

  /// The same for a dictionary of numbers, whose names are whole and which would take what is not its
  /// own.
  ///
  /// - Parameter terms: whose means stand beside what was measured.
  func decodedFlat<Value: Decodable>(
    as type: Value.Type, without terms: [String]
  ) throws -> Value {
    let means = Set(terms.map(Self.trainName))
    let members =
      values.map { ($0.name, JSONTree.number($0.value)) }
      + others.map { ($0.name, $0.value) }
    return try JSONTree.object(
      Dictionary(members.filter { !means.contains($0.0) }, uniquingKeysWith: { $1 })
    ).decoded(as: type)
  }

  private static func insert(
    _ value: JSONTree, at path: ArraySlice<Substring>, _ tree: inout [String: JSONTree]
  ) {
    let name = String(path.first!)
    guard path.count > 1 else {
      tree[name] = value
      return
    }
    var part: [String: JSONTree] = [:]
    if case .object(let members)? = tree[name] { part = members }
    insert(value, at: path.dropFirst(), &part)
    tree[name] = .object(part)
  }

  /// Both; what the second measured is said in the second's words.
  static func + (a: Measurements, b: Measurements) -> Measurements {
    if b.values.isEmpty && b.others.isEmpty && b.attachments.isEmpty { return a }
    var sum = b
    let names = Set(b.values.map(\.name) + b.others.map(\.name))
    sum.values = a.values.filter { !names.contains($0.name) } + b.values
    sum.others = a.others.filter { !names.contains($0.name) } + b.others
    return sum
  }
}

/// Pictures, texts and histograms that stand beside measured numbers, which TensorBoard shows.
public struct Attachments {
  /// Pictures in the PNG format.
  public var images: [(name: String, png: [UInt8])] = []
  /// Texts in Markdown.
  public var texts: [(name: String, text: String)] = []
  /// Numbers of which is shown where they lie, in 30 buckets from the least to the largest finite one.
  public var histograms: [(name: String, values: [Float])] = []

  var isEmpty: Bool { images.isEmpty && texts.isEmpty && histograms.isEmpty }

  /// Creates attachments; by default none.
  public init(
    images: [(name: String, png: [UInt8])] = [], texts: [(name: String, text: String)] = [],
    histograms: [(name: String, values: [Float])] = []
  ) {
    self.images = images
    self.texts = texts
    self.histograms = histograms
  }
}
