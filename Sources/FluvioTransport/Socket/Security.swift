/// How the bytes of a connection are protected.
package enum Security: Sendable {
    /// They are not: plain TCP.
    case plain
}
