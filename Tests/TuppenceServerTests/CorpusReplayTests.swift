import Foundation
import NIOCore
import NIOPosix
import Testing
import TuppenceCore
import TuppenceTesting

extension GatewayTests {
    /// Recorded reality through the gateway: every exchange of the OpenAI dialect is served by a local upstream, requested
    /// through the gateway, and has to arrive as it was recorded, but for what the gateway adds.
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
            "cerebras/openai.chat/858bc2d93ec83c030ffe.json":
                "its last event ends in a stray quotation mark: not JSON, so the stream ends in an error",
            "openai/openai.chat/24f35fdc9a950b70630e.json":
                "max_tokens is 0: refused here with 400, as the provider did",
            "openai/openai.completions/6e750e774636aa72976a.json":
                "max_tokens is -1: refused here with 400, as the provider did",
        ]

        @Test(
            "arrive as they were recorded, and the ledger counts what the provider counted",
            .enabled(if: Recording.folder != nil, "there are no recordings: set TUPPENCE_CORPUS to their folder"),
            arguments: Delivery.allCases)
        func replay(delivery: Delivery) async throws {
            let recordings = try Recording.all()
            let byNumber = Dictionary(uniqueKeysWithValues: recordings.enumerated().map { ("\($0)", $1) })
            let upstream = try await ScriptedUpstream.start(on: MultiThreadedEventLoopGroup.singleton) { request in
                guard let sent = try? JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any],
                    let recording = (sent["model"] as? String).flatMap({ byNumber[$0] })
                else { return [.answer("unknown", status: 404, type: "text/plain")] }
                return steps(recording, delivery)
            }
            let gateway = try await TestGateway.start(providers: ["p": upstream.baseURL])
            var findings: [String] = []
            var usageFindings: [String] = []
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
            for entry in gateway.entries {
                guard let recording = byNumber[entry.target.model] else { continue }
                if let finding = usageFinding(recording, entry) {
                    usageFindings.append("\(recording.name): \(finding)")
                }
            }
            let explained = findings.filter { finding in Self.explained.keys.contains { finding.hasPrefix($0) } }
            findings.removeAll { explained.contains($0) }
            print(
                "replayed \(recordings.count) exchanges (\(delivery)): \(findings.count) failing, \(explained.count) explained, \(usageFindings.count) counted otherwise"
            )
            for name in Self.explained.keys.sorted() where byNumber.values.contains(where: { $0.name == name }) {
                #expect(explained.contains { $0.hasPrefix(name) }, "\(name) arrives now: strike it from the list")
            }
            #expect(findings.isEmpty, "\(findings.prefix(20).joined(separator: "\n"))")
            #expect(usageFindings.isEmpty, "\(usageFindings.prefix(20).joined(separator: "\n"))")
            try await upstream.stop()
        }

        // MARK: Serving

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

        // MARK: Comparing

        private func finding(_ recording: Recording, _ number: Int, _ gateway: TestGateway) async throws -> String? {
            var body = recording.request
            body["model"] = "p/\(number)"
            let json = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
            let answer = try await gateway.client.post("/v1/\(recording.endpoint)", key: TestGateway.key, body: json)
            if answer["x-tuppence-provider"] == nil {
                return "was refused here: \(answer.status) \(answer.body.prefix(200))"
            }
            if answer.status != recording.status { return "status \(answer.status) in place of \(recording.status)" }
            if !answer.isComplete { return "the answer broke off" }
            if recording.status >= 400 {
                return answer.body == recording.body.text ? nil : "the error was changed: \(answer.body.prefix(200))"
            }
            var expected = recording.documents
            let hasError = expected.contains { (($0 as? [String: Any])?["error"]).map { !($0 is NSNull) } ?? false }
            if recording.isStream {
                if !recording.wantsUsage { expected.removeAll(where: isUsageOnly) }
                if !hasError && !answer.body.hasSuffix("data: [DONE]\n\n") {
                    return "the stream does not end in [DONE]"
                }
            }
            let received = Recording.documents(of: answer.body, isStream: recording.isStream)
            if expected.count != received.count {
                return "\(received.count) documents in place of \(expected.count): \(answer.body.suffix(300))"
            }
            for (one, other) in zip(expected, received) {
                guard let one = withoutCost(one) as? NSObject, let other = withoutCost(other) as? NSObject, one == other
                else {
                    return "\(other) in place of \(one)"
                }
            }
            if !recording.isStream, recording.counted != nil, !answer.body.contains(#""cost_details""#) {
                return "the cost is missing"
            }
            return nil
        }

        private func isUsageOnly(_ document: Any) -> Bool {
            guard let document = document as? [String: Any], document["usage"] is [String: Any] else { return false }
            return (document["choices"] as? [Any])?.isEmpty ?? false
        }

        /// The document without the two fields that the gateway sets.
        private func withoutCost(_ document: Any) -> Any {
            guard var document = document as? [String: Any], var usage = document["usage"] as? [String: Any] else {
                return document
            }
            usage["cost"] = nil
            usage["cost_details"] = nil
            document["usage"] = usage
            return document
        }

        private func usageFinding(_ recording: Recording, _ entry: LedgerEntry) -> String? {
            if recording.status >= 400 { return entry.cost == .zero ? nil : "an error was billed" }
            guard let counted = recording.counted else {
                return entry.estimated ? nil : "no count was recorded, yet it is not an estimate"
            }
            if entry.estimated { return "it was estimated although it was counted" }
            let (input, output) = (entry.usage.totalInput, entry.usage.totalOutput)
            return (input, output) == counted ? nil : "\(input) and \(output) in place of \(counted)"
        }
    }
}
