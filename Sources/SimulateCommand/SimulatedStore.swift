import ArgumentParser
import Foundation
import TuppenceCore
import TuppenceJournal
import TuppenceSQLite
import TuppenceSimulation
import TuppenceStore

#if POSTGRES
    import TuppencePostgres
#endif

/// Where worlds keep their journals.
enum SimulatedStore: ExpressibleByArgument, CustomStringConvertible, Sendable {
    case memory
    case sqlite
    case postgres(url: String)

    init?(argument: String) {
        switch argument {
        case "memory": self = .memory
        case "sqlite": self = .sqlite
        case let url where url.hasPrefix("postgres://") || url.hasPrefix("postgresql://"): self = .postgres(url: url)
        default: return nil
        }
    }

    var description: String {
        switch self {
        case .memory: "memory"
        case .sqlite: "sqlite"
        case .postgres: "postgres"
        }
    }

    /// Makes a database for one world; nil for in memory.
    var place: (@Sendable () throws -> any JournalPlace)? {
        switch self {
        case .memory: return nil
        case .sqlite: return { try SQLitePlace() }
        #if POSTGRES
            case .postgres(let url): return { try PostgresPlace(PostgresScratch(url: url)) }
        #else
            case .postgres:
                return {
                    throw ValidationError(
                        "This binary was built without PostgreSQL. Use one that scripts/build makes without --static.")
                }
        #endif
        }
    }
}

/// One of ours.
private struct OpenStore: OpenJournal {
    let store: any Store

    func apply(_ operations: [LedgerOperation]) throws(StoreError) -> [LedgerOutcome] { try store.apply(operations) }
    func verify() throws(StoreError) -> JournalVerification { try store.verify() }
}

/// A file, removed with the world.
private final class SQLitePlace: JournalPlace {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("simulate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func open(window: Int64) throws -> any OpenJournal {
        OpenStore(store: try SQLiteStore(path: folder.appendingPathComponent("world.db").path, window: window))
    }
}

#if POSTGRES
    /// A schema, dropped with the world.
    private final class PostgresPlace: JournalPlace {
        private let scratch: PostgresScratch

        init(_ scratch: PostgresScratch) { self.scratch = scratch }

        func open(window: Int64) throws -> any OpenJournal {
            OpenStore(store: try PostgresStore(url: scratch.url, patience: 10, window: window))
        }
    }
#endif
