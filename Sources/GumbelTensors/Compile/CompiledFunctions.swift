// Functions of several states and inputs. A compiled function has one of each, which hold them: this
// file says so for each number of them, and nothing else.

/// Compiles a function of an input that has no state.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<A: TensorGroup, Output: TensorGroup>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (A) -> Output
) -> Compiled<EmptyGroup, A, Output> {
  Compiled(on: device, precision: precision) { _, inputs in body(inputs) }
}

/// Compiles a function of two inputs that has no state.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<A: TensorGroup, B: TensorGroup, Output: TensorGroup>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (A, B) -> Output
) -> Compiled<EmptyGroup, Pair<A, B>, Output> {
  Compiled(on: device, precision: precision) { _, inputs in body(inputs.first, inputs.second) }
}

/// Compiles a function of three inputs that has no state.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<A: TensorGroup, B: TensorGroup, C: TensorGroup, Output: TensorGroup>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (A, B, C) -> Output
) -> Compiled<EmptyGroup, Pair<A, Pair<B, C>>, Output> {
  Compiled(on: device, precision: precision) { _, inputs in
    body(inputs.first, inputs.second.first, inputs.second.second)
  }
}

/// Compiles a function of a state and no input.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<First: TensorGroup, Output: TensorGroup>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First) -> Output
) -> Compiled<First, EmptyGroup, Output> {
  Compiled(on: device, precision: precision) { states, _ in body(&states) }
}

/// Compiles a function of a state and two inputs.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<First: TensorGroup, A: TensorGroup, B: TensorGroup, Output: TensorGroup>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, A, B) -> Output
) -> Compiled<First, Pair<A, B>, Output> {
  Compiled(on: device, precision: precision) { states, inputs in
    body(&states, inputs.first, inputs.second)
  }
}

/// Compiles a function of a state and three inputs.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<
  First: TensorGroup, A: TensorGroup, B: TensorGroup, C: TensorGroup, Output: TensorGroup
>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, A, B, C) -> Output
) -> Compiled<First, Pair<A, Pair<B, C>>, Output> {
  Compiled(on: device, precision: precision) { states, inputs in
    body(&states, inputs.first, inputs.second.first, inputs.second.second)
  }
}

/// Compiles a function of two states and no input.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<First: TensorGroup, Second: TensorGroup, Output: TensorGroup>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, inout Second) -> Output
) -> Compiled<Pair<First, Second>, EmptyGroup, Output> {
  Compiled(on: device, precision: precision) { states, _ in body(&states.first, &states.second) }
}

/// Compiles a function of two states and an input.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<First: TensorGroup, Second: TensorGroup, A: TensorGroup, Output: TensorGroup>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, inout Second, A) -> Output
) -> Compiled<Pair<First, Second>, A, Output> {
  Compiled(on: device, precision: precision) { states, inputs in
    body(&states.first, &states.second, inputs)
  }
}

/// Compiles a function of two states and two inputs.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<
  First: TensorGroup, Second: TensorGroup, A: TensorGroup, B: TensorGroup, Output: TensorGroup
>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, inout Second, A, B) -> Output
) -> Compiled<Pair<First, Second>, Pair<A, B>, Output> {
  Compiled(on: device, precision: precision) { states, inputs in
    body(&states.first, &states.second, inputs.first, inputs.second)
  }
}

/// Compiles a function of two states and three inputs.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<
  First: TensorGroup, Second: TensorGroup, A: TensorGroup, B: TensorGroup, C: TensorGroup,
  Output: TensorGroup
>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, inout Second, A, B, C) -> Output
) -> Compiled<Pair<First, Second>, Pair<A, Pair<B, C>>, Output> {
  Compiled(on: device, precision: precision) { states, inputs in
    body(&states.first, &states.second, inputs.first, inputs.second.first, inputs.second.second)
  }
}

/// Compiles a function of three states and no input.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<
  First: TensorGroup, Second: TensorGroup, Third: TensorGroup, Output: TensorGroup
