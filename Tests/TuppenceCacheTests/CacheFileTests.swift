import Foundation
import GRDB
import Logging
import Testing
import TuppenceCore

@testable import TuppenceCache

@Suite("the cache's file")
struct CacheFileTests {
    private let asker = Asker()

    private func open(_ path: String) -> CacheFile {
        let file = CacheFile(
            path: path, bounds: CacheBounds(maximumBytes: 64 << 20, keptFor: .seconds(86_400)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: { start })
        file.start()
        return file
    }

    @Test(
        "it lies beside the ledger",
        arguments: [
            ("tuppence.db", "tuppence-cache.db"), ("/var/x.y/ledger.db", "/var/x.y/ledger-cache.db"),
            ("ledger", "ledger-cache"),
        ])
    func path(store: String, cache: String) { #expect(CacheFile.path(of: "cache", beside: store) == cache) }

    @Test("what was kept before is found, written or not")
    func order() throws {
        try withFolder { folder in
            let cache = open(folder + "/c.db")
            for number in 0..<100 {
                cache.keep(.sample("answer \(number)"), under: CacheKey(number))
                #expect(asker.ask(cache, CacheKey(number))?.body == Array("answer \(number)".utf8))
            }
            #expect(asker.ask(cache, CacheKey(0)) == .sample("answer 0"))
            cache.stop()
        }
    }

    @Test("it survives a restart")
    func restart() throws {
        try withFolder { folder in
            let first = open(folder + "/c.db")
            first.keep(.sample("kept"), under: CacheKey(1))
            first.stop()
            let second = open(folder + "/c.db")
            #expect(asker.ask(second, CacheKey(1)) == .sample("kept"))
            second.stop()
        }
    }

    @Test("what is forgotten is not found again, written or not, and whoever asked for that is told when it is so")
    func forgotten() throws {
        try withFolder { folder in
            let cache = open(folder + "/c.db")
            for isWritten in [true, false] {
                cache.keep(.sample("kept"), under: CacheKey(1))
                if isWritten { #expect(asker.ask(cache, CacheKey(1)) != nil) }
                #expect(asker.forget(cache, CacheKey(1)))
                #expect(asker.ask(cache, CacheKey(1)) == nil)
            }
            cache.stop()
            #expect(!asker.forget(cache, CacheKey(1)))
        }
    }

    @Test("once it is stopped it finds nothing, and says so")
    func stopped() throws {
        try withFolder { folder in
            let cache = open(folder + "/c.db")
            cache.keep(.sample(), under: CacheKey(1))
            cache.stop()
            #expect(asker.ask(cache, CacheKey(1)) == nil)
        }
    }

    @Test("a file that is no database is set aside and begun anew")
    func nonsense() throws {
        try withFolder { folder in
            let nonsense = Data(repeating: UInt8(ascii: "?"), count: 10_000)
            try nonsense.write(to: URL(fileURLWithPath: folder + "/c.db"))
            let cache = open(folder + "/c.db")
            cache.keep(.sample("kept"), under: CacheKey(1))
            #expect(asker.ask(cache, CacheKey(1)) == .sample("kept"))
            cache.stop()
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/c.db.broken")) == nonsense)
            let next = open(folder + "/c.db")
            #expect(asker.ask(next, CacheKey(1)) == .sample("kept"))
            next.stop()
        }
    }

    @Test(
        "a file that breaks in use, or is of another version, is set aside and begun anew",
        arguments: [
            "DROP TABLE bodies", "PRAGMA user_version = 99",
        ])
    func broken(damage: String) throws {
        try withFolder { folder in
            let path = folder + "/c.db"
            let first = open(path)
            first.keep(.sample("old"), under: CacheKey(1))
            first.stop()
            try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: damage) }
            let second = open(path)
            #expect(asker.ask(second, CacheKey(1)) == nil)
            second.keep(.sample("new"), under: CacheKey(1))
            #expect(asker.ask(second, CacheKey(1)) == .sample("new"))
            second.stop()
            #expect(FileManager.default.fileExists(atPath: path + ".broken"))
        }
    }

    @Test("overwritten pages cost the answers on them and nothing else: every lookup is answered")
    func overwritten() throws {
        try withFolder { folder in
            let path = folder + "/c.db"
            let first = open(path)
            for number in 0..<200 { first.keep(.sample(bytes: 3_000), under: CacheKey(number)) }
            first.stop()
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            let length = try handle.seekToEnd()
            for page in stride(from: UInt64(3), to: length / 4_096, by: 7) {
                try handle.seek(toOffset: page * 4_096)
                try handle.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
            }
            try handle.close()
            let second = open(path)
            for number in 0..<200 {
                if let found = asker.ask(second, CacheKey(number)) { #expect(found == .sample(bytes: 3_000)) }
            }
            second.keep(.sample("new"), under: CacheKey(1))
            #expect(asker.ask(second, CacheKey(1)) == .sample("new"))
            second.stop()
        }
    }

    @Test("where there can be no file, nothing is found and nothing fails")
    func nowhere() throws {
        let cache = open("/nonexistent/folder/c.db")
        cache.keep(.sample(), under: CacheKey(1))
        // What is on its way to the disk is found: this goes behind it.
        _ = asker.ask(cache, CacheKey(2))
        #expect(asker.ask(cache, CacheKey(1)) == nil)
        cache.stop()
    }
}
