import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

@Suite("Recorded requests")
struct RecordedRequestTests {
    /// Requests that come back otherwise than they went, and why.
    private static let explained: [(name: String, reason: String)] = []

    @Test(
        "mean the same after they have been to the hub and back",
        .enabled(if: UsageRecording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func roundTrip() throws {
        var tally = Tally("recorded requests that mean the same")
        for recording in try ChatRecording.all(.openAI) {
            guard let request = recording.request, request["messages"] != nil else { continue }
            tally.count(recording, finding: try openAI(request, recording.status), explained: Self.explained)
        }
        for recording in try ChatRecording.all(.anthropic) {
            guard let request = recording.request, request["messages"] != nil else { continue }
            tally.count(recording, finding: try anthropic(request, recording), explained: Self.explained)
        }
        for recording in try ChatRecording.all(.gemini) {
            guard let request = recording.request, request["contents"] != nil else { continue }
            tally.count(recording, finding: try gemini(request, recording), explained: Self.explained)
        }
        tally.check(Self.explained)
    }

    private func openAI(_ body: [String: Any], _ status: Int) throws -> String? {
        let request: ChatRequest
        do {
            // Some hosts have the model in the path.
            let named = body.merging(["model": body["model"] ?? "none"]) { own, _ in own }
            request = try OpenAIChat.readRequest(json(named), address: RequestAddress())
        } catch {
            // What the provider refused, too, needs not be readable.
            return status >= 400 ? nil : "refused: \((error as? Refusal)?.message ?? "\(error)")"
        }
        var target = OutboundTarget(model: request.model.decoded)
        target.outputLimitField = body["max_completion_tokens"] == nil ? .maxTokens : .maxCompletionTokens
        let outbound = OpenAIChat.write(request, to: target)
        if !outbound.losses.all.isEmpty { return "losses: \(outbound.losses.all)" }
        var expected = SameMeaning.openAI(body)
        if body["model"] == nil { expected["model"] = "none" }
        return firstDifference(expected, SameMeaning.openAI(try object(outbound.body)))
    }

    private func anthropic(_ body: [String: Any], _ recording: ChatRecording) throws -> String? {
        let request: ChatRequest
        do {
            request = try AnthropicMessages.readRequest(
                json(body), address: RequestAddress(model: body["model"] == nil ? "claude" : nil))
        } catch { return recording.status >= 400 ? nil : "refused: \((error as? Refusal)?.message ?? "\(error)")" }
        let outbound = AnthropicMessages.write(
            request, to: OutboundTarget(model: request.model.decoded),
            host: body["model"] == nil ? .vertex : .anthropic)
        // What the model itself refused of it is put in other words.
        if !outbound.losses.all.isEmpty { return recording.status == 400 ? nil : "losses: \(outbound.losses.all)" }
        return firstDifference(SameMeaning.anthropic(body), SameMeaning.anthropic(try object(outbound.body)))
    }

    private func gemini(_ body: [String: Any], _ recording: ChatRecording) throws -> String? {
        let request: ChatRequest
        do {
            request = try GeminiChat.readRequest(json(body), address: RequestAddress(model: "gemini-2.5-flash"))
        } catch { return recording.status >= 400 ? nil : "refused: \((error as? Refusal)?.message ?? "\(error)")" }
        let outbound = GeminiChat.write(
            request, to: OutboundTarget(model: "gemini-2.5-flash"),
            host: recording.provider == "vertex" ? .vertex : .aiStudio)
        if !outbound.losses.all.isEmpty { return "losses: \(outbound.losses.all)" }
        return firstDifference(SameMeaning.gemini(body), SameMeaning.gemini(try object(outbound.body)))
    }

    func json(_ object: [String: Any]) throws -> [UInt8] {
        [UInt8](try JSONSerialization.data(withJSONObject: object))
    }

    func object(_ body: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    }
}
