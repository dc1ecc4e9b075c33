import Glibc

/// A system call that failed: which, on what, and why.
package struct SystemError: Error, Equatable, Sendable {
    /// The error number, as in errno(3).
    package let code: CInt
    /// The call, as in `open`.
    package let call: String
    /// The path or address it was about, or an empty text.
    package let subject: String

    /// Names a failed call.
    package init(code: CInt, call: String, subject: String = "") {
        self.code = code
        self.call = call
        self.subject = subject
    }

    /// What strerror(3) says of the number, without call and subject.
    package var reason: String {
        var buffer = [CChar](repeating: 0, count: 256)
        let size = buffer.count
        return unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, unsafe strerror_r(code, base, size) == 0 else {
                return "error \(code)"
            }
            return unsafe String(cString: base)
        }
    }
}

extension SystemError: CustomStringConvertible {
    /// `SUBJECT: reason` as Unix tools say it, or `call: reason` where there is no subject.
    package var description: String { "\(subject.isEmpty ? call : subject): \(reason)" }
}
