import NIOCore
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP

/// Writes answers, and refusals before there is anybody to answer.
extension ClientConnection {
    /// Sends bytes of an answer.
    func write(_ bytes: ByteBuffer) {
        if let recording { take(bytes, recording) }
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func take(_ bytes: ByteBuffer, _ recording: AnswerRecording) {
        recording.take(bytes)
        guard recording.isSpoiled, context == nil else { return }
        // Too long to be kept, and nobody is there to have it. Its driver is in the middle of writing it.
        loop.eventLoop.assumeIsolated().execute { self.giveUp() }
    }

    /// Has the present answer taken down. It is then given to its end, though its caller should leave: whoever sends the
    /// request again has it.
    func record(_ recording: AnswerRecording) { self.recording = recording }

    /// What has been written of the answer is no success, whatever its head says.
    func answerFailed() { recording?.spoil() }

    /// Whether the connection is to be closed behind the present answer, as its head has to say.
    var closesAfterAnswer: Bool { !keepAlive }

    /// The answer cannot be framed otherwise (an HTTP/1.0 stream), or must not be followed by another.
    func closeAfterAnswer() { keepAlive = false }

    /// The answer to `request` may take long, and what was read for it is not needed as it came.
    func rest(_ request: PendingRequest) {
        fields = request.head.fields
        if input.readableBytes == 0 { input = ByteBuffer() }
    }

    /// The present answer is wholly written.
    func answerFinished() {
        driver = nil
        if let recording {
            recording.finish(at: loop.now)
            self.recording = nil
            loop.letGo(of: self)
        }
        phaseSince = loop.now
        // What the next request is, nobody knows: should it be none, it is refused as one that says nothing.
        (isHeadRequest, isHTTP10, dialect, fields) = (false, false, .openAI, nil)
        guard keepAlive, !callerClosedItsSide, !loop.isDraining else { return linger() }
        phase = .head
        setReading(true)
        advance()
    }

    /// Whose money a request would have taken, and by which endpoint.
    struct Spender {
        let key, endpoint: String
    }

    /// - Parameter spender: who would have had to pay for it, where it is known what that would have been.
    func refuse(_ refusal: Refusal, bodyIsOutstanding: Bool = false, of spender: Spender? = nil) {
        if bodyIsOutstanding { keepAlive = false }
        let id = loop.newRequestID()
        loop.figures.addRefused(dialect: dialect.number, status: refusal.code.status)
        if let spender {
            loop.refusals.add(
                RefusedRequest(refusal, id: id, at: loop.now, key: spender.key, endpoint: spender.endpoint))
        }
        send(LocalAnswer(refusal: refusal, base: baseURL, dialect: dialect, requestID: id))
    }

    /// Refuses a request that has been read.
    func refuse(_ request: PendingRequest, _ refusal: Refusal) {
        request.giveBackPlace()
        refuse(refusal, of: request.purpose.spender)
    }

    /// Where the caller reached us, by its own `Host`: behind a proxy only the caller knows.
    var baseURL: String {
        let host = fields?.first("host") ?? "\(loop.settings.host):\(loop.settings.port)"
        let scheme = isTLS || fields?.first("x-forwarded-proto") == "https" ? "https" : "http"
        return "\(scheme)://\(host)"
    }

    func send(_ answer: LocalAnswer) {
        phase = .answering
        var head = ByteBuffer()
        head.writeStatusLine(answer.status)
        head.writeField("date", loop.dateText())
        head.writeField("content-type", answer.contentType)
        head.writeField("content-length", answer.body.count)
        let id = answer.requestID ?? loop.newRequestID()
        head.writeField("x-request-id", id.description)
        head.writeField("x-tuppence-request-id", id.description)
        if dialect == .anthropic { head.writeField("request-id", id.description) }
        head.writeImmutableBuffer(answer.fields)
        writeLastFields(to: &head)
        head.writeEndOfHead()
        if !isHeadRequest { head.writeBytes(answer.body) }
        write(head)
        answerFinished()
    }

    /// What every head has at its end: whether a page may read the answer, and what becomes of the connection.
    func writeLastFields(to head: inout ByteBuffer) {
        if let origin = fields?.first("origin") { loop.settings.writeOrigin(origin, to: &head) }
        if closesAfterAnswer {
            head.writeField("connection", "close")
        } else if isHTTP10 {
            head.writeField("connection", "keep-alive")
        }
    }
}
