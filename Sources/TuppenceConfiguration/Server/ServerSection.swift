import TuppenceCore

/// How the gateway serves its callers.
public struct ServerSettings: Hashable, Sendable {
    /// A host name or address; IPv6 without its brackets.
    public var listenHost = "127.0.0.1"
    /// 0 lets the system choose one.
    public var listenPort = 8080
    /// How callers are met over TLS; nil has them speak plain HTTP.
    public var tls: TLSSettings?
    public var console = ConsoleSettings.standard
    /// The longest request body that is read; a longer one is refused with 413.
    public var maxBodyBytes = 32 << 20
    public var access = ServerAccess()
    public var limits = ServerLimits()
    /// How long one client request may take altogether.
    public var requestTimeout = Policy.Defaults().requestTimeout
    /// The longest silence within an answer.
    public var idleTimeout = Policy.Defaults().idleTimeout
    /// How long an answer that nobody waits for is read on for its count; 0 for not at all.
    public var lateUsage = Policy.Defaults().lateUsage
    /// How long a hold outlives the request that it was made for, and the time for late usage.
    public var holdGrace = Policy.Defaults().holdGrace
    /// For how long requests are taken still once the gateway has been told to stop, so that balancers have time to find out; 0 for
    /// not at all.
    public var shutdownDelay = Milliseconds(0)
    /// For how long answers under way may go on once nothing new is taken; 0 has them broken off.
    public var drainTimeout = Milliseconds.seconds(8)
    /// Where requests wait while no target has room for them; nil has them refused.
    public var queue: Policy.Queue?
    /// To how many targets of each route connections are kept open.
    public var warmTargets = 3
    /// Where a gateway keeps what is its own; nil for beside an SQLite store, or in the working directory.
    public var dataFolder: String?
    /// Whether answers of Responses are kept, for callers to go on from.
    public var keepsResponses = true
    /// Whether answers to requests with an `idempotency-key` are kept, to be given again.
    public var keepsIdempotentAnswers = true

    public init() {}

    /// Whether only programs on this machine can reach the gateway.
    public var isLoopback: Bool {
        listenHost == "localhost" || listenHost == "::1" || listenHost.hasPrefix("127.")
    }
}

extension ServerSettings {
    /// Whether a request to `baseURL` would come back to the gateway, and so go round for ever.
    func answers(_ baseURL: String) -> Bool {
        let (scheme, standardPort) = tls == nil ? ("http://", 80) : ("https://", 443)
        guard baseURL.hasPrefix(scheme) else { return false }
        let authority = String(baseURL.dropFirst(scheme.count).prefix { $0 != "/" })
        guard let (host, port) = Self.address(authority) ?? Self.address("\(authority):\(standardPort)"),
            port == listenPort
        else { return false }
        var target = ServerSettings()
        target.listenHost = host
        let listensEverywhere = listenHost == "0.0.0.0" || listenHost == "::"
        return host == listenHost || target.isLoopback && (isLoopback || listensEverywhere)
    }

    /// Reads `server: { listen: 127.0.0.1:8080, max_body: 32MB, request_timeout: 600s }`.
    init(_ section: YAMLCursor?) {
        self.init()
        let known =
            ServerAccess.keys + [
                "listen", "console", "max_body", "request_timeout", "idle_timeout", "late_usage", "hold_grace", "queue",
                "shutdown_delay", "drain_timeout", "keep_warm", "tls", "limits", "data", "keep_responses",
                "keep_idempotent",
            ]
        guard let fields = section?.fields(of: "'server'", known) else { return }
        if let (host, port) = fields["listen"]?.value("an address such as 127.0.0.1:8080", Self.address) {
            listenHost = host
            listenPort = port
        }
        console = fields["console"]?.console(besides: (listenHost, listenPort)) ?? console
        maxBodyBytes = fields["max_body"]?.bytes() ?? maxBodyBytes
        requestTimeout = fields["request_timeout"]?.duration() ?? requestTimeout
        idleTimeout = fields["idle_timeout"]?.duration() ?? idleTimeout
        lateUsage = fields["late_usage"]?.durationOrOff() ?? lateUsage
        holdGrace = fields["hold_grace"]?.duration() ?? holdGrace
        shutdownDelay = fields["shutdown_delay"]?.durationOrOff() ?? shutdownDelay
        drainTimeout = fields["drain_timeout"]?.durationOrOff() ?? drainTimeout
        queue = fields["queue"]?.queue()
        warmTargets = fields["keep_warm"]?.integer(in: 0...20) ?? warmTargets
        dataFolder = fields["data"]?.text("the path of a folder")?.value
        keepsResponses = fields["keep_responses"]?.boolean() ?? keepsResponses
        keepsIdempotentAnswers = fields["keep_idempotent"]?.boolean() ?? keepsIdempotentAnswers
        tls = fields["tls"]?.tls()
        access = ServerAccess(fields)
        limits = fields["limits"]?.serverLimits() ?? limits
    }

    /// `127.0.0.1:8080`, `localhost:8080`, `[::1]:8080`. The host must be there: who may connect is not to be guessed.
    public static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"),
            let port = Scalar.integer(String(text[text.index(after: colon)...]), in: 0...65_535)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        // Resolvers take a '*' for this machine alone, where whoever writes it means all addresses.
        guard !host.isEmpty, host.allSatisfy({ !$0.isWhitespace && !"[]/@*".contains($0) }) else { return nil }
        return (String(host), port)
    }
}

extension YAMLCursor {
    /// Reads `off`, `on` or `{ length: 100, within: 5s }`; nil for `off`.
    fileprivate func queue() -> Policy.Queue? {
        var queue = Policy.Queue()
        guard !isScalar else {
            let answers = ["on": true, "off": false]
            return value("'off', 'on' or { length: 100, within: 5s }") { answers[$0] } == true ? queue : nil
        }
        guard let fields = fields(of: "the 'queue' of 'server'", ["length", "within"]) else { return nil }
        queue.length = fields["length"]?.integer(in: 1...100_000) ?? queue.length
        queue.within = fields["within"]?.duration() ?? queue.within
        if queue.within > .seconds(60) {
            (fields["within"] ?? self).report(
                "'within' is more than a minute, which hardly any caller waits.", "Write 60s or less.")
        }
        return queue
    }
}
