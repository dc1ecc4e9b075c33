/// What a server of records can be told to do: on the control socket `spu ACTION ID`.
package struct SpuCommand: Equatable, Sendable {
    /// What shall happen.
    package enum Action: String, CaseIterable, Sendable {
        /// It starts, or goes on if it is frozen.
        case start
        /// It ends in order.
        case stop
        /// It ends as a process ends that is killed: connections break, what only memory knew is lost.
        case kill
        /// It does nothing any more, and its connections stay open and mute.
        case freeze
    }

    package let action: Action
    /// Of the server.
    package let id: Int32

    /// A command to a server.
    package init(_ action: Action, _ id: Int32) {
        self.action = action
        self.id = id
    }

    /// Reads a line of the control socket; nil: it is no such command.
    init?(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "spu", let action = Action(rawValue: String(words[1])),
            let id = Int32(words[2])
        else { return nil }
        self.init(action, id)
    }

    /// The line of the control socket.
    var line: String { "spu \(action.rawValue) \(id)" }
}
