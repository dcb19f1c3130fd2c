/// What callers have asked for and how it went, as counted on one event loop, or on several together.
///
/// Counting takes a few additions to memory of its own: names are numbers here (``FigureNames``).
public struct RequestFigures: Sendable {
    /// What requests are counted together by.
    public struct Series: Hashable, Sendable {
        public var route: Int
        public var target: Int
        /// The caller's dialect, by whatever numbers the server has for them.
        public var dialect: Int
        /// The status that was answered; of a stream that ended in an error, that error's. 499 where the caller had gone.
        public var status: Int

        public init(route: Int, target: Int, dialect: Int, status: Int) {
            self.route = route
            self.target = target
            self.dialect = dialect
            self.status = status
        }

        var key: UInt64 {
            UInt64(route & 0xFFFF) << 48 | UInt64(target & 0xFFFF) << 32 | UInt64(dialect & 0xFFFF) << 16
                | UInt64(status & 0xFFFF)
        }

        init(key: UInt64) {
            route = Int(key >> 48)
            target = Int(key >> 32 & 0xFFFF)
            dialect = Int(key >> 16 & 0xFFFF)
            status = Int(key & 0xFFFF)
        }
    }

    private var requests = CounterTable()
    /// By the number of the route.
    private var durations: [DurationHistogram] = []
    /// What the gateway itself took of the time: what a request had to wait for its providers is not in it.
    public private(set) var overhead = DurationHistogram.ofOverhead

    /// So many series, and beyond them one for each dialect and status.
    static let mostSeries = 1_500

    public init() {}

    /// A request is over.
    ///
    /// - Parameters:
    ///   - nanoseconds: how long it took altogether, and
    ///   - own: how much of that it did not wait for a provider; nil where it was never sent to one.
    public mutating func add(_ series: Series, nanoseconds: Int64, own: Int64?) {
        count(series, times: 1)
        while durations.count <= series.route { durations.append(.ofRequests) }
        durations[series.route].add(nanoseconds: nanoseconds)
        if let own { overhead.add(nanoseconds: own) }
    }

    /// A request was refused before it was known where it would go.
    public mutating func addRefused(dialect: Int, status: Int) {
        count(Series(route: NameNumber.none, target: NameNumber.none, dialect: dialect, status: status), times: 1)
    }

    public mutating func add(_ other: RequestFigures) {
        // What each has is bounded; bounded once more, a series could go back as another loop's takes its place.
        other.requests.forEach { key, count in requests.add(count, to: key) }
        while durations.count < other.durations.count { durations.append(.ofRequests) }
        for (route, duration) in other.durations.enumerated() { durations[route].add(duration) }
        overhead.add(other.overhead)
    }

    private mutating func count(_ series: Series, times: UInt64) {
        var series = series
        if requests.count >= Self.mostSeries, !requests.contains(series.key) {
            (series.route, series.target) = (NameNumber.others, NameNumber.others)
        }
        requests.add(times, to: series.key)
    }

    public func forEachSeries(_ body: (Series, UInt64) -> Void) {
        requests.forEach { key, count in body(Series(key: key), count) }
    }

    /// Of routes that have had requests, by number.
    public func forEachRoute(_ body: (_ route: Int, DurationHistogram) -> Void) {
        for (route, duration) in durations.enumerated() where duration.count > 0 { body(route, duration) }
    }
}
