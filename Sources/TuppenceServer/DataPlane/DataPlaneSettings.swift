import TuppenceCore
import TuppenceUpstream

/// How the data plane listens, and what it puts up with.
public struct DataPlaneSettings: Hashable, Sendable {
    public var host = "127.0.0.1"
    /// 0 picks a free port.
    public var port = 8080
    /// The largest request body.
    public var maximumBodyBytes = 32 << 20
    /// The largest whole answer of a provider; a stream may be longer.
    public var maximumAnswerBytes = 128 << 20
    /// The largest single event within a stream.
    public var maximumEventBytes = 16 << 20
    /// The largest head of a request.
    public var maximumHeadBytes = 64 << 10
    public var admission = AdmissionRules()
    /// The origins whose pages may read answers in browsers (`https://app.example`); nil for all.
    public var origins: [String]?
    public var load = LoadLimits()
    /// From a request's first byte to the end of its head, and for the handshake over TLS.
    public var headTimeout = Milliseconds.seconds(10)
    /// A body may always take this long; after that it has to come at `minimumBodyRate` on average.
    public var bodyGrace = Milliseconds.seconds(30)
    /// Bytes a second.
    public var minimumBodyRate: Int64 = 2_048
    /// How long a connection may rest between requests, and how long a caller may read nothing.
    public var idleTimeout = Milliseconds.seconds(60)
    /// How long the ledger may take to answer before a request is refused.
    public var ledgerTimeout = Milliseconds.seconds(1)
    /// How long the books may take to be looked up in, by those who ask for holds and usage.
    public var booksTimeout = Milliseconds.seconds(20)
    /// How long the cache may take to look before a request goes on without it.
    public var cacheTimeout = Milliseconds(100)
    /// A stream that has been silent for this long before its first content gets a comment, so that nobody in between
    /// takes it for dead.
    public var keepAliveInterval = Milliseconds.seconds(15)
    /// To how many targets of each route, the likeliest, a connection is kept open.
    public var warmTargets = 3
    /// How providers are reached, and who vouches for them.
    public var network = UpstreamNetwork()

    public init() {}
}
