/// The options of commands that list or describe objects.
package struct ObjectOutputOptions: OptionGroup {
    /// How the objects are written.
    package var format = ObjectFormat.table

    /// The defaults.
    package init() {}

    package static func declare(_ table: inout OptionTable<Self>) {
        table.group("Output")
        table.value("-O", "--output", to: \.format, as: .choice("FORMAT"), help: "Write objects in this format")
    }
}
