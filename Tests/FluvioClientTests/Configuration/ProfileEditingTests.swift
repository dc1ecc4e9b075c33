import FluvioTransport
import Foundation
import Testing
import Unix

@testable import FluvioClient

@Suite final class ProfileEditingTests {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("profile-\(UUID().uuidString)").path
    var path: String { directory + "/.fluvio/config" }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private func write(_ text: String) throws {
        try Unix.makeDirectories(directory + "/.fluvio")
        try Unix.replaceContents(of: path, with: Array(text.utf8))
    }

    private func content() throws -> String { String(decoding: try Unix.contents(of: path), as: UTF8.self) }

    @Test func `A new local profile is what the official tools write`() throws {
        try Profiles.update(path) { file throws(FluvioError) in try file.addLocal(port: 9003) }
        #expect(
            try content() == """
                version = "2.0"
                current_profile = "local"

                [profile.local]
                cluster = "local"

                [cluster.local]
                endpoint = "localhost:9003"
                use_spu_local_address = false

                [cluster.local.tls]
                tls_policy = "disabled"

                [cluster.local.metadata]
                installation = "local"

                """)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory + "/.fluvio") == ["config"])
    }

    @Test func `Unknown keys stay, aliases and old TLS go`() throws {
        try write(
            """
            client_id = "mine"
            version = "1.0"
            current_profile = "prod"
            future = 2031-01-01
            [profile.prod]
            cluster = "prod"
            topic = "t"
            [profile.local]
            cluster = "elsewhere"
            partition = 3
            [cluster.local]
            addr = "old:1"
            colour = "green"
            [cluster.local.tls]
            tls_policy = "anonymous"
            [cluster.local.metadata]
            note = [1, {a = "b"}]
            [cluster.prod]
            endpoint = "prod:9003"
            [other.table]
            x = 0.5
            """)
        try Profiles.update(path) { file throws(FluvioError) in try file.addLocal(port: 19003) }
        #expect(
            try content() == """
                client_id = "mine"
                version = "1.0"
                current_profile = "local"
                future = 2031-01-01

                [profile.prod]
                cluster = "prod"
                topic = "t"

                [profile.local]
                cluster = "local"
                partition = 3

                [cluster.local]
                colour = "green"
                endpoint = "localhost:19003"
                use_spu_local_address = false

                [cluster.local.tls]
                tls_policy = "disabled"

                [cluster.local.metadata]
                note = [1, {a = "b"}]
                installation = "local"

                [cluster.prod]
                endpoint = "prod:9003"

                [other.table]
                x = 0.5

                """)
    }

    @Test func `Switch, rename and delete`() throws {
        try Profiles.update(path) { file throws(FluvioError) in
            try file.add("a", address: "a:1", installation: "k8")
            try file.add("b", address: "[::1]:2", installation: "k8")
            #expect(file.current == "b")
            try file.switchTo("a")
            try file.rename("a", to: "c")
        }
        var file = try Profiles.load(path)
        #expect(file.names == ["c", "b"])
        #expect(file.current == "c")
        #expect(file.clusterName(ofProfile: "c") == "a")
        #expect(try file.profile("b").endpoint == .init(host: "::1", port: 2))
        #expect(throws: FluvioError.self) { try file.rename("c", to: "b") }
        #expect(throws: FluvioError.self) { try file.deleteCluster("a") }
        try file.delete("c")
        #expect(file.current == nil)
        try file.deleteCluster("a")
        #expect(file.clusterNames == ["b"])
        try file.deleteCluster("b", force: true)
        for code in [
            code { file throws(FluvioError) in try file.switchTo("x") },
            code { file throws(FluvioError) in try file.rename("x", to: "y") },
            code { file throws(FluvioError) in try file.delete("x") },
            code { file throws(FluvioError) in try file.deleteCluster("x") },
        ] { #expect(code == .profileNotFound) }
    }

    private func code(_ edit: (inout Profiles) throws(FluvioError) -> Void) -> FluvioError.Code? {
        do throws(FluvioError) {
            var file = try Profiles.load(path)
            try edit(&file)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `A file that cannot be understood is left alone`() throws {
        try write("version = = 1")
        let error = #expect(throws: FluvioError.self) {
            try Profiles.update(path) { file throws(FluvioError) in try file.addLocal(port: 9003) }
        }
        #expect(error?.code == .profileSyntax)
        #expect(try content() == "version = = 1")
    }

    @Test func `An edit that changes nothing or fails writes nothing`() throws {
        try write("# a comment\nversion = \"2.0\"\n[profile]\n[cluster]\n")
        try Profiles.update(path) { _ throws(FluvioError) in }
        #expect(throws: FluvioError.self) {
            try Profiles.update(path) { file throws(FluvioError) in
                try file.addLocal(port: 9003)
                try file.switchTo("nowhere")
            }
        }
        #expect(try content().hasPrefix("# a comment"))
    }

    @Test func `A link stays a link`() throws {
        try write("version = \"2.0\"\n")
        let real = directory + "/real"
        try FileManager.default.moveItem(atPath: path, toPath: real)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: real)
        try Profiles.update(path) { file throws(FluvioError) in try file.addLocal(port: 9003) }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == real)
        #expect(try Profiles.load(real).current == "local")
    }

    @Test func `No file is an error of its own`() {
        let error = #expect(throws: FluvioError.self) { try Profiles.load(path) }
        #expect(error?.code == .profileFileMissing)
        #expect(error?.description.contains(path) == true)
    }

    @Test func `A directory in the place of the file is an error`() throws {
        try Unix.makeDirectories(path)
        let error = #expect(throws: FluvioError.self) { try Profiles.load(path) }
        #expect(error?.code == .invalidProfile)
    }

    @Test func `Changes at the same time follow one another`() async throws {
        try await withThrowingTaskGroup { group in
            for number in 0..<8 {
                group.addTask { [path] in
                    try Profiles.update(path) { file throws(FluvioError) in
                        try file.add(
                            "p\(number)", address: "h:1", installation: "k8")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(Set(try Profiles.load(path).names) == Set((0..<8).map { "p\($0)" }))
    }
}
