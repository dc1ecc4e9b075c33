import Glibc
package import Unix

/// Talks to the cluster that runs on a directory, from any process of the same user.
package enum ClusterControl {
    /// What the cluster says of itself; nil: none runs on the directory.
    package static func status(directory: String) throws(ControlError) -> ClusterStatus? {
        guard let reply = try ask("status", directory, patience: 10_000) else { return nil }
        do throws(YAMLError) { return try ClusterStatus(json: reply) } catch { throw .refused(error.description) }
    }

    /// Stops the cluster and returns when the directory is free. False: none runs on it.
    package static func stop(directory: String) throws(ControlError) -> Bool {
        try ask("stop", directory, patience: 60_000) != nil
    }

    /// Sends a command and reads the answer; nil: no cluster runs on the directory.
    /// - Parameter patience: in milliseconds.
    private static func ask(
        _ command: String, _ directory: String, patience: CInt
    ) throws(ControlError) -> YAMLNode? {
        let (reply, isHeld) = try system { () throws(SystemError) in
            (try exchange(command, directory, patience: patience), try DirectoryLock.isHeld(directory))
        }
        guard let reply else {
            // It is just starting or stopping, or hangs, or somebody has deleted its socket.
            if isHeld { throw .silent(pid: DirectoryLock.holder(directory)) }
            return nil
        }
        do throws(YAMLError) {
            let node = try YAMLParser.parse(reply)
            if let refusal = try node.optionalText("error") { throw YAMLError(refusal) }
            return node
        } catch {
            throw .refused(error.description)
        }
    }

    /// The answer to a command; nil: there was none in time.
    private static func exchange(
        _ command: String, _ directory: String, patience: CInt
    ) throws(SystemError) -> [UInt8]? {
        let socket: FileDescriptor
        do throws(SystemError) {
            socket = try LocalSocket.connect(to: ControlServer.path(directory))
        } catch {
            if [ENOENT, ECONNREFUSED, ENOTDIR].contains(error.code) { return nil }
            throw error
        }
        let raw = socket.raw
        guard LocalSocket.send(raw, Array("\(command)\n".utf8)) else { return nil }
        var reply: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while try Unix.poll(raw, CInt(POLLIN), timeoutMilliseconds: patience) != 0 {
            let read = unsafe chunk.withUnsafeMutableBytes { buffer in
                Result { () throws(SystemError) in try unsafe Unix.read(raw, into: buffer) }
            }
            // The end, or the process was killed.
            guard let count = try? read.get(), count > 0 else { return reply.isEmpty ? nil : reply }
            reply.append(contentsOf: chunk[..<count])
        }
        return nil
    }

    private static func system<T>(_ body: () throws(SystemError) -> T) throws(ControlError) -> T {
        do throws(SystemError) { return try body() } catch { throw .system(error) }
    }
}

/// Why a running cluster could not be told something.
package enum ControlError: Error, Equatable, Sendable {
    /// Its socket could not be used.
    case system(SystemError)
    /// It has not answered in time; its process, if that is known.
    case silent(pid: Int32?)
    /// It refused, or answered what cannot be understood.
    case refused(String)
}

extension ControlError: CustomStringConvertible {
    /// One line for people.
    package var description: String {
        switch self {
        case .system(let error): error.description
        case .silent(let pid?): "the cluster (process \(pid)) does not answer"
        case .silent(nil): "the cluster does not answer"
        case .refused(let what): what
        }
    }
}
