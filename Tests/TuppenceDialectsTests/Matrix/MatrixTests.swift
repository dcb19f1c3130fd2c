import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Each caller's dialect with each provider's, in each scene: the request as the provider documents it, the answer whole
/// and streamed as the caller's client reads it, the errors.
@Suite("The matrix of dialects")
struct MatrixTests {
    @Test("every cell passes", arguments: Cell.all)
    func cell(cell: Cell) {
        for finding in cell.findings { Issue.record("\(cell): \(finding)") }
    }

    @Test("the page says what the cells say")
    func page() throws {
        let written = MatrixPage.text
        if ProcessInfo.processInfo.environment["TUPPENCE_WRITE_DOCS"] != nil {
            try written.write(to: MatrixPage.place, atomically: true, encoding: .utf8)
        }
        let stands = try? String(contentsOf: MatrixPage.place, encoding: .utf8)
        #expect(
            stands == written,
            "docs/reference/matrix.md is stale. Run: TUPPENCE_WRITE_DOCS=1 swift test --filter MatrixTests")
    }
}

extension Cell {
    /// All that is not as it should be.
    var findings: [String] {
        do {
            if let impossibility { return try shows(impossibility).map { [$0] } ?? [] }
            var findings = [try request()].compactMap { $0.map { "request: \($0)" } }
            if scene == .error {
                findings += errors() + [try brokenStream()].compactMap { $0 }
            } else {
                findings += try answers()
            }
            return findings
        } catch { return ["\(error)"] }
    }

    private func outbound() throws -> OutboundRequest {
        let body = CallerRequests.body(caller, scene)
        let address =
            caller == .gemini ? RequestAddress(model: "m", streams: scene == .stream) : RequestAddress()
        let request = try caller.dialect.readRequest(Array(body.utf8), address: address)
        return provider.dialect.write(request, to: OutboundTarget(model: model))
    }

    private func request() throws -> String? {
        let outbound = try outbound()
        if let loss = outbound.losses.all.first(where: { $0.effect == .refused }) { return "refused: \(loss)" }
        let expected = Plainly.said(try parsed(Array(ProviderRequests.body(self).utf8)))
        if let difference = firstDifference(expected, Plainly.said(try parsed(outbound.body))) {
            return "\(difference) in \(string(outbound.body))"
        }
        return outbound.path == path ? nil : "the path is \(outbound.path)"
    }

    private var path: String {
        let streams = scene == .stream
        return switch provider {
        case .chat, .mistral: "chat/completions"
        case .responses: "responses"
        case .anthropic: "messages"
        case .gemini:
            "models/\(provider.model):" + (streams ? "streamGenerateContent?alt=sse" : "generateContent")
        case .bedrock:
            "model/\(provider.model.replacing(":", with: "%3A"))/" + (streams ? "converse-stream" : "converse")
        case .cohere: "chat"
        }
    }

    private func answers() throws -> [String] {
        let said = Said(scene)
        let expected = try Heard(said, from: provider, to: caller)
        var findings: [String] = []
        let answer = try provider.dialect.readAnswer(Array(ProviderAnswers.whole(said, provider).utf8))
        let whole = caller.dialect.write(answer, in: .test)
        if let difference = try Heard.whole(whole, by: caller).difference(from: expected) {
            findings.append("answer: \(difference) in \(string(whole))")
        }
        let stream = ProviderAnswers.stream(said, provider)
        let told = events(of: provider.dialect, stream)
        let streamed = TuppenceDialectsTests.stream(told, to: caller.dialect)
        do {
            if let difference = try Heard.stream(streamed, by: caller).difference(from: expected) {
                findings.append("stream: \(difference) in \(string(streamed))")
            }
        } catch { findings.append("stream: \(error) in \(string(streamed))") }
        let pieces = Array(repeating: 1, count: stream.count)
        if events(of: provider.dialect, stream, pieces: pieces) != told {
            findings.append("stream: differs byte by byte")
        }
        return findings
    }

    // MARK: Errors

    private func errors() -> [String] {
        let faults = [
            (ProviderFaults.rateLimit(provider), ProviderFaults.slowDown, isLimit: true),
            (ProviderFaults.contextTooLong(provider), ProviderFaults.tooLong, isLimit: false),
        ]
        return faults.compactMap { fault, message, isLimit in
            let error = provider.dialect.readError(status: fault.status, body: Array(fault.body.utf8))
            let body = caller.dialect.write(error, in: .test)
            guard let object = try? parsed(body)["error"] as? [String: Any] else { return "no error: \(string(body))" }
            if object["message"] as? String != message { return "error: \(string(body))" }
            let names = ["type", "code", "status"].compactMap { object[$0] as? String }
            let expected: [String]
            switch caller {
            case .chat, .responses, .anthropic:
                expected =
                    isLimit
                    ? ["rate_limit_error", "rate_limited"]
                    : ["invalid_request_error", "context_length_exceeded"]
            case .gemini: expected = [isLimit ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT"]
            }
            return names == expected ? nil : "error: \(string(body))"
        }
    }

    /// Words, and then an error in the caller's dialect, without the mark of success.
    private func brokenStream() throws -> String? {
        let told = events(of: provider.dialect, ProviderFaults.brokenStream(provider))
        let body = stream(told, to: caller.dialect)
        let text = string(body)
        let ends = ["[DONE]", "message_stop", "response.completed", "\"finishReason\":\"STOP\""]
        if let end = ends.first(where: { text.contains($0) }) { return "a broken stream ends with \(end): \(text)" }
        guard text.contains("\"Par\"") else { return "a broken stream lost its words: \(text)" }
        let last = try Heard.document(try Heard.data(body).last ?? "")
        // Responses end with the state of the answer.
        let error = (last["error"] ?? value(last, "response.error")) as? [String: Any] ?? last
        return error["message"] as? String == ProviderFaults.slowDown ? nil : "a broken stream ends so: \(text)"
    }

    // MARK: What cannot be

    /// - Returns: what speaks against it.
    private func shows(_ impossibility: Impossibility) throws -> String? {
        switch impossibility {
        case .callerHasNoStop:
            if provider == .responses { return nil }
            let named = try outbound().losses.all.contains { $0.field == "stop" && $0.effect == .dropped }
            return named ? nil : "the field stop is not named as dropped"
        case .providerHasNoStop:
            let refused = try outbound().losses.all.filter { $0.effect == .refused }.map(\.field)
            return refused == ["stop"] ? nil : "refused are \(refused)"
        case .declinesInWords:
            // The request goes out, and what comes is text with an ordinary end.
            if let finding = try request() { return finding }
            var said = Said(scene)
            said.end = .stop
            let answer = try provider.dialect.readAnswer(Array(ProviderAnswers.whole(said, provider).utf8))
            return try Heard.whole(caller.dialect.write(answer, in: .test), by: caller)
                .difference(from: try Heard(said, from: provider, to: caller))
        }
    }
}
