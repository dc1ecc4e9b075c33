package import Unix

/// A file open for reading that several responses are sent from. It is closed when the last of them is.
package final class SharedFile: Sendable {
    let descriptor: FileDescriptor

    /// Takes over an open descriptor.
    package init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// The number, for calls that only borrow it.
    package var raw: CInt { descriptor.raw }
}
