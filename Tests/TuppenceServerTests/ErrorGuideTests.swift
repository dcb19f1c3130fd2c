import Foundation
import Testing
import TuppenceCore

@testable import TuppenceServer

@Suite("Every refusal is explained")
struct ErrorGuideTests {
    private static let reference = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/reference/errors.md").standardized

    @Test("in the reference, under a heading of its own, and by the gateway itself; and nothing else is")
    func headings() throws {
        let text = try String(contentsOf: Self.reference, encoding: .utf8)
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("### ") }.map { String($0.dropFirst(4)) }
        #expect(headings.sorted() == ErrorGuide.codes.sorted())
        let used: [Refusal.Code] = [
            .invalidRequest, .contextLengthExceeded, .contentFiltered, .invalidAPIKey,
            .budgetExceeded, .maxCostExceeded, .walletEmpty, .keyDisabled,
            .modelNotAllowed, .modelNotFound, .notFound, .methodNotAllowed, .requestTimeout, .requestTooLarge,
            .unsupportedEncoding, .priceUnknown, .upgradeRefused, .rateLimited, .loopDetected, .budgetHeld,
            .internalError,
            .upstreamInvalid, .upstreamUnavailable, .ledgerUnavailable, .overloaded, .addressNotAllowed, .shuttingDown,
            .upstreamTimeout,
            .cacheMiss, .idempotencyKeyInUse, .idempotencyKeyReused,
            .framing(status: 400),
        ]
        for code in used { #expect(ErrorGuide.text(for: code.name) != nil, "\(code)") }
    }

    @Test("a code that there is not is refused in the words of the API, with where they are listed")
    func unknown() throws {
        #expect(ErrorGuide.text(for: "nope") == nil)
        let refusal = Refusal.unknownCode("nope")
        #expect(refusal.code == .notFound && refusal.code.status == 404)
        #expect(refusal.message.hasPrefix("There is no error code 'nope'. GET /errors lists"))
        let list = try #require(ErrorGuide.text(for: ""))
        #expect(list.split(separator: "\n").dropFirst().map(String.init) == ErrorGuide.codes.sorted())
    }
}
