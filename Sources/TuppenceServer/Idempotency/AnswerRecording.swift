import NIOCore
import TuppenceCore
import TuppenceHTTP

/// Takes down an answer as it is written to its caller, and keeps it if it is a success.
final class AnswerRecording {
    private let claim: IdempotencyClaim
    private let answers: any AnswerCache
    private var bytes = ByteBuffer()
    /// Whether it is not to be kept.
    private(set) var isSpoiled = false

    init(_ claim: IdempotencyClaim) {
        self.claim = claim
        answers = claim.owner.answers
    }

    func take(_ written: ByteBuffer) {
        guard !isSpoiled else { return }
        bytes.writeImmutableBuffer(written)
        if bytes.readableBytes > answers.maximumBodyBytes - 1_024 { spoil() }
    }

    /// It has failed on its way, or is too long: the next request under its key is one of its own.
    func spoil() {
        isSpoiled = true
        bytes = ByteBuffer()
    }

    /// It is wholly written.
    func finish(at now: Timestamp) {
        guard !isSpoiled, let kept = RecordedAnswer(fingerprint: claim.request.fingerprint, wire: bytes) else { return }
        answers.keep(kept.stored(at: now), under: claim.request.place)
    }
}