>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, inout Second, inout Third) -> Output
) -> Compiled<Pair<First, Pair<Second, Third>>, EmptyGroup, Output> {
  Compiled(on: device, precision: precision) { states, _ in
    body(&states.first, &states.second.first, &states.second.second)
  }
}

/// Compiles a function of three states and an input.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<
  First: TensorGroup, Second: TensorGroup, Third: TensorGroup, A: TensorGroup, Output: TensorGroup
>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, inout Second, inout Third, A) -> Output
) -> Compiled<Pair<First, Pair<Second, Third>>, A, Output> {
  Compiled(on: device, precision: precision) { states, inputs in
    body(&states.first, &states.second.first, &states.second.second, inputs)
  }
}

/// Compiles a function of three states and two inputs.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<
  First: TensorGroup, Second: TensorGroup, Third: TensorGroup, A: TensorGroup, B: TensorGroup,
  Output: TensorGroup
>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, inout Second, inout Third, A, B) -> Output
) -> Compiled<Pair<First, Pair<Second, Third>>, Pair<A, B>, Output> {
  Compiled(on: device, precision: precision) { states, inputs in
    body(&states.first, &states.second.first, &states.second.second, inputs.first, inputs.second)
  }
}

/// Compiles a function of three states and three inputs.
///
/// See ``compile(on:precision:_:)->Compiled<State,Input,Output>``.
public func compile<
  First: TensorGroup, Second: TensorGroup, Third: TensorGroup, A: TensorGroup, B: TensorGroup,
  C: TensorGroup, Output: TensorGroup
>(
  on device: Device = .default, precision: Precision = .default,
  _ body: @escaping (inout First, inout Second, inout Third, A, B, C) -> Output
) -> Compiled<Pair<First, Pair<Second, Third>>, Pair<A, Pair<B, C>>, Output> {
  Compiled(on: device, precision: precision) { states, inputs in
    body(
      &states.first, &states.second.first, &states.second.second, inputs.first, inputs.second.first,
      inputs.second.second)
  }
}

// MARK: - Calls

extension Compiled {
  /// Runs the function.
  public func callAsFunction(_ input: Input) -> Output where State == EmptyGroup {
    var state = EmptyGroup()
    return self(&state, input)
  }

  /// Runs the function.
  public func callAsFunction<A: TensorGroup, B: TensorGroup>(
    _ a: A, _ b: B
  ) -> Output where State == EmptyGroup, Input == Pair<A, B> {
    var state = EmptyGroup()
    return self(&state, Pair(a, b))
  }

  /// Runs the function.
  public func callAsFunction<A: TensorGroup, B: TensorGroup, C: TensorGroup>(
    _ a: A, _ b: B, _ c: C
  ) -> Output where State == EmptyGroup, Input == Pair<A, Pair<B, C>> {
    var state = EmptyGroup()
    return self(&state, Pair(a, Pair(b, c)))
  }

  /// Runs the function, updating its state in place.
  public func callAsFunction(_ state: inout State) -> Output where Input == EmptyGroup {
    self(&state, EmptyGroup())
  }

  /// Runs the function, updating its state in place.
  public func callAsFunction<A: TensorGroup, B: TensorGroup>(
    _ state: inout State, _ a: A, _ b: B
  ) -> Output where Input == Pair<A, B> {
    self(&state, Pair(a, b))
  }

  /// Runs the function, updating its state in place.
  public func callAsFunction<A: TensorGroup, B: TensorGroup, C: TensorGroup>(
    _ state: inout State, _ a: A, _ b: B, _ c: C
  ) -> Output where Input == Pair<A, Pair<B, C>> {
    self(&state, Pair(a, Pair(b, c)))
  }

  /// Runs the function, updating its states in place.
  public func callAsFunction<First: TensorGroup, Second: TensorGroup>(
    _ first: inout First, _ second: inout Second
  ) -> Output where State == Pair<First, Second>, Input == EmptyGroup {
    withStates(&first, &second) { self(&$0, EmptyGroup()) }
  }

