import TuppenceCore
import TuppenceDialects

extension FuzzDecoder {
    /// A body is cut into the same messages however its bytes arrive.
    static let framers = [StreamFraming.events, .lines, .frames].map { framing in
        FuzzDecoder(
            "framing: \(framing)",
            seeds: framing == .frames
                ? DialectSeeds.streams(.bedrock).map(EventFrames.framed) : DialectSeeds.streams(.openAI),
            words: DialectSeeds.words
        ) { input, random in
            let (whole, fault) = messages(framing, input, [])
            let (pieces, other) = messages(framing, input, Checks.sizes(&random))
            if whole != pieces || (fault == nil) != (other == nil) {
                throw FuzzFault("in pieces there are other messages")
            }
            return fault == nil ? .read : .rejected
        }
    }

    private static func messages(
        _ framing: StreamFraming, _ body: [UInt8], _ pieces: [Int]
    ) -> ([StreamMessage], JSONError?) {
        var framer = StreamFramer(framing)
        var found: [StreamMessage] = []
        do throws(JSONError) {
            for piece in Checks.cut(body, pieces) {
                piece.withUnsafeBytes { framer.append($0) }
                while let message = try framer.next() { found.append(message) }
            }
        } catch { return (found, error) }
        if let last = framer.rest() { found.append(last) }
        return (found, nil)
    }

    static let documents = [tree, canonical] + usages + [holdBody, settlementBody, feedbackBody]

    private static let json =
        DialectSeeds.requests(.openAI) + DialectSeeds.answers(.gemini) + DialectSeeds.errors + [
            #" { "a" : [ 1 , -0.5e+10, 2E-3, 0, -0, true, false, null, "", "x\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 é😀" ], "": {} } "#
                .bytes
        ]

    /// The tree takes nothing that the cursor refuses, what is written of it is what was read, and it is the same where the
    /// cursor has noted its values.
    private static let tree = FuzzDecoder("JSON: tree", seeds: json, words: DialectSeeds.words) { input, _ in
        let written: [UInt8]
        do throws(JSONError) { written = try JSONTree.read(input) { rewritten($0) } } catch { return .rejected }
        if let known = try recording(of: input),
            try JSONTree.read(input, known: known, { rewritten($0) }) != written
        {
            throw FuzzFault("noted while it is read it is another document")
        }
        guard Checks.isJSON(input), Checks.isJSON(written) else { throw FuzzFault("what is read of it is no JSON") }
        return .read
    }

    private static func recording(of input: [UInt8]) throws(JSONError) -> JSONRecording? {
        let result: Result<JSONRecording?, JSONError> = input.withUnsafeBytes { bytes in
            var cursor = JSONCursor(bytes)
            do throws(JSONError) {
                return .success(try cursor.recording { (cursor) throws(JSONError) in _ = try cursor.skipValue() })
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Value by value, not as it stands in the input.
    private static func rewritten(_ value: JSONValue) -> [UInt8] {
        var json = JSONWriter()
        write(value, into: &json)
        return json.bytes
    }

    private static func write(_ value: JSONValue, into json: inout JSONWriter) {
        switch value.kind {
        case .object:
            json.object { json in
                for member in value.members {
                    json.name(key: member.key)
                    write(member.value, into: &json)
                }
            }
        case .array: json.array { json in for element in value.elements { write(element, into: &json) } }
        case .string, .number, .bool, .null: json.value(value.raw)
        }
    }

    /// The one spelling of a document is the one spelling of itself.
    private static let canonical = FuzzDecoder("JSON: canonical", seeds: json, words: DialectSeeds.words) { input, _ in
        guard let once = spelling(input) else { return .rejected }
        if spelling(once) != once { throw FuzzFault("spelled again it is another text") }
        return .read
    }

    private static func spelling(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBytes { bytes in
            do throws(JSONError) { return try CanonicalJSON.object(bytes) } catch { return nil }
        }
    }

    private static let usages = UsageDialect.allCases.map { dialect in
        FuzzDecoder(
            "usage: \(dialect.rawValue)",
            seeds: DialectSeeds.answers(Dialect(rawValue: dialect.rawValue) ?? .openAI), words: DialectSeeds.words
        ) { input, _ in
            var reader = dialect.reader
            let isRead = input.withUnsafeBytes { bytes in
                do throws(JSONError) {
                    try reader.read(bytes)
                    return true
                } catch { return false }
            }
            let usage = reader.report.usage
            if usage.totalInput < 0 || usage.totalOutput < 0 { throw FuzzFault("it counts \(usage)") }
            return isRead ? .read : .rejected
        }
    }

    private static let holdBody = FuzzDecoder(
        "meter: hold",
        seeds: [
            #"{"model":"openai/gpt-5-mini","input_tokens":1000,"max_output_tokens":500,"n":2,"user":"u","expires_in":60}"#
                .bytes, #"{"amount_usd":"0.25","model":"x/y"}"#.bytes,
        ], words: DialectSeeds.words
    ) { input, _ in
        input.withUnsafeBytes { bytes in
            do throws(Refusal) {
                _ = try HoldBody(bytes)
                return .read
            } catch { return .rejected }
        }
    }

    private static let settlementBody = FuzzDecoder(
        "meter: settlement",
        seeds: [
            #"{"usage":{"prompt_tokens":10,"completion_tokens":5},"cost_usd":"0.01"}"#.bytes,
            #"{"dialect":"anthropic","usage":{"input_tokens":3,"output_tokens":2}}"#.bytes,
        ], words: DialectSeeds.words
    ) { input, _ in
        input.withUnsafeBytes { bytes in
            do throws(Refusal) {
                _ = try SettlementBody.read(bytes)
                return .read
            } catch { return .rejected }
        }
    }

    private static let feedbackBody = FuzzDecoder(
        "feedback",
        seeds: [
            #"{"request_id":"req_019ab9f3d0a07c3f5d1e8b6a42c7f901","score":-0.5,"comment":"late"}"#.bytes,
            #"{"score":true,"request_id":"req_00000000000000000000000000000000"}"#.bytes,
        ], words: DialectSeeds.words
    ) { input, _ in
        let feedback: Feedback? = input.withUnsafeBytes { bytes in
            do throws(Refusal) { return try FeedbackBody.read(bytes, at: Timestamp(milliseconds: 0)) } catch {
                return nil
            }
        }
        guard let feedback else { return .rejected }
        if !feedback.score.isFinite { throw FuzzFault("it is scored \(feedback.score)") }
        return .read
    }
}
