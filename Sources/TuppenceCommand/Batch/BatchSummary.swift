import Foundation
import TuppenceCore

/// What has come of a batch.
struct BatchSummary: Sendable {
    struct Stopped: Encodable, Sendable {
        var code: String
        var message: String
    }

    var total: Int
    /// Answered by runs before.
    var skipped: Int
    /// With a success.
    var answered = 0
    /// With anything else; they stand in the output, too.
    var failed = 0
    /// Of those answered, how many had been before, and were given again at no charge.
    var replayed = 0
    /// Not sent, or not answered.
    var left = 0
    var cost = Money.zero
    var seconds = 0.0
    var stopped: Stopped?

    init(total: Int, skipped: Int) { (self.total, self.skipped) = (total, skipped) }
}

extension BatchSummary: Encodable {
    private enum CodingKeys: CodingKey {
        case total, skipped, answered, failed, replayed, left, costNanodollars, seconds, stopped
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(total, forKey: .total)
        try container.encode(skipped, forKey: .skipped)
        try container.encode(answered, forKey: .answered)
        try container.encode(failed, forKey: .failed)
        try container.encode(replayed, forKey: .replayed)
        try container.encode(left, forKey: .left)
        try container.encode(cost.nanodollars, forKey: .costNanodollars)
        try container.encode(seconds, forKey: .seconds)
        try container.encodeIfPresent(stopped, forKey: .stopped)
    }
}

extension BatchSummary {
    /// For people.
    func text(output: String) -> String {
        var parts = ["\(answered) of \(total) answered"]
        if replayed > 0 { parts[0] += " (\(replayed) of them again, at no charge)" }
        if skipped > 0 { parts.append("\(skipped) stood in \(output) already") }
        if failed > 0 { parts.append("\(failed) failed") }
        if left > 0 { parts.append("\(left) left") }
        return parts.joined(separator: ", ") + ". It cost \(cost), and took \(String(format: "%.1f", seconds)) s."
    }
}

/// How far a batch is, on one line of a terminal; nothing where standard error is none.
struct BatchProgress {
    private let began = ContinuousClock.now
    private let isShown = isatty(STDERR_FILENO) == 1
    private var shown: ContinuousClock.Instant?

    /// A terminal is written to a few times a second, however fast answers come.
    private static let pause = Duration.milliseconds(100)

    mutating func show(_ summary: BatchSummary) {
        let now = ContinuousClock.now
        guard isShown, shown.map({ now - $0 >= Self.pause }) ?? true else { return }
        shown = now
        let done = summary.answered + summary.failed
        let rate = Double(done) / max((now - began) / .seconds(1), 0.001)
        let text =
            "\(summary.skipped + done)/\(summary.total) done, \(summary.failed) failed, \(summary.cost), \(String(format: "%.1f", rate))/s"
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    /// Makes room for what is said next.
    func end() {
        if isShown, shown != nil { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
