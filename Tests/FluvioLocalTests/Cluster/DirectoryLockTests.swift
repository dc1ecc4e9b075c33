import Foundation
import Testing

@testable import FluvioLocal

@Suite("The lock of the directory")
struct DirectoryLockTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    @Test("Who comes second is told who was first; when that one goes, it is free")
    func lock() throws {
        #expect(try !DirectoryLock.isHeld(directory.path))
        do {
            let lock = try DirectoryLock(directory.path)
            let path = directory.path
            #expect(throws: LocalClusterError.inUse(directory: path, pid: getpid())) {
                let second = try DirectoryLock(path)
                _ = consume second
            }
            #expect(try DirectoryLock.isHeld(path))
            _ = consume lock
        }
        #expect(try !DirectoryLock.isHeld(directory.path))
        let again = try DirectoryLock(directory.path)
        _ = consume again
    }

    @Test("A directory that nobody may write in is an error with its path")
    func noDirectory() {
        let path = "\(directory.path)/none"
        let error = #expect(throws: LocalClusterError.self) {
            let lock = try DirectoryLock(path)
            _ = consume lock
        }
        #expect(error?.description == "\(path)/cluster.lock: No such file or directory")
    }
}
