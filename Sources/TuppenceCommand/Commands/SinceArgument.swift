import ArgumentParser
import TuppenceCore

/// When a span of the ledger begins: `7d` ago, `12h` ago, or at a date.
struct SinceArgument: ExpressibleByArgument, CustomStringConvertible {
    private let text: String
    private let moment: Moment

    private enum Moment {
        case ago(Milliseconds)
        case at(Timestamp)
    }

    init?(argument: String) {
        text = argument
        if let time = Timestamp(iso8601: argument) {
            moment = .at(time)
            return
        }
        let units: [Character: Int64] = ["m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()),
            (1...100_000).contains(count)
        else { return nil }
        moment = .ago(Milliseconds(count * unit))
    }

    init(days: Int64) {
        text = "\(days)d"
        moment = .ago(Milliseconds(days * 86_400_000))
    }

    func time(before now: Timestamp) -> Timestamp {
        switch moment {
        case .ago(let span): Timestamp(milliseconds: now.milliseconds - span.count)
        case .at(let time): time
        }
    }

    var description: String { text }

    /// - Throws: what to say of a span that has nothing in it.
    static func check(_ start: Timestamp, before end: Timestamp, now: Timestamp) throws(ValidationError) {
        guard start < now else {
            throw ValidationError("--since \(start.iso8601) is in the future: nothing has been booked from then on.")
        }
        guard start < end else { throw ValidationError("--since must be before --until.") }
    }
}
