import Foundation
import Synchronization
import Testing
import TuppenceCore

@testable import TuppenceCache

/// A folder of its own for each test, removed at the end.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cache-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

let start = Timestamp(seconds: 1_800_000_000)

extension CacheKey {
    init(_ number: Int) {
        var bytes = [UInt8](repeating: 0, count: 32)
        for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: number >> (place * 8)) }
        self = bytes.withUnsafeBytes { CacheKey($0) }
    }
}

extension CachedAnswer {
    static func sample(_ text: String = "{}", bytes: Int? = nil, at time: Timestamp = start) -> CachedAnswer {
        CachedAnswer(
            target: Target(provider: "p", model: "m/x"), contentType: "application/json", isStream: false,
            body: bytes.map { [UInt8](repeating: UInt8(ascii: "x"), count: $0) } ?? Array(text.utf8), storedAt: time)
    }
}

/// Waits for one answer of a cache.
final class Asker: CachePort {
    private let condition = NSCondition()
    private let replies = Mutex<[Int: CacheReply]>([:])

    func cacheReplied(_ replies: [CacheReply]) {
        condition.lock()
        self.replies.withLock { for reply in replies { $0[reply.token] = reply } }
        condition.broadcast()
        condition.unlock()
    }

    /// What `cache` has under `key`; fails where it says nothing at all.
    func ask(_ cache: CacheFile, _ key: CacheKey) -> CachedAnswer? {
        cache.lookUp(key, for: self, token: 1)
        return reply()?.found
    }

    /// Whether `cache` says that it has nothing under `key` any more; fails where it says nothing at all.
    func forget(_ cache: CacheFile, _ key: CacheKey) -> Bool {
        cache.forget(key, for: self, token: 1)
        return reply()?.isKnown == true
    }

    private func reply() -> CacheReply? {
        condition.lock()
        defer { condition.unlock() }
        let end = Date().addingTimeInterval(20)
        while true {
            if let reply = replies.withLock({ $0.removeValue(forKey: 1) }) { return reply }
            guard condition.wait(until: end) else {
                Issue.record("the cache did not answer")
                return nil
            }
        }
    }
}
