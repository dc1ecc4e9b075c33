/// How a server of records is, whatever the controller knows of it.
package enum SpuCondition: String, Sendable {
    /// It does its work.
    case running
    /// It holds its connections, and does nothing.
    case frozen
    /// It does not run.
    case stopped
}
