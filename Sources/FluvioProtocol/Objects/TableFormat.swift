/// How records are shown as a table.
package struct TableFormatSpec: WatchableSpec, CreatableSpec, DeletableSpec {
    package typealias Status = TableFormatStatus
    package static let kind = ObjectKind.tableFormat
    package static let createTag: UInt8 = 5

    package var name = ""
    package var inputFormat: TableInputFormat?
    package var columns: [TableColumn]?
    package var smartModule: String?

    package init() {}

    package init(
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
package enum TableInputFormat: UInt8, WireTag, CaseIterable {
    case json = 0

    package init() { self = .json }
}

/// A column of a table.
package struct TableColumn: WireCodable, Equatable, Sendable {
    package var headerLabel: String?
    package var width: String?
    package var alignment: TableAlignment?
    /// What of the record stands in it.
    package var keyPath = ""
    package var format: String?
    package var display: Bool?
    package var primaryKey: Bool?
    package var headerBackground: TableColor?
    package var headerText: TableColor?

    package init() {}

    package init(
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
package enum TableAlignment: UInt8, WireTag, CaseIterable {
    case left = 0
    case right = 1
    case center = 2

    package init() { self = .left }
}

/// A colour of a header.
package enum TableColor: UInt8, WireTag, CaseIterable {
    case blue = 0
    case yellow = 1
    case green = 2

    package init() { self = .blue }
}

/// What a table format is at the moment.
package struct TableFormatStatus: WireCodable, Equatable, Sendable {
    /// How it is.
    package var resolution = TableFormatResolution()
    /// Why it is so, for people.
    package var reason: String?

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
package enum TableFormatResolution: UInt8, WireTag, CaseIterable {
    /// Fluvio: Init.
    case initializing = 0
    case invalid = 1
    case running = 2
    case pending = 3
    case failed = 4

    package init() { self = .initializing }
}
