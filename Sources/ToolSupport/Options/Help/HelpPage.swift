extension Tool {
    /// The help of the command at this path, for a terminal of that width.
    package func helpPage(_ path: [Command], width: Int) -> String { summary + "\n" }
}
