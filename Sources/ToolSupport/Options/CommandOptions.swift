/// A set of variables that options set, and the declaration of these options.
///
/// The values of a fresh one are the defaults; help shows them from there.
package protocol OptionGroup: Sendable {
    /// All variables at their defaults.
    init()
    /// Declares the options, in the order in which help shows them.
    static func declare(_ table: inout OptionTable<Self>)
}

/// The options and operands of a command. Those common to all tools are added to what ``OptionGroup/declare(_:)``
/// declares.
package protocol CommandOptions: OptionGroup {
    /// The values of the options that every tool has.
    var common: CommonOptions { get set }
    /// Looks at the values together, after all are set; throws a ``UsageError`` for options that do not go together.
    mutating func validate() throws(UsageError)
}

extension CommandOptions {
    /// Any combination will do.
    package mutating func validate() throws(UsageError) {}
}
