import Foundation
import NIOCore
import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    /// Recorded answers of every dialect, asked for by callers of OpenAI's and of Anthropic's.
    @Suite("Recorded answers of other dialects")
    struct ForeignReplayTests {
        enum Caller: String, CaseIterable {
            case openAI, anthropic
        }

        @Test(
            "reach callers whole, and the ledger counts what the provider counted",
            .enabled(if: Recording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"),
            arguments: Caller.allCases)
        func replay(caller: Caller) async throws {
            // What Anthropic's callers get of Anthropic's dialect is not translated.
            let recordings = try ForeignRecording.all().filter { caller == .openAI || $0.dialect != .anthropic }
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                guard let number = Self.number(request), number < recordings.count else {
                    return [.answer("unknown", status: 404, type: "text/plain")]
                }
                return Self.steps(recordings[number])
            }
            let dialects = Dictionary(uniqueKeysWithValues: Dialect.allCases.map { ($0.rawValue, $0) })
            let gateway = try await TestGateway.start(
                providers: dialects.mapValues { _ in upstream.baseURL }, dialects: dialects)
            var findings: [String] = []
            for (number, recording) in recordings.enumerated() {
                let model = "\(recording.dialect.rawValue)/n-\(number)"
                let answer = try await Self.ask(caller, model, streams: recording.isStream, gateway)
                let booked = try await eventually { gateway.entries.contains { $0.target.model == "n-\(number)" } }
                guard booked, let entry = gateway.entries.first(where: { $0.target.model == "n-\(number)" }) else {
                    findings.append(
                        "\(recording.name): nothing was booked: \(answer.status) \(answer.body.prefix(200))")
                    continue
                }
                if let finding = Self.finding(recording, answer, entry, caller) {
                    findings.append("\(recording.name): \(finding)")
                }
            }
            await gateway.stop()
            let explained = findings.filter { finding in Self.explained.keys.contains { finding.hasPrefix($0) } }
            findings.removeAll { explained.contains($0) }
            print(
                "replayed \(recordings.count) answers to \(caller.rawValue): \(findings.count) failing, \(explained.count) explained"
            )
            #expect(explained.count == Self.explained.count, "arrives now: strike it from the list")
            #expect(recordings.count > 200)
            #expect(findings.isEmpty, "\(findings.prefix(30).joined(separator: "\n"))")
        }

        /// Recordings that cannot arrive as they are, and why.
        private static let explained = [
            "mistral/openai.chat/0060a6ae1e50f6e3b205.json": "a transcript, no answer to a chat",
            "openai/openai.responses/8f6e8791719b325105a6.json":
                "four answers, of which a request has the first",
            "vertex/gemini.streamGenerateContent/697cf53a79e423012caf.json":
                "of 2023, without a finish: taken for cut off",
        ]

        private static func ask(
            _ caller: Caller, _ model: String, streams: Bool, _ gateway: TestGateway
        ) async throws -> TestClient.Answer {
            let path = caller == .openAI ? "/v1/chat/completions" : "/v1/messages"
            // More than any of them is long.
            let body =
                #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}],"max_tokens":32000,"stream":\#(streams)}"#
            return try await gateway.client.post(path, key: TestGateway.key, body: body)
        }

        /// The model stands in the path or in the body.
        private static func number(_ request: ScriptedUpstream.Request) -> Int? {
            for text in [request.path, request.body] {
                guard let place = text.range(of: "n-") else { continue }
                if let number = Int(text[place.upperBound...].prefix { $0.isNumber }) { return number }
            }
            return nil
        }

        private static func steps(_ recording: ForeignRecording) -> [ScriptedUpstream.Step] {
            var head = "HTTP/1.1 \(recording.status) Recorded\r\ncontent-type: \(recording.contentType)\r\n"
            for field in recording.headers { head += "\(field.name): \(field.value)\r\n" }
            var bytes = ByteBuffer(string: head + "transfer-encoding: chunked\r\n\r\n")
            // Uneven pieces, which break events, frames and characters.
            var start = 0
            while start < recording.body.count {
                let end = min(recording.body.count, start + 1 + (start * 31) % 193)
                bytes.writeString(String(end - start, radix: 16) + "\r\n")
                bytes.writeBytes(recording.body[start..<end])
                bytes.writeString("\r\n")
                start = end
            }
            bytes.writeString("0\r\n\r\n")
            return [.write(bytes)]
        }

        private static func finding(
            _ recording: ForeignRecording, _ answer: TestClient.Answer, _ entry: LedgerEntry, _ caller: Caller
        ) -> String? {
            if recording.status >= 400 {
                guard answer.status == recording.status, entry.cost == .zero else {
                    return "status \(answer.status), cost \(entry.cost), for an error of \(recording.status)"
                }
                return nil
            }
            if !answer.isComplete { return "the answer broke off" }
            if recording.isStream, answer.status == 200 {
                let end = caller == .openAI ? "data: [DONE]\n\n" : "\"type\":\"message_stop\"}\n\n"
                if recording.hasError == answer.body.hasSuffix(end) {
                    return "the stream ends in: \(answer.body.suffix(200))"
                }
            }
            guard let counted = recording.counted else {
                return entry.estimated || entry.cost == .zero ? nil : "no count was recorded, yet it is no estimate"
            }
            if recording.hasError { return nil }
            if entry.estimated { return "estimated although counted: \(answer.status) \(answer.body.suffix(200))" }
            let (input, output) = (entry.usage.totalInput, entry.usage.totalOutput)
            return (input, output) == counted ? nil : "\(input) and \(output) in place of \(counted)"
        }
    }
}
