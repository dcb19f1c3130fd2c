import TuppenceCore

/// The members of OpenAI's chats and Responses of which some of its models take nothing, or what is usual alone.
extension ScannedRequest.Reader {
    /// Looks at a member, and leaves the reading of it to others.
    func noteOpenAITraits(_ key: JSONText, _ cursor: JSONCursor) throws(JSONError) {
        var cursor = cursor
        switch key.bytes.count {
        case 4 where key.equals("stop"): try noteStop(&cursor)
        case 5 where key.equals("top_p"): try noteSampling(&cursor, usual: UInt8(ascii: "1"))
        case 7 where key.equals("include"): try noteIncluded(&cursor)
        case 8 where key.equals("logprobs"):
            if try cursor.kind() == .bool, try cursor.bool() { request.openAISigns.hasSampling = true }
        case 9 where key.equals("verbosity"): try noteVerbosity(&cursor)
        case 10 where key.equals("logit_bias"):
            try cursor.members { (cursor, _) throws(JSONError) in
                request.openAISigns.hasSampling = true
                try cursor.skipValue()
            }
        case 11 where key.equals("temperature"): try noteSampling(&cursor, usual: UInt8(ascii: "1"))
        case 12 where key.equals("top_logprobs"): try noteSampling(&cursor, usual: UInt8(ascii: "0"))
        case 16 where key.equals("presence_penalty"): try noteSampling(&cursor, usual: UInt8(ascii: "0"))
        case 17 where key.equals("frequency_penalty"): try noteSampling(&cursor, usual: UInt8(ascii: "0"))
        case 19 where key.equals("parallel_tool_calls"):
            if try cursor.kind() == .bool { request.traits.insert(.parallelCalls) }
        default: break
        }
    }

    func noteVerbosity(_ cursor: inout JSONCursor) throws(JSONError) {
        guard try cursor.kind() == .string else { return _ = try cursor.skipValue() }
        if try !cursor.string().equals("medium") { request.traits.insert(.verbosity) }
    }

    /// - Parameter digit: what the number is where nobody minds: as it stands, or with zeros behind a point, as many clients
    ///   write it.
    private func noteSampling(_ cursor: inout JSONCursor, usual digit: UInt8) throws(JSONError) {
        guard try cursor.kind() == .number else { return }
        let bytes = try cursor.number().bytes
        let isUsual =
            bytes[0] == digit
            && (bytes.count == 1
                || bytes[1] == UInt8(ascii: ".") && bytes.dropFirst(2).allSatisfy { $0 == UInt8(ascii: "0") })
        if !isUsual { request.openAISigns.hasSampling = true }
    }

    private func noteStop(_ cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.kind() {
        case .string: request.traits.insert(.stop)
        case .array:
            try cursor.array { (cursor) throws(JSONError) in
                request.traits.insert(.stop)
                try cursor.skipValue()
            }
        default: break
        }
    }

    private func noteIncluded(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.elements { (cursor) throws(JSONError) in
            guard try cursor.kind() == .string else { return _ = try cursor.skipValue() }
            let name = try cursor.string()
            if name.equals("reasoning.encrypted_content") { request.traits.insert(.thoughts) }
            if name.equals("message.output_text.logprobs") { request.openAISigns.hasSampling = true }
        }
    }
}
