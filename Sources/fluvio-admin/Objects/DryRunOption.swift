import ToolSupport

/// `--dry-run` of a command that changes something and deletes nothing.
struct DryRunOption: OptionGroup {
    var isOn = false

    static func declare(_ table: inout OptionTable<Self>) {
        table.flag("-d", "--dry-run", to: \.isOn, help: "Only tell what would be done")
    }

    /// Tells what was done, or what would be.
    func tell(_ context: ToolContext, did: String, would: String) {
        context.diagnostics.note(isOn ? "\(would) (dry run)" : did)
    }
}
