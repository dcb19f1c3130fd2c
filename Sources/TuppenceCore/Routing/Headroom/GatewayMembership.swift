/// Which part one gateway takes of what is there for several together, by what it hears of the others.
///
/// A part becomes smaller as soon as another gateway is there. It grows only where the others have fallen silent while this one
/// was heard all along. A gateway that has stood still, or has been without the store, finds the others silent for a reason that
/// may be its own, or theirs as well: they go on with their parts, so it goes on with its own until it knows better.
public struct GatewayMembership: Hashable, Sendable {
    /// For how long a gateway counts that says nothing.
    public static let patience = Milliseconds.seconds(5)
    /// Between two of its own heartbeats; after a longer pause it begins anew to listen.
    static let longestPause = Milliseconds(2_500)

    public private(set) var share = GatewayShare.whole
    /// Nil before it has heard anything.
    private var listening: Listening?

    private struct Listening: Hashable {
        var since, last: Timestamp
    }

    public init() {}

    /// Takes news that the store has given to a heartbeat.
    ///
    /// - Parameters:
    ///   - news: the part by those that the store has heard of within ``patience``.
    ///   - now: when the news has come, not when it was asked for: a process may have been stopped in between.
    /// - Returns: the part that is in force now.
    public mutating func heard(_ news: GatewayShare, at now: Timestamp) -> GatewayShare {
        guard let earlier = listening else {
            // There is nothing that it could go on with.
            listening = Listening(since: now, last: now)
            share = news
            return share
        }
        let pause = now - earlier.last
        // The clock may have been set back, too.
        let goesOn = pause >= Milliseconds(0) && pause <= Self.longestPause
        let since = goesOn ? earlier.since : now
        listening = Listening(since: since, last: now)
        if news.count >= share.count || now - since >= Self.patience { share = news }
        return share
    }
}
