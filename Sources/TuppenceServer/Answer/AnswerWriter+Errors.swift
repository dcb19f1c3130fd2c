import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// What callers are told of what is wrong, in the words of their dialect.
extension AnswerWriter {
    /// What a stream that has begun ends with in place of its end.
    ///
    /// - Parameters:
    ///   - answer: which it has broken off, and
    ///   - translation: which has written it, if any.
    /// - Returns: nil where nothing can be said in it.
    func lastEvents(
        saying refusal: Refusal, _ answer: UpstreamAnswer?, _ translation: AnswerTranslation?, base: String
    ) -> ByteBuffer? {
        // Its provider has said what is wrong, and has not come to its end afterwards.
        if answer?.endedInError == true { return ByteBuffer() }
        if dialect == .responses { return responsesEvents(ProviderError(refusal), answer, translation, base: base) }
        return event(ErrorBody.json(refusal, base: base, dialect: dialect, requestID: requestID))
    }

    /// The same of a provider's own error in a stream that comments have begun: its body where that is JSON, and no [DONE].
    func lastEvents(sayingErrorOf answer: UpstreamAnswer, base: String) -> ByteBuffer? {
        let head = answer.head
        if case .translated(let translation) = answer.passage {
            let error = translation.error(head, body: answer.input)
            if dialect == .responses { return responsesEvents(error, answer, translation, base: base) }
            return event(translation.body(of: error))
        }
        let body = Array(answer.input.readableBytesView)
        if dialect == .responses {
            var error = ProviderError(status: head.status, body: body)
            error.isVerbatim = true
            return responsesEvents(error, answer, nil, base: base)
        }
        guard RawJSON(body)?.isObject == true else {
            let text = String(decoding: body.prefix(400), as: UTF8.self)
            let refusal = Refusal(.upstream(status: head.status), "The provider answered \(head.status): \(text)")
            return lastEvents(saying: refusal, nil, nil, base: base)
        }
        return event(body.lazy.filter { $0 != 10 && $0 != 13 })
    }

    /// Responses have an event for errors, which has its number as every other.
    private func responsesEvents(
        _ error: ProviderError, _ answer: UpstreamAnswer?, _ translation: AnswerTranslation?, base: String
    ) -> ByteBuffer {
        var events = translation?.end(with: error) ?? []
        if events.isEmpty, case .scanned(let passage)? = answer?.passage {
            events = passage.failure(error, base: base)
        }
        if events.isEmpty { events = ResponsesErrors.event(error, base: base, number: 0) }
        return ByteBuffer(bytes: events)
    }

    private func event(_ body: some Sequence<UInt8>) -> ByteBuffer? {
        if isSound { return nil }
        var event = ByteBuffer()
        if form == .array {
            event.writeString(hasSentEvents ? ",\r\n" : "[\n")
            event.writeBytes(body)
            event.writeStaticString("\r\n]")
            return event
        }
        if dialect == .anthropic { event.writeStaticString("event: error\n") }
        event.writeStaticString("data: ")
        event.writeBytes(body)
        event.writeStaticString("\n\n")
        return event
    }

    /// What we say of a provider's error, beside what it says itself.
    func writeErrorFields(_ error: ProviderError, _ answer: UpstreamAnswer, to head: inout ByteBuffer) {
        head.writeField("x-tuppence-error-code", error.refusalCode.name)
        if isInVain(error, answer), !answer.head.fields.contains("x-should-retry") {
            head.writeField("x-should-retry", "false")
        }
        // Some say in the body when to come back.
        if let wait = error.retryAfter, !answer.head.fields.contains("retry-after") {
            head.writeField("retry-after", Int((wait.count + 999) / 1_000))
        }
    }

    /// Whether no waiting helps, whatever the status is: SDKs take each 429 for one that it helps, and some providers say with 400 or
    /// 403 that there were too many requests.
    private func isInVain(_ error: ProviderError, _ answer: UpstreamAnswer) -> Bool {
        // Who says when to come back says that it helps.
        guard error.retryAfter == nil, answer.head.pause == nil else { return false }
        return switch error.kind {
        case .outOfQuota, .tooLarge: true
        default: !error.isRetryable
        }
    }
}
