/// What a command has around it while it runs.
package struct ToolContext: Sendable {
    /// The tool's name.
    package let tool: String
    /// Its voice.
    package let diagnostics: Diagnostics
    /// The signals it is to heed.
    package let signals: Signals
    /// The values of the options that every tool has.
    package let common: CommonOptions
}
