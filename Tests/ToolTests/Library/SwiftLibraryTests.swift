import Foundation
import TestSupport
import Testing

/// The library as a package of somebody else's sees it.
@Suite("The Swift library from outside", .onOwnThreads, .timeLimit(.minutes(60)))
struct SwiftLibraryTests {
    private static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").path

    @Test func `the examples of the documentation need nothing but public names`() throws {
        let shell = try Shell(nil)
        let check = """
            for map in \(Self.package)/Sources/System/*/module.modulemap \(ChildProcess.products)/*.build/module.modulemap; do
                set -- "$@" -Xcc -fmodule-map-file=$map
            done
            swiftc -typecheck -parse-as-library -swift-version 6 -warnings-as-errors -module-cache-path modules \
                -enable-upcoming-feature MemberImportVisibility -I \(ChildProcess.products)/Modules \
                "$@" >said 2>&1; echo $?; grep error: said >&2
            """
        let file = "\(Self.package)/Tests/FluvioClientTests/Documentation/Examples.swift"
        let ran = try shell.run(check, file)
        #expect(ran.lines == ["0"], "\(ran.errors)")
        // That it would be seen if they did.
        try shell.directory.write("Inside.swift", "import FluvioClient\nlet inbox = Inbox.self\n")
        #expect(try shell.run(check, "Inside.swift").lines == ["1"])
    }
}
