import TuppenceCore

/// A notice that was told of late, and what has become of its deliveries.
public struct ToldNotice: Hashable, Sendable {
    /// One address that it goes to.
    public struct Delivery: Hashable, Sendable {
        public enum State: Hashable, Sendable {
            /// - Parameter why: what the last try has failed with; nil before the first has ended.
            case waiting(tries: Int, why: String?)
            case delivered
            case failed(String)
        }

        /// Without path and query, which may be a secret.
        public let origin: String
        public fileprivate(set) var state: State
    }

    public let id: String
    public let kind: Notice.Kind
    public let at: Timestamp
    public let message: String
    /// None where it is only logged.
    public fileprivate(set) var deliveries: [Delivery] = []

    init(_ message: NoticeMessage) {
        id = message.id
        kind = message.kind
        at = message.at
        self.message = message.text
    }
}

/// The latest notices of this process, as many as there is room for.
struct NoticeLog {
    private struct Entry {
        var notice: ToldNotice
        /// In the order of the notice's deliveries.
        var addresses: [WebhookAddress] = []
    }

    private let capacity: Int
    /// The oldest first.
    private var entries: [Entry] = []

    init(capacity: Int) {
        precondition(capacity > 0, "a log of no places")
        self.capacity = capacity
    }

    /// The newest first.
    var notices: [ToldNotice] { entries.reversed().map(\.notice) }

    mutating func add(_ message: NoticeMessage) {
        if entries.count >= capacity { entries.removeFirst() }
        entries.append(Entry(notice: ToldNotice(message)))
    }

    /// Notes what has become of the delivery of `message` to `address`. Nothing is noted of one that has been pushed out.
    mutating func note(_ message: NoticeMessage, to address: WebhookAddress, _ state: ToldNotice.Delivery.State) {
        guard let index = entries.lastIndex(where: { $0.notice.id == message.id }) else { return }
        if let place = entries[index].addresses.firstIndex(of: address) {
            entries[index].notice.deliveries[place].state = state
        } else {
            entries[index].addresses.append(address)
            entries[index].notice.deliveries.append(.init(origin: address.origin, state: state))
        }
    }
}
