import Synchronization
import TuppenceAnalysis
import TuppenceCore
import TuppenceStore

/// What the arms of experiments come to, kept in memory: whoever asks first waits until the ledger of that time is read, and
/// everybody after that for what has been booked since.
package final class ArmFigures: Sendable {
    private struct State {
        var days: ArmDays
        /// As many days as were asked for at the most.
        var count: Int
        /// The last page that was read.
        var page: Int64?
        /// When the latest was said of what has been read of callers, and not later than it was read.
        var heard: Timestamp?
    }

    private let kept = Mutex<State?>(nil)

    package init() {}

    /// What callers say is written down a little after it was said, by the clock of whichever gateway they said it to: clocks may
    /// be so far apart.
    private static let overlap = Milliseconds.seconds(-3_600)

    /// Of today and of `count` days before, in UTC.
    package func experiments(ofDays count: Int, in store: any Store, at now: Timestamp) throws -> [ExperimentReport] {
        func days(_ count: Int) -> Timestamp { now + Milliseconds(-Int64(count) * 86_400_000) }
        let start = days(count)
        return try kept.withLock { kept in
            // What was read in part when something failed is of no use.
            var state = kept ?? State(days: ArmDays(from: start), count: count)
            kept = nil
            // Longer ago than is kept, whether nobody has asked for it or the clock was ahead then: begin anew.
            if start < state.days.start { state = State(days: ArmDays(from: start), count: count) }
            state.count = max(state.count, count)
            // A day more, so that a clock that goes back a little loses nothing.
            state.days.forget(before: days(state.count + 1))
            try Self.readOn(&state, in: store, at: now)
            try Self.placeScores(&state.days, in: store)
            kept = state
            return state.days.experiments(since: start)
        }
    }

    /// What callers have said comes first, so that there is an entry in the ledger already for what it was said of.
    private static func readOn(_ state: inout State, in store: any Store, at now: Timestamp) throws {
        let said = state.heard.map { min($0, now) + overlap } ?? Timestamp(milliseconds: .min)
        try store.forEachFeedback(since: state.days.start, saidSince: said) { feedback in
            state.days.add(score: feedback.score, of: feedback.request)
            // A clock that is ahead does not keep what others say from being heard.
            let at = min(feedback.at, now)
            state.heard = state.heard.map { max($0, at) } ?? at
        }
        state.page = try store.forEachEntry(behind: state.page, from: state.days.start) { state.days.add($0) }
    }

    /// A request that is looked for takes about as long as a tenth of this time does that is read.
    private static let nearby = Milliseconds.seconds(60)
    /// Of more requests than this, each within ``nearby`` of the one before, all that was booked meanwhile is read.
    private static let few = 60

    /// Looks for requests that were read before they were scored.
    private static func placeScores(_ days: inout ArmDays, in store: any Store) throws {
        var requests = days.soughtRequests[...]
        while let first = requests.first {
            var last = first
            let group = requests.prefix { request in
                defer { last = request }
                return request.time - last.time <= nearby
            }
            requests = requests.dropFirst(group.count)
            if group.count > few {
                let end = (group.last ?? first).time + nearby
                try store.forEachEntry(from: first.time, until: end) { days.placeScore(of: $0) }
            }
            for request in group where days.isSought(request) {
                days.placeScore(of: request, among: try store.lines(of: request).map(\.entry))
            }
        }
    }
}
