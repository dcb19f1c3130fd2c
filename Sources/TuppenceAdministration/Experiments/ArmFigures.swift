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
        /// What callers had said until then is known.
        var heard = Timestamp(milliseconds: .min)
    }

    private let kept = Mutex<State?>(nil)

    package init() {}

    /// What callers say is written down a little after it was said, by several clocks.
    private static let overlap = Milliseconds.seconds(-60)

    /// Of today and of `count` days before, in UTC.
    package func experiments(ofDays count: Int, in store: any Store, at now: Timestamp) throws -> [ExperimentReport] {
        func days(_ count: Int) -> Timestamp { now + Milliseconds(-Int64(count) * 86_400_000) }
        let start = days(count)
        return try kept.withLock { kept in
            // What was read in part when something failed is of no use.
            var state = kept ?? State(days: ArmDays(from: start), count: count)
            kept = nil
            // Longer ago than was read so far: begin anew.
            if count > state.count { state = State(days: ArmDays(from: start), count: count) }
            state.days.forget(before: days(state.count))
            try Self.readOn(&state, in: store)
            try Self.placeScores(&state, in: store, at: now)
            kept = state
            return state.days.experiments(since: start)
        }
    }

    /// What callers have said comes first, so that there is an entry in the ledger already for what it was said of.
    private static func readOn(_ state: inout State, in store: any Store) throws {
        let known = state.heard
        try store.forEachFeedback(since: state.days.start, saidSince: known) { feedback in
            state.days.add(score: feedback.score, of: feedback.request)
            state.heard = max(state.heard, feedback.at + overlap)
        }
        state.page = try store.forEachEntry(behind: state.page, from: state.days.start) { state.days.add($0) }
    }

    /// Looks for requests again that were read before they were scored, by the hour.
    private static func placeScores(_ state: inout State, in store: any Store, at now: Timestamp) throws {
        var requests = state.days.unplacedRequests[...]
        while let first = requests.popFirst() {
            var last = first
            while let next = requests.first, next.time - last.time <= RequestCollector.longest {
                last = next
                requests.removeFirst()
            }
            _ = try store.forEachEntry(
                behind: nil, from: first.time, until: last.time + RequestCollector.longest
            ) { state.days.placeScore(of: $0) }
        }
        state.days.giveUpScores(before: now + Milliseconds(-RequestCollector.longest.count))
    }
}
