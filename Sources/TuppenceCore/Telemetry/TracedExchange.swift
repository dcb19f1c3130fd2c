/// A request that is over, as a span tells it. There is no prompt, no answer and no secret in it.
public struct TracedExchange: Sendable {
    public let id: RequestID
    public let trace: TraceContext
    public let end: Timestamp
    public let nanoseconds: Int64
    /// From its beginning to the first content of a stream; nil where none came, or none that could be told from the rest.
    public let firstContent: Milliseconds?
    public let attribution: Attribution
    /// The route or model that was asked for.
    public let asked: String
    public let isStream: Bool
    /// What its caller wants of the answer.
    public let settings: [RequestSetting]
    /// Who was asked last; nil where nobody was.
    public let provider: String?
    /// Whether it is a copy for a shadow, which no caller has asked for.
    public let isCopy: Bool
    /// The status that was answered; 499 where the caller had gone.
    public let status: Int
    /// The code of the refusal that it ended in, if it did.
    public let refusal: Refusal.Code?
    public let attempts: Int
    /// What its caller is charged, and what its attempts cost so far is with them.
    public let charged: Money

    public init(
        id: RequestID, trace: TraceContext, end: Timestamp, nanoseconds: Int64, firstContent: Milliseconds? = nil,
        attribution: Attribution, asked: String,
        isStream: Bool, settings: [RequestSetting] = [], provider: String? = nil, isCopy: Bool = false,
        status: Int, refusal: Refusal.Code?, attempts: Int, charged: Money
    ) {
        self.id = id
        self.trace = trace
        self.end = end
        self.nanoseconds = nanoseconds
        self.firstContent = firstContent
        self.attribution = attribution
        self.asked = asked
        self.isStream = isStream
        self.settings = settings
        self.provider = provider
        self.isCopy = isCopy
        self.status = status
        self.refusal = refusal
        self.attempts = attempts
        self.charged = charged
    }
}

/// What there is to tell of requests: each that is over, and each of its attempts as it is booked.
public enum TelemetryRecord: Sendable {
    case exchange(TracedExchange)
    case attempt(LedgerEntry, TraceContext, AttemptFacts = AttemptFacts())
}

/// What one event loop has to tell, until somebody fetches it. Bounded: what there is no room for is counted.
public struct TelemetryBuffer: Sendable {
    public static let capacity = 8_192

    private var records: [TelemetryRecord] = []
    private var dropped: UInt64 = 0

    public init() {}

    public mutating func add(_ record: TelemetryRecord) {
        guard records.count < Self.capacity else {
            dropped += 1
            return
        }
        records.append(record)
    }

    /// All there is, and how much there was no room for since this was asked last.
    public mutating func take() -> (records: [TelemetryRecord], dropped: UInt64) {
        let taken = (records, dropped)
        records = []
        dropped = 0
        return taken
    }
}
