/// The little markup of the manual's texts: paragraphs are set apart by empty lines; lines that start with `- ` are a
/// list; lines indented by four spaces are shown as they are; what stands between backquotes is literal.
package enum Prose {
    /// A part of a text.
    enum Block: Equatable {
        case paragraph(String)
        case list([String])
        case literal([String])
    }

    /// Takes a text apart.
    static func blocks(_ text: String) -> [Block] {
        var blocks: [Block] = []
        // Whether the next line continues the block before.
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = line.drop { $0 == " " }
            if content.isEmpty {
                isOpen = false
            } else if line.hasPrefix("    ") {
                let shown = String(line.dropFirst(4))
                if case .literal(let lines)? = blocks.last {
                    // An empty line between two literal ones belongs to the block.
                    blocks[blocks.count - 1] = .literal(lines + (isOpen ? [shown] : ["", shown]))
                } else {
                    blocks.append(.literal([shown]))
                }
                isOpen = true
            } else if line.hasPrefix("- ") {
                let item = String(line.dropFirst(2))
                if case .list(let items)? = blocks.last {
                    blocks[blocks.count - 1] = .list(items + [item])
                } else {
                    blocks.append(.list([item]))
                }
                isOpen = true
            } else {
                switch blocks.last {
                case .paragraph(let before)? where isOpen: blocks[blocks.count - 1] = .paragraph("\(before) \(content)")
                case .list(let items)? where isOpen:
                    blocks[blocks.count - 1] = .list(items.dropLast() + ["\(items.last ?? "") \(content)"])
                default: blocks.append(.paragraph(String(content)))
                }
                isOpen = true
            }
        }
        return blocks
    }
}
