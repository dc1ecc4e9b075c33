import TestSupport
import Unix

@testable import FileSource

/// A directory with files, made up: what a writer and rotation do to them, step by step, with something else between any
/// two steps.
final class ModelDisk {
    /// A file, whatever its names are. Its content is made of half lines of 16 bytes.
    final class Node {
        let number: UInt64
        let born: Int64
        var units: [UInt32] = []
        var modified: Int64
        var isCompressed = false
        var links = 0
        var openers = 0

        init(_ number: UInt64, _ now: Int64) { (self.number, born, modified) = (number, now, now) }
    }

    static let unit = 16
    /// Bytes that all files begin with, in the mode of that name.
    static let headerLength = 6 * unit

    private(set) var names: [String: Node] = [:]
    private var free: [UInt64] = []
    private var nextNumber: UInt64 = 1
    private(set) var now: Int64 = 1
    private var random: SeededRandom
    /// What the writer has begun and not yet ended.
    private var pending: [() -> Void] = []
    private var generation = 0
    /// Lines that were written, by the content that they stand in.
    private(set) var contents: [[UInt32]] = [[]]
    /// Contents that begin with what all of them begin with.
    private(set) var headed: Set<Int> = []
    private var written: UInt32 = 100
    /// Contents of which some may be lost.
    private(set) var lossy: Set<Int> = []
    private(set) var history: [String] = []
    let mode: Mode

    /// What may happen.
    enum Mode: CaseIterable {
        /// Files are renamed, and compressed.
        case renames
        /// They are copied and cut too.
        case copies
        /// They are written to between their copy and their cut too: what comes then stands nowhere.
        case races
        /// They are cut and deleted without a copy as well.
        case losses
        /// All contents begin with the same lines.
        case headers
        /// They are written anew beside their names, with more, and renamed over them.
        case replacements
    }

    init(_ mode: Mode, seed: UInt64) {
        self.mode = mode
        random = SeededRandom(seed: seed)
        create("app.log")
    }

    /// A name for a file, and its number if one is free.
    @discardableResult private func create(_ name: String) -> Node {
        var number = nextNumber
        if !free.isEmpty, Bool.random(using: &random) { number = free.removeLast() } else { nextNumber += 1 }
        let node = Node(number, now)
        node.links = 1
        names[name] = node
        return node
    }

    private func unlink(_ name: String) {
        guard let node = names.removeValue(forKey: name) else { return }
        node.links -= 1
        release(node)
    }

    func close(_ node: Node) {
        node.openers -= 1
        release(node)
    }

    func open(_ node: Node) { node.openers += 1 }

    private func release(_ node: Node) { if node.links == 0, node.openers == 0 { free.append(node.number) } }

    /// Time passes.
    func tick(_ count: Int64 = 1) { now += count }

    /// The source knows the file from now on: what was rotated before is not meant.
    func begin() { lossy.formUnion(0..<(contents.count - 1)) }

    /// Whether the writer has ended what it began.
    var isWhole: Bool { pending.isEmpty }

    /// Nothing happens any more.
    func hold() { isHeld = true }
    private var isHeld = false

    private var live: Node? { names["app.log"] }

    /// The next thing that happens to the files.
    func step() {
        if isHeld { return }
        tick()
        if !pending.isEmpty { return pending.removeFirst()() }
        guard let live else { return }
        switch Int.random(in: 0..<12, using: &random) {
        case 0 where live.units.count > 8: rename()
        case 1 where live.units.count > 8 && ![.renames, .replacements].contains(mode): copy(live)
        case 2 where mode == .losses: cut(live)
        case 3 where mode == .losses: remove()
        case 1...3 where mode == .replacements && live.units.count * Self.unit >= Head.longest: replace(live)
        case 4: compress()
        default: write(live)
        }
    }

    private func write(_ node: Node) {
        var units: [UInt32] = []
        if node.units.isEmpty, mode == .headers {
            for line in 1...3 { units += [UInt32(line) << 1, UInt32(line) << 1 | 1] }
            headed.insert(contents.count - 1)
        }
        units += lines(Int.random(in: 1...12, using: &random))
        // A line may come in two pieces.
        let cut = Int.random(in: 0...units.count, using: &random)
        node.units += units[..<cut]
        node.modified = now
        pending.append { [self] in
            node.units += units[cut...]
            node.modified = now
        }
    }

    /// New lines, of the content that is written to.
    private func lines(_ count: Int) -> [UInt32] {
        var units: [UInt32] = []
        for _ in 0..<count {
            written += 1
            contents[contents.count - 1].append(written)
            units += [written << 1, written << 1 | 1]
        }
        return units
    }

    private func rename() {
        generation += 1
        let name = "app.log.\(generation)"
        history.append("\(now) rename \(name)")
        names[name] = names.removeValue(forKey: "app.log")
        contents.append([])
        pending.append { [self] in create("app.log") }
    }

