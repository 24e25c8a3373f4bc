import ArgumentParser

// Options as all commands have them: whatever follows is the value, so that it may begin with a minus.

extension Option where Value: ExpressibleByArgument {
  /// An option with a value that stands where none is given.
  init(
    wrappedValue: Value, name: NameSpecification = .long, _ help: String,
    valueName: String? = nil, completion: CompletionKind? = nil
  ) {
    self.init(
      wrappedValue: wrappedValue, name: name, parsing: .unconditional,
      help: ArgumentHelp(help, valueName: valueName), completion: completion)
  }

  /// An option that has to be given.
  init(
    name: NameSpecification = .long, _ help: String, valueName: String? = nil,
    completion: CompletionKind? = nil
  ) {
    self.init(
      name: name, parsing: .unconditional, help: ArgumentHelp(help, valueName: valueName),
      completion: completion)
  }
}

extension Option {
  /// An option that may be left out.
  init<T: ExpressibleByArgument>(
    name: NameSpecification = .long, _ help: String, valueName: String? = nil,
    completion: CompletionKind? = nil
  ) where Value == T? {
    self.init(
      name: name, parsing: .unconditional, help: ArgumentHelp(help, valueName: valueName),
      completion: completion)
  }

  /// An option that may be given several times.
  init<T: ExpressibleByArgument>(
    wrappedValue: [T], name: NameSpecification = .long, _ help: String,
    valueName: String? = nil, completion: CompletionKind? = nil
  ) where Value == [T] {
    self.init(
      wrappedValue: wrappedValue, name: name, parsing: .unconditionalSingleValue,
      help: ArgumentHelp(help, valueName: valueName), completion: completion)
  }
}
