/// The options and operands of one command: each is declared with the variable it sets, so that a value never goes by a
/// name looked up at run time.
///
/// Parser, help, manual and completions all read this table. What can be wrong with a declaration (a name twice, a
/// missing help) ``problems`` tells, for tests.
package struct OptionTable<Root: Sendable>: Sendable {
    typealias OperandSetter = @Sendable (inout Root, String) throws(ValueError) -> Void
    typealias Setter = @Sendable (inout Root, GivenValue) throws(ValueError) -> Void

    // A setter is made by name before it is appended: the compiler crashes over one made in the call of `append`.

    /// The options in the order of their declaration.
    package private(set) var options: [OptionInfo] = []
    /// The operands in their order.
    package private(set) var operands: [OperandInfo] = []
    /// Sets the variable of the option of the same index.
    private(set) var setters: [Setter] = []
    /// Empties the list of the option of the same index, so that what is given replaces the default.
    private(set) var resets: [@Sendable (inout Root) -> Void] = []
    /// Sets the variable of the operand of the same index, one call a value.
    private(set) var operandSetters: [OperandSetter] = []
    private var heading = "Options"
    private let defaults: Root

    /// An empty table; defaults to show are those of `defaults`.
    package init(defaults: Root) { self.defaults = defaults }

    /// The options declared from here on stand under this heading.
    package mutating func group(_ heading: String) { self.heading = heading }

    /// A flag that makes a variable true; with `negatable`, `--no-NAME` makes it false.
    package mutating func flag(
        _ names: String..., to variable: any WritableKeyPath<Root, Bool> & Sendable, negatable: Bool = false,
        aliases: [String] = [], environment: String? = nil, help: String, manual: String? = nil, isHidden: Bool = false
    ) {
        // Whether a plain flag is on at the start is clear: it could not be turned off.
        let shown = negatable ? (defaults[keyPath: variable] ? "on" : "off") : nil
        add(
            names, aliases, .none(negatable: negatable), fallback: shown, environment: environment, help: help,
            manual: manual, isHidden: isHidden
        ) { (root, given) throws(ValueError) in
            switch given {
            case .bare: root[keyPath: variable] = true
            case .negated: root[keyPath: variable] = false
            case .value(let text):
                root[keyPath: variable] = try Self.truth(text)
            }
        }
    }

    /// A flag that gives a variable a fixed value, such as `--new` for `--from end`.
    package mutating func flag<Value: Sendable>(
        _ names: String..., to variable: any WritableKeyPath<Root, Value> & Sendable, value: Value,
        aliases: [String] = [], help: String, manual: String? = nil, isHidden: Bool = false
    ) {
        add(names, aliases, .none(negatable: false), help: help, manual: manual, isHidden: isHidden) {
            (root, _) throws(ValueError) in root[keyPath: variable] = value
        }
    }

    /// An option with a value. Its default is what the variable holds at the start, and `fallback` only says it better.
    package mutating func value<Value: Sendable>(
        _ names: String..., to variable: any WritableKeyPath<Root, Value> & Sendable, as kind: ValueKind<Value>,
        aliases: [String] = [], fallback: String? = nil, environment: String? = nil, help: String,
        manual: String? = nil, isHidden: Bool = false
    ) {
        add(
            names, aliases, .required(kind.name), completion: kind.completion,
            fallback: fallback ?? kind.format(defaults[keyPath: variable]), environment: environment, help: help,
            manual: manual, isHidden: isHidden
        ) { (root, given) throws(ValueError) in
            guard case .value(let text) = given else { return }
            root[keyPath: variable] = try kind.parse(text)
        }
    }

    /// An option with a value that may be absent; `fallback` says what holds then.
    package mutating func value<Value: Sendable>(
        _ names: String..., to variable: any WritableKeyPath<Root, Value?> & Sendable, as kind: ValueKind<Value>,
        aliases: [String] = [], fallback: String? = nil, environment: String? = nil, help: String,
        manual: String? = nil, isHidden: Bool = false
    ) {
        let shown = fallback ?? defaults[keyPath: variable].flatMap { kind.format($0) }
        add(
            names, aliases, .required(kind.name), completion: kind.completion, fallback: shown,
            environment: environment, help: help, manual: manual, isHidden: isHidden
        ) { (root, given) throws(ValueError) in
            guard case .value(let text) = given else { return }
            root[keyPath: variable] = try kind.parse(text)
        }
    }

    /// An option whose value may be left out, `--create[=PARTITIONS]`; `bare` is what the name alone means.
    package mutating func optionalValue<Value: Sendable>(
        _ names: String..., to variable: any WritableKeyPath<Root, Value?> & Sendable, as kind: ValueKind<Value>,
        bare: Value, aliases: [String] = [], environment: String? = nil, help: String, manual: String? = nil,
        isHidden: Bool = false
    ) {
        add(
            names, aliases, .optional(kind.name), completion: kind.completion, environment: environment, help: help,
            manual: manual, isHidden: isHidden
        ) { (root, given) throws(ValueError) in
            switch given {
            case .value(let text):
                root[keyPath: variable] = try kind.parse(text)
            case .bare, .negated: root[keyPath: variable] = bare
            }
        }
    }

    /// An option that may be given several times; the values replace the default all together.
    package mutating func list<Value: Sendable>(
        _ names: String..., to variable: any WritableKeyPath<Root, [Value]> & Sendable, as kind: ValueKind<Value>,
        aliases: [String] = [], environment: String? = nil, help: String, manual: String? = nil,
        isHidden: Bool = false
    ) {
        let shown = defaults[keyPath: variable].compactMap { kind.format($0) }.joined(separator: " ")
        add(
            names, aliases, .required(kind.name), repeats: true, completion: kind.completion,
            fallback: shown.isEmpty ? nil : shown, environment: environment, help: help, manual: manual,
            isHidden: isHidden, reset: { $0[keyPath: variable] = [] }
        ) { (root, given) throws(ValueError) in
            guard case .value(let text) = given else { return }
            root[keyPath: variable].append(try kind.parse(text))
        }
    }

    /// An operand that must be given.
    package mutating func operand<Value: Sendable>(
        _ name: String, to variable: any WritableKeyPath<Root, Value> & Sendable, as kind: ValueKind<Value>,
        help: String = ""
    ) {
        operands.append(OperandInfo(name: name, count: .one, completion: kind.completion, help: help))
        let set: OperandSetter = { (root, text) throws(ValueError) in
            root[keyPath: variable] = try kind.parse(text)
        }
        operandSetters.append(set)
    }

    /// An operand that may be left out.
    package mutating func optionalOperand<Value: Sendable>(
        _ name: String, to variable: any WritableKeyPath<Root, Value?> & Sendable, as kind: ValueKind<Value>,
        help: String = ""
    ) {
        operands.append(OperandInfo(name: name, count: .optional, completion: kind.completion, help: help))
        let set: OperandSetter = { (root, text) throws(ValueError) in
            root[keyPath: variable] = try kind.parse(text)
        }
        operandSetters.append(set)
    }

    /// Operands as many as there are. At most one of these in a command; single ones may stand before and after it.
    package mutating func operands<Value: Sendable>(
        _ name: String, to variable: any WritableKeyPath<Root, [Value]> & Sendable, as kind: ValueKind<Value>,
        least: Int = 0, help: String = ""
    ) {
        operands.append(OperandInfo(name: name, count: .many(least: least), completion: kind.completion, help: help))
        let set: OperandSetter = { (root, text) throws(ValueError) in
            root[keyPath: variable].append(try kind.parse(text))
        }
        operandSetters.append(set)
    }

    /// Takes in a group of options that several commands share. Their defaults are those which `variable` has here. A name
    /// that was given to another option before as an alias, for the habit of other tools, stays with that one.
    package mutating func include<Group: OptionGroup>(_ variable: any WritableKeyPath<Root, Group> & Sendable) {
        var inner = OptionTable<Group>(defaults: defaults[keyPath: variable])
        inner.heading = heading
        Group.declare(&inner)
        let taken = Set(options.flatMap(\.aliases))
        options += inner.options.map { $0.without(taken) }
        for (set, reset) in zip(inner.setters, inner.resets) {
            let outer: Setter = { (root, given) throws(ValueError) in try set(&root[keyPath: variable], given) }
            setters.append(outer)
            resets.append { reset(&$0[keyPath: variable]) }
        }
    }

    /// Appends one option under the current heading.
    mutating func add(
        _ names: [String], _ aliases: [String], _ argument: OptionInfo.Argument, repeats: Bool = false,
        completion: Completion = .none, fallback: String? = nil, environment: String? = nil, help: String,
        manual: String? = nil, isHidden: Bool = false, role: OptionInfo.Role = .sets,
        reset: @escaping @Sendable (inout Root) -> Void = { _ in }, set: @escaping Setter
    ) {
        options.append(
            OptionInfo(
                names: names, aliases: aliases, argument: argument, repeats: repeats, completion: completion,
                fallback: fallback, environment: environment, help: help, manual: manual, group: heading,
                isHidden: isHidden, role: role))
        setters.append(set)
        resets.append(reset)
    }
}

/// What was given for an option.
package enum GivenValue: Equatable, Sendable {
    /// A value.
    case value(String)
    /// The name alone.
    case bare
    /// `--no-NAME`.
    case negated
}
