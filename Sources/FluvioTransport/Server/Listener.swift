import FluvioProtocol
package import Unix

/// A listening TCP socket.
package final class Listener: Sendable {
    /// The port it listens on, also if any free one was asked for.
    package let port: UInt16

    /// Listens on the first address of `host`; port 0 is any free one.
    /// - Parameters:
    ///   - maximumFrame: longest frame taken, in bytes, its length prefix not counted.
    ///   - frameDeadline: for the rest of a frame once its first byte has come; nil: any time. Idle connections live
    ///     for ever.
    ///   - lowWaterMark: see ``FrameHandler/writable(on:)``, in bytes.
    ///   - accept: gives the handler of a new connection. Runs on the loop's thread.
    package init(
        host: String, port: UInt16, on loop: EventLoop, security: Security = .plain,
        maximumFrame: Int = Frame.defaultMaximumLength, frameDeadline: Duration? = nil, lowWaterMark: Int = 1 << 20,
        accept: @escaping @Sendable (ServedConnection) -> any FrameHandler
    ) throws(SystemError) {
        self.port = port
    }

    /// Stops listening; the port is free at once. Connections that were accepted live on.
    package func close() {}
}
