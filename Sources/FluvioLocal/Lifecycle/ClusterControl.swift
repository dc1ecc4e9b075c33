import Documents
import Glibc
package import Unix

/// Talks to the cluster that runs on a directory, from any process of the same user.
package enum ClusterControl {
    /// What the cluster says of itself; nil: none runs on the directory.
    package static func status(directory: String) throws(ControlError) -> ClusterStatus? {
        guard case .answer(let bytes) = try ask("status", directory, patience: 10_000) else { return nil }
        do throws(YAMLError) {
            let reply = try YAMLParser.parse(bytes)
            if let refusal = try reply.optionalText("error") { throw YAMLError(refusal) }
            return try ClusterStatus(json: reply)
        } catch {
            throw .refused(error.description)
        }
    }

    /// Stops the cluster and returns when the directory is free. False: none runs on it.
    package static func stop(directory: String) throws(ControlError) -> Bool {
        // The process may end before it has answered.
        try ask("stop", directory, patience: 60_000) != .nobody
    }

    /// Has a server of records stopped, started, killed or frozen; returns when it is. False: no cluster runs on the
    /// directory.
    package static func tell(_ command: SpuCommand, directory: String) throws(ControlError) -> Bool {
        switch try ask(command.line, directory, patience: 60_000) {
        case .answer(let bytes):
            do throws(YAMLError) {
                if let refusal = try YAMLParser.parse(bytes).optionalText("error") { throw YAMLError(refusal) }
                return true
            } catch {
                throw .refused(error.description)
            }
        case .gone, .nobody: return false
        }
    }

    /// What became of a command.
    private enum Outcome: Equatable {
        case answer([UInt8])
        /// There was a cluster, and now there is none.
        case gone
        /// There is no cluster.
        case nobody
    }

    /// - Parameter patience: in milliseconds.
    private static func ask(
        _ command: String, _ directory: String, patience: CInt
    ) throws(ControlError) -> Outcome {
        let outcome: Outcome
        let isHeld: Bool
        do throws(SystemError) {
            outcome = try exchange(command, directory, patience: patience)
            isHeld = try DirectoryLock.isHeld(directory)
        } catch {
            throw .system(error)
        }
        if case .answer = outcome { return outcome }
        // It is just starting or stopping, or hangs, or somebody has deleted its socket.
        if isHeld { throw .silent(pid: DirectoryLock.holder(directory)) }
        return outcome
    }

    /// Sends a command and waits for the answer.
    private static func exchange(
        _ command: String, _ directory: String, patience: CInt
    ) throws(SystemError) -> Outcome {
        let socket: FileDescriptor
        do throws(SystemError) {
            socket = try LocalSocket.connect(to: ControlServer.path(directory))
        } catch {
            if [ENOENT, ECONNREFUSED, ENOTDIR].contains(error.code) { return .nobody }
            throw error
        }
        let raw = socket.raw
        guard LocalSocket.send(raw, Array("\(command)\n".utf8)) else { return .gone }
        var reply: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while try Unix.poll(raw, CInt(POLLIN), timeoutMilliseconds: patience) != 0 {
            let read = unsafe chunk.withUnsafeMutableBytes { buffer in
                Result { () throws(SystemError) in try unsafe Unix.read(raw, into: buffer) }
            }
            // The end, or the process was killed.
            guard let count = try? read.get(), count > 0 else { return reply.isEmpty ? .gone : .answer(reply) }
            reply.append(contentsOf: chunk[..<count])
        }
        return .gone
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
