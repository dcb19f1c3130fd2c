import Foundation
import GRDB
import Testing
import TuppenceCore

@testable import TuppenceCache

@Suite("the cache's tables")
struct CacheDatabaseTests {
    private let wide = CacheBounds(maximumBytes: 64 << 20, keptFor: .seconds(86_400))

    private func size(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    @Test("an answer comes back as it was kept, and only under its own key")
    func roundTrip() throws {
        try withFolder { folder in
            let database = try CacheDatabase(path: folder + "/c.db")
            let answer = CachedAnswer(
                target: Target(provider: "p", model: "a/b"), contentType: "text/event-stream; charset=utf-8",
                isStream: true,
                body: Array(0...255), storedAt: start)
            try database.keep([CacheKey(1): answer], within: wide)
            #expect(try database.find(CacheKey(1), at: start) == answer)
            #expect(try database.find(CacheKey(2), at: start) == nil)
        }
    }

    @Test("a later answer takes the place of the one before")
    func replaced() throws {
        try withFolder { folder in
            let database = try CacheDatabase(path: folder + "/c.db")
            try database.keep([CacheKey(1): .sample("old")], within: wide)
            try database.keep([CacheKey(1): .sample("new")], within: wide)
            #expect(try database.find(CacheKey(1), at: start)?.body == Array("new".utf8))
        }
    }

    @Test("what is older than it is kept for goes with the next sweep, on either side of the boundary")
    func age() throws {
        try withFolder { folder in
            let database = try CacheDatabase(path: folder + "/c.db")
            try database.keep([CacheKey(1): .sample(at: start)], within: wide)
            try database.sweep(at: start + .seconds(86_400), within: wide)
            #expect(try database.find(CacheKey(1), at: start) != nil)
            try database.sweep(at: start + Milliseconds(86_400_001), within: wide)
            #expect(try database.find(CacheKey(1), at: start) == nil)
        }
    }

    @Test("the file stays within its bound, whatever is put into it, and what was used last stays")
    func bounds() throws {
        try withFolder { folder in
            let path = folder + "/c.db"
            let database = try CacheDatabase(path: path)
            let narrow = CacheBounds(maximumBytes: 1 << 20, keptFor: .seconds(86_400))
            try database.keep([CacheKey(0): .sample("the first")], within: narrow)
            for number in 1...200 {
                let time = start + .seconds(Int64(number))
                #expect(try database.find(CacheKey(0), at: time) != nil, "lost after \(number)")
                try database.keep([CacheKey(number): .sample(bytes: number * 300, at: time)], within: narrow)
            }
            let last = start + .seconds(300)
            #expect(try database.find(CacheKey(200), at: last) != nil)
            #expect(try database.find(CacheKey(1), at: last) == nil)
            try database.sweep(at: last, within: narrow)
            _ = try DatabaseQueue(path: path).writeWithoutTransaction { try $0.checkpoint(.truncate) }
            #expect(try size(of: path) <= 1 << 20)
        }
    }

    @Test("a narrower bound shrinks the file")
    func shrinks() throws {
        try withFolder { folder in
            let path = folder + "/c.db"
            let database = try CacheDatabase(path: path)
            for number in 0..<40 {
                try database.keep([CacheKey(number): .sample(bytes: 100_000)], within: wide)
            }
            try database.sweep(at: start, within: CacheBounds(maximumBytes: 1 << 20, keptFor: .seconds(86_400)))
            _ = try DatabaseQueue(path: path).writeWithoutTransaction { try $0.checkpoint(.truncate) }
            #expect(try size(of: path) <= 1 << 20)
            #expect(try database.find(CacheKey(39), at: start) != nil)
        }
    }

    @Test("an answer that would drive out many others is not kept")
    func large() throws {
        try withFolder { folder in
            let database = try CacheDatabase(path: folder + "/c.db")
            let narrow = CacheBounds(maximumBytes: 1 << 20, keptFor: .seconds(86_400))
            try database.keep(
                [CacheKey(1): .sample(bytes: 65_536), CacheKey(2): .sample(bytes: 65_537)], within: narrow)
            #expect(try database.find(CacheKey(1), at: start) != nil)
            #expect(try database.find(CacheKey(2), at: start) == nil)
        }
    }

    @Test("a byte that has changed on the disk makes the answer one that is not there")
    func damaged() throws {
        try withFolder { folder in
            let path = folder + "/c.db"
            let database = try CacheDatabase(path: path)
            try database.keep([CacheKey(1): .sample("{\"is\":\"right\"}")], within: wide)
            try DatabaseQueue(path: path).write { db in
                try db.execute(sql: "UPDATE bodies SET body = CAST(replace(body, 'right', 'wrong') AS BLOB)")
            }
            #expect(try database.find(CacheKey(1), at: start) == nil)
        }
    }

    @Test("nobody but the owner may read the file")
    func mode() throws {
        try withFolder { folder in
            let database = try CacheDatabase(path: folder + "/c.db")
            try database.keep([CacheKey(1): .sample()], within: wide)
            for suffix in ["", "-wal", "-shm"] {
                let mode = try FileManager.default.attributesOfItem(atPath: folder + "/c.db" + suffix)[
                    .posixPermissions]
                #expect(mode as? Int == 0o600, "c.db\(suffix)")
            }
        }
    }
}
