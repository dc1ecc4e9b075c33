/// The little markup of the manual's texts: paragraphs are set apart by empty lines; lines that start with `- ` are a
/// list; lines indented by four spaces are shown as they are; what stands between backquotes is literal.
package enum Prose {}
