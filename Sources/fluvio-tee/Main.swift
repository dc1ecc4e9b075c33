import ToolSupport

@main
enum Main {
    static func main() { fluvioTee.main() }
}
