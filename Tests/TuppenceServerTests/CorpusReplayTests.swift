import Foundation
import NIOCore
import NIOPosix
import Testing
import TuppenceCore
import TuppenceDialects
import TuppenceTesting

extension GatewayTests {
    /// Recorded reality through the gateway: every exchange is served by a local upstream, requested through the gateway in the
    /// provider's own dialect, and has to arrive as it was recorded, but for what the gateway adds.
    @Suite("Recorded exchanges")
    struct CorpusReplayTests {
        enum Delivery: String, CaseIterable {
            /// In one write.
            case whole
            /// Every byte a chunk of its own.
            case bytes
            /// In the chunks in which it arrived when it was recorded, where that is known; else in uneven pieces.
            case chunks
        }

        /// Recordings that cannot arrive as they are, and why.
        private static let explained = [
            "anthropic/anthropic.messages/1f571d597b36a7b6e90f.json":
                "a message is a string: refused here with 400, as the provider did",
            "anthropic/anthropic.messages/1fbe2a2933b5d9b7a705.json":
                "fifteen answers one behind the other, of which a request has one",
            "anthropic/anthropic.messages/7e22c518c5882c459930.json":
                "three answers one behind the other, of which a request has one",
            "cerebras/openai.chat/858bc2d93ec83c030ffe.json":
                "its last event ends in a stray quotation mark: not JSON, so the stream ends in an error",
            "groq/openai.chat/139bc66e672897a5fa74.json":
                "an answer packed into an object of its recorder's: no choices",
            "mistral/openai.chat/0060a6ae1e50f6e3b205.json":
                "a transcription, recorded without its request: no choices",
            "openai/openai.chat/24f35fdc9a950b70630e.json":
                "max_tokens is 0: refused here with 400, as the provider did",
            "openai/openai.completions/6e750e774636aa72976a.json":
                "max_tokens is -1: refused here with 400, as the provider did",
            "openrouter/openai.chat/31c92546aa1103d2e3ef.json":
                "an error in place of its one choice, with the status of success: told with the error's",
            "vertex/gemini.streamGenerateContent/697cf53a79e423012caf.json":
                "of 2023, without a finish: taken for cut off",
            "vertex/gemini.streamGenerateContent/e9dec6301ed383b01c59.json":
                "neither content nor a finish: taken for cut off",
        ]

