import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Recorded errors")
struct RecordedErrorTests {
    /// What the providers' names and statuses mean, by their own documents.
    private static let kinds: [(words: String, kind: ProviderError.Kind)] = [
        ("API key not valid", .authentication), ("UNAUTHENTICATED", .authentication),
        ("Incorrect API key", .authentication),
        ("RESOURCE_EXHAUSTED", .rateLimit), ("maximum number of tokens", .contextTooLong),
        ("TOO_MANY_TOKENS", .contextTooLong), ("NOT_FOUND", .notFound), ("not found", .notFound),
        ("PERMISSION_DENIED", .permission), ("UNAVAILABLE", .overloaded), ("INTERNAL", .server),
    ]

    @Test(
        "keep the provider's words and mean what they say",
        .enabled(if: UsageRecording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func errors() throws {
        var count = 0
        for dialect in [GeminiChat.self, CohereChat.self] as [any OutboundDialect.Type] {
            for recording in try ChatRecording.all(dialect.dialect) where recording.status >= 400 {
                count += 1
                let body = recording.json as? [String: Any] ?? (recording.json as? [[String: Any]])?.first ?? [:]
                let error = dialect.readError(status: recording.status, body: recording.body)
                let words = ((body["error"] as? [String: Any]) ?? body)["message"] as? String
                #expect(error.message == words, "\(recording.name)")
                #expect(error.status == recording.status)
                let text = string(recording.body)
                let expected = Self.kinds.first { text.contains($0.words) }?.kind ?? .badRequest
                #expect(error.kind == expected, "\(recording.name): \(text.prefix(300))")
            }
        }
        print("recorded errors: \(count)")
        #expect(count > 20)
    }
}
