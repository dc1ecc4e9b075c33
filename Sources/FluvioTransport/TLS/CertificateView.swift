import COpenSSL
import Glibc

/// Looks into a certificate that somebody else owns.
@safe struct CertificateView: ~Copyable {
    private let certificate: OpaquePointer?

    /// - Parameter certificate: an X509; nil reads as one that says nothing.
    init(_ certificate: OpaquePointer?) { unsafe self.certificate = unsafe certificate }

    /// Whom it is for, as `/CN=name`. What is not printable is escaped.
    var subject: String { unsafe line(certificate.flatMap { unsafe X509_get_subject_name($0) }) }
    /// Who signed it.
    var issuer: String { unsafe line(certificate.flatMap { unsafe X509_get_issuer_name($0) }) }
    /// The first day of its validity, as `2026-01-31`.
    var firstDay: String { unsafe day(certificate.flatMap { unsafe X509_get0_notBefore($0) }) }
    /// The last day.
    var lastDay: String { unsafe day(certificate.flatMap { unsafe X509_get0_notAfter($0) }) }

    /// Whether it is valid for so many seconds more.
    func isValid(for seconds: Int) -> Bool {
        guard let certificate = unsafe certificate else { return false }
        var then = time(nil) + seconds
        var now = time(nil)
        return unsafe X509_cmp_time(X509_get0_notAfter(certificate), &then) > 0
            && X509_cmp_time(X509_get0_notBefore(certificate), &now) < 0
    }

    /// The DNS names and addresses that it is for, ten at the most; without any, the common name of its subject.
    var names: [String] {
        guard let certificate = unsafe certificate else { return [] }
        guard let found = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else {
            let subject = subject
            return subject.isEmpty ? [] : [subject]
        }
        let list = OpaquePointer(found)
        defer { unsafe GENERAL_NAMES_free(list) }
        var names: [String] = []
        for index in 0..<min(10, unsafe macro_names_count(list)) {
            guard let name = unsafe macro_name(list, index) else { continue }
            var kind: CInt = 0
            guard let value = unsafe GENERAL_NAME_get0_value(name, &kind) else { continue }
            let string = unsafe value.assumingMemoryBound(to: ASN1_STRING.self)
            let bytes = unsafe UnsafeBufferPointer(
                start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
            switch kind {
            case GEN_DNS:
                // The peer chose the bytes, and they may end on a terminal.
                unsafe names.append(String(decoding: bytes.filter { (0x21...0x7e).contains($0) }, as: UTF8.self))
            case GEN_IPADD: unsafe names.append(Self.address(Array(bytes)))
            default: continue
            }
        }
        return names
    }

    private static func address(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map { "\($0)" }.joined(separator: ".") }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard bytes.count == 16, unsafe inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
            return "?"
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func line(_ name: OpaquePointer?) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard let name = unsafe name, unsafe X509_NAME_oneline(name, &buffer, CInt(buffer.count)) != nil else {
            return ""
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func day(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        var parts = unsafe tm()
        guard let time = unsafe time, unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unknown day" }
        let two = { (number: CInt) in number < 10 ? "0\(number)" : "\(number)" }
        return unsafe "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
