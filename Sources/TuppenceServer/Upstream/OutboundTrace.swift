import TuppenceCore
import TuppenceHTTP

/// What a provider goes on with where the attempt's own span is told of: what it tells of itself belongs below that one, and
/// not beside it.
struct OutboundTrace {
    let traceparent: String
    private let isCallers: Bool

    init(_ trace: TraceContext, of attempt: AttemptID) {
        traceparent = trace.traceparent(from: attempt.request.span(ofAttempt: attempt.number))
        isCallers = trace.parent != nil
    }

    /// Whether a field of the caller's does not go out: another trace's state is none of this one's.
    func replaces(_ name: UnsafeRawBufferPointer) -> Bool {
        name.equalsIgnoringCase("traceparent") || !isCallers && name.equalsIgnoringCase("tracestate")
    }
}
