import CPCRE2

/// A regular expression (PCRE2) that is searched for in texts. Not anchored, as with grep(1).
@safe
package struct Pattern: ~Copyable {
    private let code: OpaquePointer
    private let match: OpaquePointer

    /// Compiles a pattern. What is wrong with it is told with its place.
    package init(_ text: String) throws(ValueError) {
        var number: CInt = 0
        var place = 0
        var bytes = Array(text.utf8)
        // An empty array may have no address, which PCRE2 does not take.
        bytes.append(0)
        // Data need not be UTF-8: PCRE2_MATCH_INVALID_UTF.
        let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | 0x0400_0000
        let compiled = unsafe pcre2_compile_8(bytes, bytes.count - 1, options, &number, &place, nil)
        guard let compiled = unsafe compiled else {
            throw ValueError("'\(text)' is no regular expression: \(Self.message(number)) at \(place + 1)")
        }
        guard let data = unsafe pcre2_match_data_create_from_pattern_8(compiled, nil) else {
            unsafe pcre2_code_free_8(compiled)
            throw ValueError("no memory for '\(text)'")
        }
        // Where it cannot be compiled to machine code it works all the same.
        _ = unsafe pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
        unsafe code = compiled
        unsafe match = data
    }

    deinit {
        unsafe pcre2_match_data_free_8(match)
        unsafe pcre2_code_free_8(code)
    }

    /// Whether it is found somewhere in the text. A pattern that takes too many steps is not.
    package mutating func isFound(in text: String) -> Bool {
        let bytes = Array(text.utf8) + [0]
        return unsafe pcre2_match_8(code, bytes, bytes.count - 1, 0, 0, match, nil) >= 0
    }

    /// Whether it is found somewhere in these bytes. What is not UTF-8 among them matches nothing.
    package mutating func isFound(in bytes: UnsafeRawBufferPointer) -> Bool { unsafe search(bytes) >= 0 }

    /// Where the first group of the pattern is in these bytes, or all that was found where it has no groups; nil if it is
    /// not found, or the group took no part.
    package mutating func find(in bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        guard unsafe search(bytes) >= 0, let places = unsafe pcre2_get_ovector_pointer_8(match) else { return nil }
        let group = unsafe pcre2_get_ovector_count_8(match) > 1 ? 1 : 0
        let (start, end) = unsafe (places[2 * group], places[2 * group + 1])
        // A group that took no part is at PCRE2_UNSET, which is -1 here.
        return start >= 0 && start <= end && end <= bytes.count ? Int(start)..<Int(end) : nil
    }

    private mutating func search(_ bytes: UnsafeRawBufferPointer) -> CInt {
        // An empty buffer may have no address, which PCRE2 does not take.
        guard let base = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress else {
            let nothing: [UInt8] = [0]
            return unsafe pcre2_match_8(code, nothing, 0, 0, 0, match, nil)
        }
        return unsafe pcre2_match_8(code, base, bytes.count, 0, 0, match, nil)
    }

    private static func message(_ number: CInt) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = unsafe pcre2_get_error_message_8(number, &buffer, buffer.count)
        return length > 0 ? String(decoding: buffer.prefix(Int(length)), as: UTF8.self) : "error \(number)"
    }
}