    private func copy(_ live: Node) {
        generation += 1
        let name = "app.log.\(generation)"
        history.append("\(now) copy \(name)")
        let copy = create(name)
        fill(copy, from: live)
        // What is longer than what is known of beginnings.
        if mode == .races, live.units.count * Self.unit > Head.longest {
            pending.append { [self] in
                contents.append([])
                lossy.insert(contents.count - 1)
                live.units += lines(Int.random(in: 1...12, using: &random))
                live.modified = now
            }
        }
        pending.append { [self] in
            history.append("\(now) cut after \(name)")
            live.units = []
            live.modified = now
            contents.append([])
        }
    }

    /// Content comes bit by bit.
    private func fill(_ copy: Node, from node: Node) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            pending.append { [self] in
                let end = min(node.units.count, copy.units.count + Int.random(in: 1...30, using: &random))
                copy.units = Array(node.units[..<end])
                copy.modified = now
            }
        }
        pending.append { [self] in
            copy.units = node.units
            copy.modified = now
        }
    }

    private func compress() {
        let plain = names.filter { $0.key != "app.log" && !$0.value.isCompressed }.keys.sorted()
        guard let name = plain.randomElement(using: &random), let node = names[name] else { return }
        history.append("\(now) compress \(name)")
        let copy = create("\(name).gz")
        copy.isCompressed = true
        fill(copy, from: node)
        pending.append { [self] in unlink(name) }
    }

    private func cut(_ live: Node) {
        history.append("\(now) cut")
        lossy.insert(contents.count - 1)
        live.units = []
        live.modified = now
        contents.append([])
    }

    private func replace(_ live: Node) {
        history.append("\(now) replace, \(live.units.count * Self.unit) bytes")
        let more = lines(Int.random(in: 0...6, using: &random))
        let cut = Int.random(in: 0...more.count, using: &random)
        let node = create("app.log")
        node.units = live.units + more[..<cut]
        live.links -= 1
        release(live)
        pending.append { [self] in
            node.units += more[cut...]
            node.modified = now
        }
    }

    private func remove() {
        history.append("\(now) remove")
        lossy.insert(contents.count - 1)
        unlink("app.log")
        contents.append([])
        pending.append { [self] in create("app.log") }
    }
}

/// What a model file was seen to begin with.
private final class Beginning {
    var units: [UInt32]?
    var isForgotten = false
}

/// What a model file has in it.
struct ModelContent: FileContent {
    let node: ModelDisk.Node
    let place: Unix.FileFacts
    private let beginning = Beginning()
    /// Something may happen between any two reads.
    let between: () -> Void

    init(_ node: ModelDisk.Node, _ between: @escaping () -> Void = {}) {
        (self.node, self.between) = (node, between)
        place = Self.facts(of: node)
    }

    static func facts(of node: ModelDisk.Node) -> Unix.FileFacts {
        Unix.FileFacts(
            device: 1, inode: node.number, born: node.born, size: node.units.count * ModelDisk.unit,
            modified: node.modified, links: node.links)
    }

    var facts: Unix.FileFacts { Self.facts(of: node) }

    var size: Int? { node.isCompressed ? nil : place.size }

    /// As it was when it was asked for first; what is decompressed stays what it is.
    private var first: [UInt32] {
        if node.isCompressed { return node.units }
        if beginning.units == nil { beginning.units = Array(node.units.prefix(Head.longest / ModelDisk.unit)) }
        return beginning.units ?? []
    }

    func number(ofFirst length: Int) -> UInt64? {
        precondition(!beginning.isForgotten, "what was decided is not asked again")
        between()
        return Self.number(of: length, before: length, in: first)
    }

    func number(of length: Int, before position: Int) -> UInt64? {
        between()
        return Self.number(of: length, before: position, in: node.units)
    }

    func forgetBytes() { beginning.isForgotten = true }

    func again() -> ModelContent? { ModelContent(node, between) }

    func head() -> Head? {
        between()
        return node.isCompressed ? nil : Self.head(of: first)
    }

    static func head(of units: [UInt32]) -> Head {
        var head = Head()
        head.length = min(Head.longest, units.count * ModelDisk.unit)
        head.number = number(of: head.length, before: head.length, in: units) ?? 0
        head.shorter = Head.steps.filter { $0 < head.length }.compactMap { number(of: $0, before: $0, in: units) }
        return head
    }

    static func number(of length: Int, before position: Int, in units: [UInt32]) -> UInt64? {
        let (from, to) = ((position - length) / ModelDisk.unit, (position + ModelDisk.unit - 1) / ModelDisk.unit)
        guard from >= 0, to <= units.count else { return nil }
        return units[from..<to].reduce(1_469_598_103_934_665_603) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }

    func common(with other: ModelContent, from known: Int) -> Common {
        between()
        let (one, two) = (node.units, other.node.units)
        let length = zip(one, two).prefix { $0 == $1 }.count
        return Common(
            length: length * ModelDisk.unit, isWhole: length == one.count, isWholeOther: length == two.count)
    }
}