        @Test(
            "arrive as they were recorded, and the ledger counts what the provider counted",
            .enabled(if: Recording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"),
            arguments: Recording.dialects, Delivery.allCases)
        func replay(dialect: Dialect, delivery: Delivery) async throws {
            let recordings = try Recording.all(of: dialect)
            #expect(recordings.count > 500)
            let byNumber = Dictionary(uniqueKeysWithValues: recordings.enumerated().map { ("\($0)", $1) })
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                guard let recording = model(request).flatMap({ byNumber[$0] }) else {
                    return [.answer("unknown", status: 404, type: "text/plain")]
                }
                return steps(recording, delivery)
            }
            // The machine may stand still meanwhile.
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL], dialects: ["p": dialect]) {
                settings, _ in
                (settings.headTimeout, settings.idleTimeout) = (.seconds(3_600), .seconds(3_600))
            }
            var findings: [String] = []
            try await withThrowingTaskGroup(of: (Int, String?).self) { tasks in
                var next = 0
                func add() {
                    guard next < recordings.count else { return }
                    let number = next
                    next += 1
                    tasks.addTask { (number, try await finding(recordings[number], number, gateway)) }
                }
                for _ in 0..<16 { add() }
                while let (number, finding) = try await tasks.next() {
                    if let finding { findings.append("\(recordings[number].name): \(finding)") }
                    add()
                }
            }
            await gateway.stop()
            let usageFindings = gateway.entries.compactMap { entry -> String? in
                guard let recording = byNumber[entry.target.model], Self.explained[recording.name] == nil else {
                    return nil
                }
                return RecordedComparison(recording: recording).finding(entry).map { "\(recording.name): \($0)" }
            }
            let refused = recordings.filter { !RecordedRefusal($0).names.isEmpty }.count
            let explained = findings.filter { finding in Self.explained.keys.contains { finding.hasPrefix($0) } }
            findings.removeAll { explained.contains($0) }
            print(
                "replayed \(recordings.count) exchanges of \(dialect.rawValue) (\(delivery)): \(findings.count) failing, \(explained.count) explained, \(usageFindings.count) counted otherwise; \(refused) with something that is refused, asked again without"
            )
            for name in Self.explained.keys.sorted() where byNumber.values.contains(where: { $0.name == name }) {
                #expect(explained.contains { $0.hasPrefix(name) }, "\(name) arrives now: strike it from the list")
            }
            #expect(findings.isEmpty, "\(findings.prefix(20).joined(separator: "\n"))")
            #expect(usageFindings.isEmpty, "\(usageFindings.prefix(20).joined(separator: "\n"))")
        }

        private func finding(_ recording: Recording, _ number: Int, _ gateway: TestGateway) async throws -> String? {
            let refusal = RecordedRefusal(recording)
            if !refusal.names.isEmpty {
                let answer = try await ask(recording, recording.request, number, gateway)
                let isRefused = answer.status / 100 == 4 && answer["x-tuppence-provider"] == nil
                guard isRefused, refusal.names.contains(where: answer.body.contains) else {
                    return "\(refusal.names) is not refused: \(answer.status) \(answer.body.prefix(200))"
                }
            }
            return RecordedComparison(recording: recording).finding(
                try await ask(recording, refusal.rest, number, gateway))
        }

        private func ask(
            _ recording: Recording, _ request: [String: Any], _ number: Int, _ gateway: TestGateway
        ) async throws -> TestClient.Answer {
            let model = "p/\(number)"
            var body = request
            if recording.dialect != .gemini { body["model"] = model }
            let json = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
            return try await gateway.client.post(recording.path(model: model), key: TestGateway.key, body: json)
        }

        // MARK: Serving

        /// Where the request's dialect has it: in the path or in the body.
        private func model(_ request: ScriptedUpstream.Request) -> String? {
            if let folder = request.path.range(of: "/models/") {
                return String(request.path[folder.upperBound...].prefix { $0 != ":" })
            }
            let sent = try? JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any]
            return sent?["model"] as? String
        }

        private func steps(_ recording: Recording, _ delivery: Delivery) -> [ScriptedUpstream.Step] {
            let type =
                switch recording.body {
                case .json: "application/json"
                case .text(_, let type): type
                case .stream: "text/event-stream; charset=utf-8"
                }
            let text = recording.body.text
            if delivery == .whole && !recording.isStream {
                return [.answer(text, status: recording.status, type: type)]
            }
            var bytes = ByteBuffer(
                string:
                    "HTTP/1.1 \(recording.status) Recorded\r\ncontent-type: \(type)\r\ntransfer-encoding: chunked\r\n\r\n"
            )
            var steps: [ScriptedUpstream.Step] = []
            for piece in pieces(Array(text.utf8), recording, delivery) {
                bytes.writeString(String(piece.count, radix: 16) + "\r\n")
                bytes.writeBytes(piece)
                bytes.writeString("\r\n")
                // Chunks go out one by one, as they came; single bytes would be a million writes, and go out together.
                if delivery == .chunks {
                    steps.append(.write(bytes))
                    bytes = ByteBuffer()
                }
            }
            bytes.writeString("0\r\n\r\n")
            return steps + [.write(bytes)]
        }

        private func pieces(_ bytes: [UInt8], _ recording: Recording, _ delivery: Delivery) -> [ArraySlice<UInt8>] {
            var sizes: [Int]
            switch delivery {
            case .whole: sizes = [bytes.count]
            case .bytes: sizes = Array(repeating: 1, count: bytes.count)
            case .chunks:
                sizes = recording.chunkSizes ?? stride(from: 0, to: bytes.count, by: 97).map { 1 + ($0 * 31) % 193 }
            }
            var start = 0
            var pieces: [ArraySlice<UInt8>] = []
            sizes.append(bytes.count)
            for size in sizes where start < bytes.count && size > 0 {
                let end = min(bytes.count, start + size)
                pieces.append(bytes[start..<end])
                start = end
            }
            return pieces
        }
    }
}
