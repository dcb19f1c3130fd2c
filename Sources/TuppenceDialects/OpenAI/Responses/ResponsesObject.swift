import TuppenceCore

/// Writes the object that an answer is, whole or as it stands when a stream begins and ends.
struct ResponsesObject {
    var style: AnswerStyle
    var id: JSONString
    var model: JSONString
    var created: Int
    var status: ResponsesFinish.Status?
    var usage: Usage?
    var error: ProviderError?

    /// - Parameter output: writes the items.
    func write(into json: inout JSONWriter, output: (inout JSONWriter) -> Void) {
        json.object { json in
            json.member("id", id)
            json.member("object", literal: "response")
            json.member("created_at", created)
            json.member("status", literal: statusName)
            json.name("error")
            if let error { ResponsesErrors.write(error, style.base, into: &json) } else { json.null() }
            json.name("incomplete_details")
            if case .incomplete(let reason) = status, error == nil {
                json.object { $0.member("reason", literal: reason == .length ? "max_output_tokens" : "content_filter") }
            } else {
                json.null()
            }
            json.member("model", model)
            json.member("output", array: output)
            json.splice(style.echo.isEmpty ? ResponsesEcho.plain : style.echo)
            json.name("usage")
            if let usage {
                ResponsesUsageWriter.write(usage, more: style.usageMembers, into: &json)
            } else {
                json.null()
            }
        }
    }

    private var statusName: StaticString {
        if error != nil { return "failed" }
        switch status {
        case nil: return "in_progress"
        case .completed: return "completed"
        case .incomplete: return "incomplete"
        case .failed: return "failed"
        }
    }
}

/// Errors within an answer.
package enum ResponsesErrors {
    static func write(_ error: ProviderError, _ base: String, into json: inout JSONWriter) {
        json.object { json in
            json.member("code", code(error))
            json.member("message", JSONString(error.message))
            more(error, base, &json)
        }
    }

    /// The event that an error is, where nobody has written the stream so far.
    ///
    /// - Parameter base: where the caller reaches the gateway.
    package static func event(_ error: ProviderError, base: String, number: Int) -> [UInt8] {
        var json = JSONWriter()
        json.plain("event: error\ndata: ")
        json.object { json in
            json.member("type", literal: "error")
            json.member("sequence_number", number)
            members(error, base, &json)
        }
        json.plain("\n\n")
        return json.bytes
    }

    /// The event that says that an answer has failed, of which nobody has written what the stream has told so far.
    ///
    /// - Parameters:
    ///   - answer: the object that it is, as the stream has last told of it.
    ///   - base: where the caller reaches the gateway.
    ///   - previousID: the answer that it goes on from, where it does not say so itself.
    package static func failure(
        _ answer: [UInt8], _ error: ProviderError, base: String, goingOnFrom previousID: String?, number: Int
    ) -> [UInt8] {
        var values: [(name: StaticString, value: [UInt8])] = [("status", Array("\"failed\"".utf8))]
        values.append(("error", Array(RawJSON { write(error, base, into: &$0) }.bytes)))
        if let previousID { values.append(("previous_response_id", JSONWriting.quoted(previousID))) }
        var edits = ByteEdits()
        for (place, new) in zip(ResponsesConversation.members(of: answer, values.map(\.name)), values) {
            if let place {
                edits.add(ByteEdit(place, new.value))
            } else {
                edits.add(ByteEdit(at: 1, insert: Array("\"\(new.name)\":".utf8) + new.value + [UInt8(ascii: ",")]))
            }
        }
        return Array(
            "event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":\(number),\"response\":"
                .utf8)
            + answer.withUnsafeBytes { edits.applied(to: $0) } + Array("}\n\n".utf8)
    }

    static func members(_ error: ProviderError, _ base: String, _ json: inout JSONWriter) {
        json.member("code", code(error))
        json.member("message", JSONString(error.message))
        json.name("param")
        if let parameter = error.parameter { json.value(JSONString(parameter)) } else { json.null() }
        more(error, base, &json)
    }

    private static func code(_ error: ProviderError) -> JSONString {
        JSONString(error.isVerbatim ? error.code ?? error.refusalCode.name : error.refusalCode.name)
    }

    private static func more(_ error: ProviderError, _ base: String, _ json: inout JSONWriter) {
        json.member("doc_url", error.explanation(base))
        if !error.isVerbatim { error.writeMetadata(into: &json) }
    }
}
