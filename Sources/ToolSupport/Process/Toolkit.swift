/// What is the same for all tools of this package.
package enum Toolkit {
    /// The version of the package and of every tool.
    package static let version = "0.1.0"
    /// The date of that version, for the manual pages.
    package static let date = "November 25, 2026"
}
