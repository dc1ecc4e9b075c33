import FileSource
import ToolSupport

@main
enum Main {
    static func main() {
        if CommandLine.arguments.dropFirst() == ["--help", "guarantees"] {
            Guarantees.show()
        }
        fluvioSourceFile.main { arguments throws(UsageError) in try ConfigurationFile.expand(arguments) }
    }
}
