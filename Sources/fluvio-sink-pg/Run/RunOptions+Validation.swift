import ToolSupport

/// What goes together.
extension RunOptions {
    mutating func validate() throws(UsageError) {
        (topics, target) = Operands.split(words)
        // One that is named twice is taken in once.
        var seen: Set<String> = []
        topics = topics.filter { seen.insert($0).inserted }
        if readsInput {
            if let topic = topics.first { throw UsageError("'\(topic)': --stdin takes no topics") }
            if table == nil, route == nil { throw UsageError("--stdin needs --table or --route") }
            if isRegularExpression || !partitions.isEmpty || stopsAtEnd {
                throw UsageError("--stdin does not go with --regex, --partition or --exit-at-end")
            }
            if parallel > 1 { throw UsageError("--stdin does not go with --parallel") }
            if isDry { throw UsageError("--stdin does not go with --dry-run") }
        } else if topics.isEmpty {
            throw UsageError("TOPIC is missing")
        }
        if shares, stopsAtEnd || readsInput || isDry || waits {
            throw UsageError("--share does not go with --exit-at-end, --stdin, --dry-run or --standby")
        }
        if lease < .milliseconds(300) { throw UsageError("--lease: less than 300 ms is no time for a lease") }
        if route != nil, routeTables.isEmpty { throw UsageError("--route needs --tables") }
        if route == nil, !routeTables.isEmpty { throw UsageError("--tables needs --route") }
        if let route, JSONPointer.steps(route) == nil { throw UsageError("--route: '\(route)' is no JSON pointer") }
        if route != nil, table != nil { throw UsageError("--route and --table exclude each other") }
        if let id, id.isEmpty { throw UsageError("--id needs a name") }
        if isDry, creates { throw UsageError("--dry-run makes no tables, so --create does not go with it") }
        if select != nil {
            if mapping == nil { throw UsageError("--select needs --mapping") }
            if creates || evolves { throw UsageError("--select does not go with --create or --evolve") }
        }
        if isPartial, select != nil { throw UsageError("--select does not go with --partial") }
        if evolves, mapping == nil, route != nil || readsInput {
            throw UsageError("--evolve without --mapping does not go with --route or --stdin")
        }
        if isDry, evolves || deadTopic != nil {
            throw UsageError("--dry-run does not go with --evolve or --dead-topic")
        }
        if readsInput, deadTopic != nil { throw UsageError("--dead-topic does not go with --stdin") }
        if isDry { stopsAtEnd = true }
    }
}
