import Foundation
import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Requests of the dialects whose recordings have a form of their own.
extension RecordedRequestTests {
    /// Requests that come back otherwise than they went, and why.
    private static let explained: [(name: String, reason: String)] = []

    @Test(
        "to Responses mean the same after they have been to the hub and back",
        .enabled(if: UsageRecording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func responses() throws {
        var tally = Tally("recorded requests to Responses that mean the same")
        for recording in try ChatRecording.all(.responses) {
            guard let request = recording.request, request["model"] != nil else { continue }
            tally.count(recording, finding: try responses(request, recording.status), explained: Self.explained)
        }
        tally.check(Self.explained)
    }

    private func responses(_ body: [String: Any], _ status: Int) throws -> String? {
        let request: ChatRequest
        do { request = try OpenAIResponses.readRequest(json(body), address: RequestAddress()) } catch {
            return status >= 400 ? nil : "refused: \((error as? Refusal)?.message ?? "\(error)")"
        }
        let outbound = OpenAIResponses.write(request, to: OutboundTarget(model: request.model.decoded))
        if !outbound.losses.all.isEmpty { return "losses: \(outbound.losses.all)" }
        return firstDifference(SameMeaning.responses(body), SameMeaning.responses(try object(outbound.body)))
    }

    @Test(
        "to Mistral mean the same after they have been to the hub and back",
        .enabled(if: UsageRecording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func mistral() throws {
        var tally = Tally("recorded requests to Mistral that mean the same")
        for recording in try ChatRecording.all(.mistral) {
            guard let request = recording.request, request["messages"] != nil else { continue }
            tally.count(recording, finding: try mistral(request), explained: Self.explained)
        }
        tally.check(Self.explained)
    }

    private func mistral(_ body: [String: Any]) throws -> String? {
        let named = body.merging(["model": body["model"] ?? "none"]) { own, _ in own }
        var request = try OpenAIChat.readRequest(json(named), address: RequestAddress())
        request.origin = .mistral
        let outbound = MistralChat.write(request, to: OutboundTarget(model: request.model.decoded))
        // Its models refuse to give them, whoever asks.
        let losses = outbound.losses.all.filter { $0.field != "logprobs" && $0.effect != .adjusted }
        if !losses.isEmpty { return "losses: \(losses)" }
        return firstDifference(SameMeaning.mistral(named), SameMeaning.mistral(try object(outbound.body)))
    }

    @Test(
        "to Bedrock mean the same after they have been to the hub and back",
        .enabled(if: UsageRecording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"))
    func bedrock() throws {
        var tally = Tally("recorded requests to Bedrock that mean the same")
        for recording in try ChatRecording.all(.bedrock) {
            guard let request = recording.request, request["messages"] != nil else { continue }
            tally.count(recording, finding: try bedrock(request), explained: Self.explained)
        }
        tally.check(Self.explained)
    }

    private func bedrock(_ body: [String: Any]) throws -> String? {
        let request = try BedrockRequestReading.read(json(body))
        let outbound = BedrockConverse.write(request, to: OutboundTarget(model: "anthropic.claude-haiku-4-5"))
        if !outbound.losses.all.isEmpty { return "losses: \(outbound.losses.all)" }
        return firstDifference(SameMeaning.bedrock(body), SameMeaning.bedrock(try object(outbound.body)))
    }
}
