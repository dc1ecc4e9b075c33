import ToolSupport

@main
enum Main {
    static func main() { fluvioSinkPostgres.main() }
}
