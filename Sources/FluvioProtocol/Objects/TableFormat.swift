/// How records are shown as a table.
public struct TableFormatSpec: WatchableSpec, CreatableSpec, DeletableSpec {
    /// What it is at the moment.
    public typealias Status = TableFormatStatus
    /// Its kind.
    public static let kind = ObjectKind.tableFormat
    package static let createTag: UInt8 = 5

    /// Its name.
    public var name = ""
    /// What records are; nil: not said.
    public var inputFormat: TableInputFormat?
    /// The columns, from left to right; nil: not said.
    public var columns: [TableColumn]?
    /// A SmartModule to put before it; nil: none.
    public var smartModule: String?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        name: String, inputFormat: TableInputFormat? = nil, columns: [TableColumn]? = nil, smartModule: String? = nil
    ) {
        self.name = name
        self.inputFormat = inputFormat
        self.columns = columns
        self.smartModule = smartModule
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&name)
        try coder.code(&inputFormat)
        try coder.code(&columns)
        try coder.code(&smartModule)
    }
}

/// What the records are.
public enum TableInputFormat: UInt8, WireTag, CaseIterable {
    case json = 0

    package init() { self = .json }
}

/// A column of a table.
public struct TableColumn: WireCodable, Equatable, Sendable {
    /// What stands above it; nil: the key path.
    public var headerLabel: String?
    /// As the official client understands it.
    public var width: String?
    /// Where its texts stand.
    public var alignment: TableAlignment?
    /// What of the record stands in it.
    public var keyPath = ""
    /// How it is written.
    public var format: String?
    /// Whether it is shown.
    public var display: Bool?
    /// Whether rows of one value replace each other.
    public var primaryKey: Bool?
    /// Colour behind the header.
    public var headerBackground: TableColor?
    /// Colour of the header.
    public var headerText: TableColor?

    package init() {}

    /// Sets what is given; what has a default may be left out.
    public init(
        headerLabel: String? = nil, width: String? = nil, alignment: TableAlignment? = nil, keyPath: String,
        format: String? = nil, display: Bool? = nil, primaryKey: Bool? = nil, headerBackground: TableColor? = nil,
        headerText: TableColor? = nil
    ) {
        self.headerLabel = headerLabel
        self.width = width
        self.alignment = alignment
        self.keyPath = keyPath
        self.format = format
        self.display = display
        self.primaryKey = primaryKey
        self.headerBackground = headerBackground
        self.headerText = headerText
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&headerLabel)
        try coder.code(&width)
        try coder.code(&alignment)
        try coder.code(&keyPath)
        try coder.code(&format)
        try coder.code(&display)
        try coder.code(&primaryKey)
        try coder.code(&headerBackground)
        try coder.code(&headerText)
    }
}

/// Where a cell's text stands.
public enum TableAlignment: UInt8, WireTag, CaseIterable {
    case left = 0
    case right = 1
    case center = 2

    package init() { self = .left }
}

/// A colour of a header.
public enum TableColor: UInt8, WireTag, CaseIterable {
    case blue = 0
    case yellow = 1
    case green = 2

    package init() { self = .blue }
}

/// What a table format is at the moment.
public struct TableFormatStatus: WireCodable, Equatable, Sendable {
    /// How it is.
    public var resolution = TableFormatResolution()
    /// Why it is so, for people.
    public var reason: String?

    package init() {}

    package init(resolution: TableFormatResolution = TableFormatResolution(), reason: String? = nil) {
        self.resolution = resolution
        self.reason = reason
    }

    package mutating func code<C: WireCoder>(with coder: inout C) throws(WireError) {
        try coder.code(&resolution)
        try coder.code(&reason)
    }
}

/// How far a table format is.
public enum TableFormatResolution: UInt8, WireTag, CaseIterable {
    /// Fluvio: Init.
    case initializing = 0
    case invalid = 1
    case running = 2
    case pending = 3
    case failed = 4

    package init() { self = .initializing }
}
