import Foundation
import Testing
import TuppenceCore
import TuppenceSQLite
import TuppenceStore

@testable import Tuppence

/// A gateway on the sandbox with a ledger of its own, shut down and removed at the end.
func onSandbox(
    _ more: String = "", key: String = "app", _ body: (Tuppence, SQLiteStore) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tuppence-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("tuppence.db").path
    // Where other tests keep all threads busy, an answer may not be read for a minute or two.
    let yaml = "server: { idle_timeout: 10m }\nstore: sqlite:\(path)\nloops: off\n\(more)\n"
    let tuppence = try await Tuppence(configuration: .yaml(yaml), key: key, environment: [:])
    let store = try SQLiteStore(path: path)
    do {
        try await body(tuppence, store)
    } catch {
        await tuppence.shutdown(patience: .zero)
        throw error
    }
    await tuppence.shutdown()
    // It throws what is wrong. Whatever happened, the books are sound and nothing is held.
    #expect(try store.openHolds().isEmpty)
    #expect(try store.verify().openHolds == 0)
}

extension ChatRequest {
    static func hello(_ model: String, maxTokens: Int? = 30) -> ChatRequest {
        ChatRequest(model, [.user("Say hello")], maxTokens: maxTokens)
    }
}

/// The error that `body` throws.
func refusal(_ body: () async throws -> Void) async throws -> TuppenceError {
    do {
        try await body()
    } catch let error as TuppenceError {
        return error
    }
    return try #require(nil as TuppenceError?, "it was not refused")
}

func expectRefusal(_ code: TuppenceError.Code, _ body: () async throws -> Void) async throws {
    let error = try await refusal(body)
    #expect(error.code == code, "\(error)")
}
