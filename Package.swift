// swift-tools-version: 6.3
import PackageDescription

// One policy for every Swift target. Language mode 6 comes with the tools version.
let lenient: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .treatAllWarnings(as: .error),
    // The hot paths cross module borders once per record: encode, decode, line, escape.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]
let settings = lenient + [.strictMemorySafety()]  // SE-0458: every unsafe use is marked

func system(_ name: String, _ debianPackage: String) -> Target {
    .systemLibrary(name: name, path: "Sources/System/\(name)", providers: [.apt([debianPackage])])
}

// Lowest first: a target may name only targets above it.
let package = Package(
    name: "fluvio-pipes",
    products: [
        .library(name: "FluvioClient", targets: ["FluvioClient"]),
        .library(name: "fluvioclient", type: .dynamic, targets: ["FluvioC"]),
        .executable(name: "fluvio-cat", targets: ["fluvio-cat"]),
        .executable(name: "fluvio-tee", targets: ["fluvio-tee"]),
        .executable(name: "fluvio-admin", targets: ["fluvio-admin"]),
        .executable(name: "fluvio-sink-pg", targets: ["fluvio-sink-pg"]),
        .executable(name: "fluvio-source-file", targets: ["fluvio-source-file"]),
    ],
    targets: [
        system("CLinux", "libc6-dev"),
        system("CZlib", "zlib1g-dev"),
        system("CZstd", "libzstd-dev"),
        system("CLZ4", "liblz4-dev"),
        system("CLZMA", "liblzma-dev"),
        system("CSnappy", "libsnappy-dev"),
        system("CISAL", "libisal-dev"),
        system("CYAML", "libyaml-dev"),
        system("CJansson", "libjansson-dev"),
        system("COpenSSL", "libssl-dev"),
        system("CWslay", "libwslay-dev"),
        system("CPCRE2", "libpcre2-dev"),
        .systemLibrary(name: "CFluvio", path: "Sources/System/CFluvio"),
        system("CPostgres", "libpq-dev"),
        .target(name: "CTOML", path: "Sources/System/CTOML"),
        .target(name: "CJSONText", path: "Sources/System/CJSONText"),

        .target(name: "Unix", dependencies: ["CLinux"], swiftSettings: settings),
        .target(
            name: "FluvioProtocol",
            dependencies: ["CZlib", "CZstd", "CLZ4", "CSnappy", "CISAL"],
            swiftSettings: settings),
        .target(
            name: "FluvioTransport",
            dependencies: ["CLinux", "COpenSSL", "CWslay", "Unix", "FluvioProtocol"],
            swiftSettings: settings),
        .target(
            name: "Documents", dependencies: ["CJSONText", "CJansson", "CTOML", "CYAML"], swiftSettings: settings),
        .target(
            name: "FluvioLocal",
            dependencies: ["CLinux", "Documents", "Unix", "FluvioProtocol", "FluvioTransport"],
            swiftSettings: settings),
        .target(
            name: "FluvioClient",
            dependencies: ["CJansson", "Documents", "Unix", "FluvioProtocol", "FluvioTransport"],
            exclude: ["FluvioClient.docc"],
            swiftSettings: settings),
        .target(
            name: "FluvioC",
            dependencies: ["CFluvio", "Unix", "FluvioClient"],
            exclude: ["exports.map"],
            swiftSettings: settings,
            linkerSettings: [
                .unsafeFlags([
                    "-static-stdlib", "-Xlinker", "-soname=libfluvioclient.so.0", "-Xlinker",
                    "--version-script=\(Context.packageDirectory)/Sources/FluvioC/exports.map",
                ])
            ]),
        .target(
            name: "ToolSupport",
            dependencies: [
                "CLinux", "CJSONText", "CJansson", "CPCRE2", "Documents", "Unix", "FluvioProtocol", "FluvioTransport",
                "FluvioClient",
            ],
            swiftSettings: settings),
        .target(
            name: "FileSource",
            dependencies: [
                "CLinux", "CZlib", "CZstd", "CLZMA", "Documents", "Unix", "ToolSupport", "FluvioClient",
                "FluvioProtocol",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "fluvio-source-file",
            dependencies: ["FileSource", "ToolSupport"],
            swiftSettings: settings),
        .executableTarget(
            name: "fluvio-cat",
            dependencies: ["Documents", "Unix", "ToolSupport", "FluvioClient", "FluvioProtocol"],
            swiftSettings: settings),
        .executableTarget(
            name: "fluvio-tee",
            dependencies: ["Unix", "ToolSupport", "FluvioClient"],
            swiftSettings: settings),
        .executableTarget(
            name: "fluvio-admin",
            dependencies: [
                "Documents", "Unix", "ToolSupport", "FluvioClient", "FluvioLocal", "FluvioProtocol", "FluvioTransport",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "fluvio-sink-pg",
            dependencies: ["CPostgres", "Unix", "ToolSupport", "FluvioClient", "FluvioProtocol"],
            swiftSettings: settings),

        .target(
            name: "TestSupport",
            dependencies: ["Unix", "FluvioProtocol"],
            path: "Tests/TestSupport",
            swiftSettings: settings),
        .executableTarget(
            name: "tool-probe",
            dependencies: ["FluvioTransport", "Unix", "ToolSupport"],
            path: "Tests/ToolProbe",
            swiftSettings: settings),
        .executableTarget(
            name: "produce-tasks",
            dependencies: ["FluvioClient"],
            path: "bench/tasks",
            swiftSettings: settings),
        .testTarget(
            name: "FluvioProtocolTests",
            dependencies: ["FluvioProtocol", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "FluvioTransportTests",
            dependencies: ["CLinux", "Unix", "FluvioTransport", "FluvioProtocol", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "FluvioLocalTests",
            dependencies: ["Documents", "Unix", "FluvioLocal", "FluvioProtocol", "FluvioTransport", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "FluvioClientTests",
            dependencies: [
                "Documents", "Unix", "FluvioClient", "FluvioLocal", "FluvioProtocol", "FluvioTransport", "TestSupport",
            ],
            // The macro of tests in a process of their own expands to unsafe code without the mark.
            swiftSettings: lenient),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Unix", "FluvioClient", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "FailoverTests",
            dependencies: ["Unix", "FluvioClient", "FluvioLocal", "FluvioProtocol", "FluvioTransport", "TestSupport"],
            swiftSettings: lenient),
        .testTarget(
            name: "ToolSupportTests",
            dependencies: [
                "CLinux", "CJSONText", "CJansson", "Documents", "Unix", "FluvioTransport", "FluvioClient",
                "ToolSupport",
                "TestSupport",
                "tool-probe",
            ],
            exclude: ["Options/Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "SinkTests",
            dependencies: ["ToolSupport", "TestSupport", "fluvio-sink-pg"],
            swiftSettings: settings),
        .testTarget(
            name: "FileSourceTests",
            dependencies: ["Unix", "ToolSupport", "FluvioClient", "FileSource", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ToolTests",
            dependencies: ["Unix", "FluvioProtocol", "FluvioTransport", "FluvioLocal", "TestSupport"],
            swiftSettings: settings),
    ],
    cxxLanguageStandard: .cxx17
)

// A fuzzer has its own main function, so it is built only when it is asked for (scripts/fuzz).
if Context.environment["FLUVIO_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz-protocol",
            dependencies: ["FluvioProtocol", "TestSupport"],
            path: "Tests/Fuzz",
            exclude: ["corpus.py", "WebSocket"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
    package.targets.append(
        .executableTarget(
            name: "fuzz-websocket",
            dependencies: ["FluvioTransport"],
            path: "Tests/Fuzz/WebSocket",
            exclude: ["corpus.py"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}

// 64 producers and consumers in one process, for the thread sanitizer: built only when it is asked for (scripts/tsan).
if Context.environment["FLUVIO_TSAN"] != nil {
    package.targets.append(
        .executableTarget(
            name: "crowd",
            dependencies: ["FluvioClient", "FluvioLocal"],
            path: "Tests/Crowd",
            exclude: ["mutex.c"],
            swiftSettings: settings))
}
