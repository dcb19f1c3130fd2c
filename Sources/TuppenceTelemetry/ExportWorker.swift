import Logging
import NIOCore
import TuppenceCore
import TuppenceHTTP
import TuppenceUpstream

/// Fetches what there is to tell once a second, and posts it, on one event loop.
final class ExportWorker {
    private let eventLoop: any EventLoop
    private let pool: UpstreamPool
    private let logger: Logger
    private let version: String
    private let now: @Sendable () -> Timestamp
    private let fetch: TelemetryExporter.Fetch
    private let started: UInt64
    private var settings: TelemetrySettings?
    private var addresses: [String: ProviderAddress] = [:]
    private var queue = SpanQueue()
    private var metrics = GenAIMetrics()
    private var metricsChanged = false
    private var lastMetrics = Timestamp(milliseconds: 0)
    private var posts: [Signal: OneShotRequest] = [:]
    private var timer: Scheduled<Void>?
    private var lastWarning = Timestamp(milliseconds: 0)
    private var hasSentLast = false
    private var isClosed = false
    private(set) var figures = TelemetryExporter.Figures()

    private enum Signal: String {
        case traces, metrics
    }

    private static let interval = TimeAmount.seconds(1)
    private static let metricsInterval = Milliseconds.seconds(10)
    /// A collector is near, and what waits for it is bounded.
    private static let patience = TimeAmount.seconds(10)
    private static let warningInterval = Milliseconds.seconds(60)

    init(
        eventLoop: any EventLoop, network: UpstreamNetwork, version: String, logger: Logger,
        fetch: @escaping TelemetryExporter.Fetch, now: @escaping @Sendable () -> Timestamp
    ) {
        self.eventLoop = eventLoop
        self.version = version
        self.logger = logger
        self.fetch = fetch
        self.now = now
        started = UInt64(max(0, now().milliseconds)) * 1_000_000
        pool = UpstreamPool(eventLoop: eventLoop, network: network)
    }

    /// Puts other settings in force; what waits goes where these say.
    func replace(
        with settings: TelemetrySettings?, _ addresses: [String: ProviderAddress], listing models: Set<String>
    ) {
        self.settings = settings
        metrics.listed = models
        self.addresses = addresses
        if settings == nil { drop(queue.clear()) }
        if timer == nil { schedule() }
    }

    // MARK: Taking in

    private func schedule() {
        timer = nil
        guard settings != nil, !isClosed else { return }
        timer = eventLoop.assumeIsolated().scheduleTask(in: Self.interval) {
            self.look()
            self.schedule()
        }
    }

    /// - Returns: done once all have told, though what they told may come in a moment later.
    @discardableResult
    private func look() -> EventLoopFuture<Void> {
        let told = fetch { [eventLoop, worker = NIOLoopBound(self, eventLoop: eventLoop)] records, dropped in
            eventLoop.execute { worker.value.add(records, dropped: dropped) }
        }
        // What is to be tried again.
        sendTraces()
        sendMetrics()
        return told
    }

    private func add(_ records: [TelemetryRecord], dropped: UInt64) {
        guard let settings, !isClosed else { return }
        var spans: [Span] = []
        metricsChanged = metricsChanged || !records.isEmpty
        for record in records {
            switch record {
            case .exchange(let exchange):
                let address = exchange.provider.flatMap { addresses[$0] }
                metrics.add(exchange, at: address)
                if exchange.trace.isSampled { spans.append(Span(exchange, at: address)) }
            case .attempt(let entry, let trace, let facts):
                let address = addresses[entry.target.provider]
                metrics.add(entry, isStream: facts.isStream == true, at: address)
                if trace.isSampled { spans.append(Span(entry, in: trace, at: address, facts)) }
            }
        }
        drop(Int(dropped) + (settings.sendsTraces ? queue.add(spans) : 0))
        sendTraces()
    }

    private func drop(_ count: Int) {
        guard count > 0 else { return }
        figures.droppedSpans += count
        warn("spans were dropped: the collector is too slow, or does not answer", ["spans": "\(count)"])
    }

    /// Says so, but not over and over.
    private func warn(_ text: Logger.Message, _ metadata: Logger.Metadata) {
        guard now() - lastWarning >= Self.warningInterval else { return }
        lastWarning = now()
        logger.warning(text, metadata: metadata)
    }

    // MARK: Sending

