import ToolSupport

@main
enum Main {
    static func main() { fluvioAdmin.main() }
}
