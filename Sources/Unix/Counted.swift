/// A number and what it counts, as people say it: `1 line`, `2 lines`.
///
/// - Parameters:
///   - one: what one of them is called, perhaps with what is said of it: `line is`.
///   - many: what several are called: `lines are`; nil: as one, with an s.
package func counted(_ count: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
    count == 1 ? "\(count) \(one)" : "\(count) \(many ?? one + "s")"
}