    private func sendTraces() {
        guard let settings, let spans = queue.takeDue(at: now()) else { return }
        var body = ProtobufWriter()
        body.message(1) { group in
            group.resource(settings, version)
            group.message(2) { scope in
                scope.scope(version)
                for span in spans { scope.span(2, span) }
            }
        }
        post(body.bytes, .traces, settings) { outcome in
            switch outcome {
            case .answered(let head) where head.hasTaken:
                self.figures.sentSpans += spans.count
                self.queue.arrived()
            case .answered(let head):
                let mayWork = [429, 502, 503, 504].contains(head.status)
                self.failed(.traces, "status \(head.status)")
                let isLast = !mayWork || self.isClosed
                self.drop(self.queue.failed(retryAfter: head.retryAfter, isLast: isLast, at: self.now()))
            case .failed(let why):
                self.failed(.traces, why)
                self.drop(self.queue.failed(retryAfter: nil, isLast: self.isClosed, at: self.now()))
            }
            self.sendTraces()
        }
    }

    /// Where one is lost the next has all that was in it.
    private func sendMetrics(isLast: Bool = false) {
        guard let settings, settings.sendsMetrics, metricsChanged, posts[.metrics] == nil,
            isLast || now() - lastMetrics >= Self.metricsInterval
        else { return }
        lastMetrics = now()
        metricsChanged = false
        let end = UInt64(max(0, lastMetrics.milliseconds)) * 1_000_000
        var body = ProtobufWriter()
        body.message(1) { group in
            group.resource(settings, version)
            group.message(2) { scope in
                scope.scope(version)
                scope.metrics(2, metrics, from: started, to: end)
            }
        }
        post(body.bytes, .metrics, settings) { outcome in
            switch outcome {
            case .answered(let head) where head.hasTaken: return
            case .answered(let head): self.failed(.metrics, "status \(head.status)")
            case .failed(let why): self.failed(.metrics, why)
            }
            self.metricsChanged = true
        }
    }

    private func failed(_ signal: Signal, _ why: String) {
        figures.failedPosts += 1
        warn("telemetry could not be sent", ["signal": "\(signal.rawValue)", "why": "\(why)"])
    }

    private func post(
        _ body: [UInt8], _ signal: Signal, _ settings: TelemetrySettings,
        then: @escaping (OneShotRequest.Outcome) -> Void
    ) {
        guard let endpoint = UpstreamEndpoint(baseURL: settings.endpoint, apiKey: nil) else {
            preconditionFailure("the collector's address was not looked at")
        }
        var request = ByteBuffer()
        request.writeString("POST \(endpoint.pathPrefix)/v1/\(signal.rawValue) HTTP/1.1\r\n")
        request.writeField("host", endpoint.hostField)
        request.writeField("content-type", "application/x-protobuf")
        request.writeField("user-agent", "tuppence")
        for field in settings.headers { request.writeString("\(field.name): \(field.value)\r\n") }
        request.writeField("content-length", body.count)
        request.writeEndOfHead()
        request.writeBytes(body)
        let post = OneShotRequest(eventLoop, patience: Self.patience) { outcome in
            self.posts[signal] = nil
            // Not from within: one that failed at once leads back here.
            self.eventLoop.assumeIsolated().execute { then(outcome) }
        }
        posts[signal] = post
        post.send(request, to: endpoint, through: pool)
    }

    // MARK: Ending

    /// Fetches once more, and sends what comes of it once all have told.
    func hurry() {
        queue.hasten()
        look().whenComplete { [eventLoop, worker = NIOLoopBound(self, eventLoop: eventLoop)] _ in
            // Behind what they told, which comes in by the same way.
            eventLoop.execute { worker.value.sendLast() }
        }
    }

    private func sendLast() {
        guard !isClosed else { return }
        hasSentLast = true
        sendTraces()
        sendMetrics(isLast: true)
    }

    /// Whether nothing is to be sent any more.
    var isIdle: Bool { settings == nil || hasSentLast && queue.count == 0 && posts.isEmpty }

    func close() {
        isClosed = true
        timer?.cancel()
        for post in posts.values { post.cancel() }
        posts = [:]
        drop(queue.clear())
        pool.close()
    }
}

extension ResponseHead {
    fileprivate var hasTaken: Bool { (200..<300).contains(status) }
}

extension ProtobufWriter {
    fileprivate mutating func resource(_ settings: TelemetrySettings, _ version: String) {
        message(1) { resource in
            resource.attributes(1, Attribute.resource(settings, version))
        }
    }

    fileprivate mutating func scope(_ version: String) {
        message(1) { scope in
            scope.text(1, "tuppence")
            scope.text(2, version)
        }
    }
}
