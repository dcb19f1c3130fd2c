// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where it counts (CI), and only warnings on a newer compiler than ours.
let strict: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

// libpq is opened when it is needed, which a static binary can't do.
let hasPostgres = Context.environment["TUPPENCE_WITHOUT_POSTGRES"] == nil

// Which target may import which is checked against docs/internals/layers.txt by scripts/check-layers.
let package = Package(
    name: "Tuppence",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tuppence", targets: ["TuppenceCommand"]),
        .library(name: "Tuppence", targets: ["Tuppence"]),
        .library(name: "TuppenceTesting", targets: ["TuppenceTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "TuppenceCore", swiftSettings: strict),
        .target(name: "TuppenceThreads", swiftSettings: strict),
        .target(
            name: "TuppenceHTTP",
            dependencies: [.product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceDialects", dependencies: ["TuppenceCore"], exclude: ["Catalog/Providers"],
            swiftSettings: strict, plugins: ["EmbedCatalogue"]),
        // The files in Catalog/Providers become part of the program.
        .plugin(name: "EmbedCatalogue", capability: .buildTool(), dependencies: ["embed-catalogue"]),
        .executableTarget(name: "embed-catalogue", swiftSettings: strict),
        .target(
            name: "TuppenceSigning",
            dependencies: [
                "TuppenceCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceEngine",
            dependencies: ["TuppenceCore", "TuppenceThreads", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceUpstream",
            dependencies: [
                "TuppenceCore", "TuppenceHTTP",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceJournal",
            dependencies: ["TuppenceCore", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceNotices",
            dependencies: [
                "TuppenceCore", "TuppenceDialects", "TuppenceHTTP", "TuppenceUpstream",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceTelemetry",
            dependencies: [
                "TuppenceCore", "TuppenceHTTP", "TuppenceUpstream",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceStore", dependencies: ["TuppenceCore", "TuppenceJournal"], swiftSettings: strict),
        .target(
            name: "TuppenceSQLite",
            dependencies: [
                "TuppenceCore", "TuppenceJournal", "TuppenceStore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(name: "CLibPQ"),
        .target(
            name: "TuppencePostgres", dependencies: ["TuppenceCore", "TuppenceJournal", "TuppenceStore", "CLibPQ"],
            swiftSettings: strict),
        .target(
            name: "TuppenceEmergency",
            dependencies: ["TuppenceCore", "TuppenceJournal", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceCache",
            dependencies: [
                "TuppenceCore", "TuppenceThreads",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceConfiguration",
            dependencies: ["TuppenceCore", "TuppenceDialects", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceReconciliation", dependencies: ["TuppenceCore", "TuppenceDialects"], swiftSettings: strict),
        .target(name: "TuppenceAnalysis", dependencies: ["TuppenceCore"], swiftSettings: strict),
        .target(
            name: "TuppenceImport",
            dependencies: [
                "TuppenceCore", "TuppenceDialects", "TuppenceConfiguration", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceServer",
            dependencies: [
                "TuppenceCore", "TuppenceDialects", "TuppenceEngine", "TuppenceSigning", "TuppenceUpstream",
                "TuppenceHTTP",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceSandbox",
            dependencies: [
                "TuppenceHTTP",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceTesting",
            dependencies: [
                "TuppenceCore", "TuppenceHTTP", "TuppenceJournal",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceSimulation",
            dependencies: ["TuppenceCore", "TuppenceJournal", "TuppenceTesting"],
            swiftSettings: strict
        ),
        .target(
            name: "SimulateCommand",
            dependencies: [
                "TuppenceCore", "TuppenceSimulation", "TuppenceJournal", "TuppenceStore", "TuppenceSQLite",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + (hasPostgres ? ["TuppencePostgres"] : []),
            swiftSettings: strict + (hasPostgres ? [.define("POSTGRES")] : [])
        ),
        .target(
            name: "TuppenceFuzzing",
            dependencies: [
                "TuppenceCore", "TuppenceConfiguration", "TuppenceDialects", "TuppenceHTTP",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceGateway",
            dependencies: [
                "TuppenceCore", "TuppenceDialects", "TuppenceEngine", "TuppenceUpstream", "TuppenceStore",
                "TuppenceSQLite", "TuppenceHTTP",
                "TuppenceConfiguration", "TuppenceServer", "TuppenceSandbox", "TuppenceCache", "TuppenceNotices",
                "TuppenceEmergency", "TuppenceSigning", "TuppenceTelemetry",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ] + (hasPostgres ? ["TuppencePostgres"] : []),
            swiftSettings: strict + (hasPostgres ? [.define("POSTGRES")] : [])
        ),
        .target(
            name: "TuppenceAdministration",
            dependencies: [
                "TuppenceCore", "TuppenceAnalysis", "TuppenceDialects", "TuppenceConfiguration", "TuppenceJournal",
                "TuppenceStore",
                "TuppenceServer", "TuppenceGateway",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TuppenceConsole",
            dependencies: [
                "TuppenceCore", "TuppenceEngine", "TuppenceAnalysis", "TuppenceDialects", "TuppenceStore",
                "TuppenceServer", "TuppenceConfiguration", "TuppenceGateway", "TuppenceAdministration",
                "TuppenceNotices",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Tuppence",
            dependencies: [
                "TuppenceCore", "TuppenceDialects", "TuppenceHTTP", "TuppenceServer", "TuppenceGateway",
                "TuppenceConfiguration",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            // So that nothing of what it is made of shows in what it offers.
            swiftSettings: strict + [.enableUpcomingFeature("InternalImportsByDefault")]
        ),
        // C, since it runs before Swift does.
        .target(name: "TuppenceStart"),
        // Not called like its product: names that differ from the library's in case alone are one file on some systems.
        .executableTarget(
            name: "TuppenceCommand",
            dependencies: [
                "TuppenceCore", "TuppenceDialects", "TuppenceUpstream", "TuppenceJournal", "TuppenceStore",
                "TuppenceConfiguration", "TuppenceServer", "TuppenceSandbox", "TuppenceHTTP",
                "TuppenceReconciliation", "TuppenceEmergency", "TuppenceGateway", "TuppenceImport",
                "TuppenceAnalysis", "TuppenceAdministration", "TuppenceConsole", "TuppenceNotices", "TuppenceStart",
                "SimulateCommand",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        // What `import Tuppence` looks like from outside; Tests/Clients runs it.
        .executableTarget(
            name: "embedding-example", dependencies: ["Tuppence"], path: "Examples/Embedding", swiftSettings: strict),
        .executableTarget(name: "simulate", dependencies: ["SimulateCommand"], swiftSettings: strict),
        .executableTarget(
            name: "bench-routes",
            dependencies: ["TuppenceCore", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "bench-stores",
            dependencies: [
                "TuppenceCore", "TuppenceStore", "TuppenceSQLite", "TuppencePostgres",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "bench-ledger",
            dependencies: [
                "TuppenceCore", "TuppenceStore", "TuppenceSQLite", "TuppenceConfiguration", "TuppenceGateway",
                "TuppenceAdministration",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "TuppenceFuzzing", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "TuppenceCoreTests", dependencies: ["TuppenceCore"], swiftSettings: strict),
        .testTarget(
            name: "TuppenceHTTPTests",
            dependencies: [
                "TuppenceHTTP", "TuppenceTesting",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TuppenceDialectsTests", dependencies: ["TuppenceDialects", "TuppenceTesting"],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceSigningTests",
            dependencies: [
                "TuppenceSigning", "TuppenceCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceStoreTests",
            dependencies: [
                "TuppenceCore", "TuppenceJournal", "TuppenceStore", "TuppenceSQLite", "TuppencePostgres",
                "TuppenceEmergency",
                "TuppenceEngine", "TuppenceTesting", .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceCacheTests",
            dependencies: [
                "TuppenceCache", "TuppenceCore", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceConfigurationTests",
            dependencies: ["TuppenceConfiguration", "TuppenceCore", "TuppenceDialects"], swiftSettings: strict),
        .testTarget(
            name: "TuppenceReconciliationTests",
            dependencies: ["TuppenceReconciliation", "TuppenceCore", "TuppenceTesting"], swiftSettings: strict),
        .testTarget(
            name: "TuppenceAnalysisTests",
            dependencies: ["TuppenceAnalysis", "TuppenceCore", "TuppenceTesting"], swiftSettings: strict),
        .testTarget(
            name: "TuppenceImportTests",
            dependencies: ["TuppenceImport", "TuppenceConfiguration", "TuppenceCore", "TuppenceDialects"],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceSimulationTests", dependencies: ["TuppenceSimulation"], swiftSettings: strict),
        .testTarget(
            name: "TuppenceFuzzingTests", dependencies: ["TuppenceFuzzing", "TuppenceCore"], swiftSettings: strict),
        .testTarget(
            name: "TuppenceTelemetryTests",
            dependencies: [
                "TuppenceTelemetry", "TuppenceCore", "TuppenceUpstream", "TuppenceTesting",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceSandboxTests", dependencies: ["TuppenceSandbox", "TuppenceDialects", "TuppenceCore"],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceAdministrationTests",
            dependencies: [
                "TuppenceAdministration", "TuppenceAnalysis", "TuppenceConfiguration", "TuppenceGateway",
                "TuppenceCore", "TuppenceEmergency",
                "TuppenceStore", "TuppenceSQLite", "TuppenceTesting",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceGatewayTests", dependencies: ["TuppenceGateway", "TuppenceConfiguration", "TuppenceCore"],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceConsoleTests",
            dependencies: [
                "TuppenceConsole", "TuppenceAdministration", "TuppenceConfiguration", "TuppenceGateway", "TuppenceServer",
                "TuppenceStore", "TuppenceSQLite", "TuppenceTesting", "TuppenceCore",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceNoticesTests",
            dependencies: [
                "TuppenceNotices", "TuppenceCore", "TuppenceTesting",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceTests",
            dependencies: [
                "Tuppence", "TuppenceCore", "TuppenceGateway", "TuppenceStore", "TuppenceSQLite", "TuppenceTesting",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TuppenceServerTests",
            dependencies: [
                "TuppenceServer", "TuppenceCore", "TuppenceDialects", "TuppenceUpstream", "TuppenceEngine",
                "TuppenceHTTP", "TuppenceSigning", "TuppenceTesting",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
