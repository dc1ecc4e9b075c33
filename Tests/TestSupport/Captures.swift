/// Placeholder until the first helper moves in.
package enum Captures {}
