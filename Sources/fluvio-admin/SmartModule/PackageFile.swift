import Documents
import FluvioClient
import FluvioProtocol
import ToolSupport
import Unix

/// `SmartModule.toml`: what a SmartModule is called, who made it and which parameters it takes.
enum PackageFile {
    /// Reads one.
    static func read(_ file: String) throws -> SmartModuleMetadata {
        let document: TOMLTable
        do {
            document = try TOMLTable(parsing: try Unix.contents(of: file == "-" ? "/dev/stdin" : file))
        } catch let error as TOMLError {
            throw ToolError("\(file):\(error.line):\(error.column): \(error.text)")
        } catch let error as SystemError {
            throw ToolError("cannot read \(file): \(error.reason)")
        }
        let package = document[table: "package"]
        func text(_ key: String) throws -> String {
            guard let text = package[string: key], !text.isEmpty else {
                throw ToolError("\(file): 'package.\(key)' is missing, or no text")
            }
            return text
        }
        var result = SmartModulePackage(
            name: try text("name"), group: try text("group"), version: try text("version"),
            apiVersion: try text("apiVersion"), description: package[string: "description"],
            license: package[string: "license"], repository: package[string: "repository"])
        switch package[string: "visibility"] {
        case "public": result.visibility = .public
        case "private", nil: result.visibility = .private
        case let other?: throw ToolError("\(file): 'package.visibility' is '\(other)', neither private nor public")
        }
        return SmartModuleMetadata(package: result, parameters: try parameters(document["params"], in: file))
    }

    /// The parameters: tables by name, or a list of tables that have a name.
    private static func parameters(_ value: TOMLValue?, in file: String) throws -> [String: SmartModuleParameter] {
        var parameters: [String: SmartModuleParameter] = [:]
        func add(_ name: String?, _ value: TOMLValue) throws {
            guard case .table(let table) = value, let name = name ?? table[string: "name"] else {
                throw ToolError("\(file): a parameter in 'params' is no table, or has no name")
            }
            let isOptional = table["optional"] == .boolean(true)
            parameters[name] = SmartModuleParameter(description: table[string: "description"], optional: isOptional)
        }
        switch value {
        case .table(let table)?: for entry in table.entries { try add(entry.key, entry.value) }
        case .array(let tables)?: for table in tables { try add(nil, table) }
        case nil: break
        default: throw ToolError("\(file): 'params' is no table")
        }
        return parameters
    }
}