  /// Runs the function, updating its states in place.
  public func callAsFunction<First: TensorGroup, Second: TensorGroup>(
    _ first: inout First, _ second: inout Second, _ input: Input
  ) -> Output where State == Pair<First, Second> {
    withStates(&first, &second) { self(&$0, input) }
  }

  /// Runs the function, updating its states in place.
  public func callAsFunction<
    First: TensorGroup, Second: TensorGroup, A: TensorGroup, B: TensorGroup
  >(
    _ first: inout First, _ second: inout Second, _ a: A, _ b: B
  ) -> Output where State == Pair<First, Second>, Input == Pair<A, B> {
    withStates(&first, &second) { self(&$0, Pair(a, b)) }
  }

  /// Runs the function, updating its states in place.
  public func callAsFunction<
    First: TensorGroup, Second: TensorGroup, A: TensorGroup, B: TensorGroup, C: TensorGroup
  >(
    _ first: inout First, _ second: inout Second, _ a: A, _ b: B, _ c: C
  ) -> Output where State == Pair<First, Second>, Input == Pair<A, Pair<B, C>> {
    withStates(&first, &second) { self(&$0, Pair(a, Pair(b, c))) }
  }

  /// Runs the function, updating its states in place.
  public func callAsFunction<First: TensorGroup, Second: TensorGroup, Third: TensorGroup>(
    _ first: inout First, _ second: inout Second, _ third: inout Third
  ) -> Output where State == Pair<First, Pair<Second, Third>>, Input == EmptyGroup {
    withStates(&first, &second, &third) { self(&$0, EmptyGroup()) }
  }

  /// Runs the function, updating its states in place.
  public func callAsFunction<First: TensorGroup, Second: TensorGroup, Third: TensorGroup>(
    _ first: inout First, _ second: inout Second, _ third: inout Third, _ input: Input
  ) -> Output where State == Pair<First, Pair<Second, Third>> {
    withStates(&first, &second, &third) { self(&$0, input) }
  }

  /// Runs the function, updating its states in place.
  public func callAsFunction<
    First: TensorGroup, Second: TensorGroup, Third: TensorGroup, A: TensorGroup, B: TensorGroup
  >(
    _ first: inout First, _ second: inout Second, _ third: inout Third, _ a: A, _ b: B
  ) -> Output where State == Pair<First, Pair<Second, Third>>, Input == Pair<A, B> {
    withStates(&first, &second, &third) { self(&$0, Pair(a, b)) }
  }

  /// Runs the function, updating its states in place.
  public func callAsFunction<
    First: TensorGroup, Second: TensorGroup, Third: TensorGroup, A: TensorGroup, B: TensorGroup,
    C: TensorGroup
  >(
    _ first: inout First, _ second: inout Second, _ third: inout Third, _ a: A, _ b: B, _ c: C
  ) -> Output where State == Pair<First, Pair<Second, Third>>, Input == Pair<A, Pair<B, C>> {
    withStates(&first, &second, &third) { self(&$0, Pair(a, Pair(b, c))) }
  }
}

// MARK: - Several states as one

/// Moves states into one value while the body runs: copies would be second references to their tensors,
/// which would then have to be copied too.
private func withStates<First: TensorGroup, Second: TensorGroup, Output>(
  _ first: inout First, _ second: inout Second, _ body: (inout Pair<First, Second>) -> Output
) -> Output {
  withUnsafeMutablePointer(to: &first) { first in
    withUnsafeMutablePointer(to: &second) { second in
      var states = Pair(first.move(), second.move())
      let output = body(&states)
      first.initialize(to: states.first)
      second.initialize(to: states.second)
      return output
    }
  }
}

private func withStates<First: TensorGroup, Second: TensorGroup, Third: TensorGroup, Output>(
  _ first: inout First, _ second: inout Second, _ third: inout Third,
  _ body: (inout Pair<First, Pair<Second, Third>>) -> Output
) -> Output {
  withStates(&second, &third) { rest in
    withStates(&first, &rest, body)
  }
}
