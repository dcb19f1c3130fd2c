import Foundation
import TuppenceCore

/// What has come of a batch.
struct BatchSummary: Sendable {
    struct Stopped: Encodable, Sendable {
        var code: String
        var message: String
    }

    /// One of the file's requests, with a word on it.
    struct Told: Sendable {
        var line: Int
        var customID: String
        var reason: String
    }

    var total: Int
    /// Answered by runs before.
    var skipped: Int
    /// Whose `custom_id` runs before have answered to another request. They are not sent.
    var changed: [BatchRequest] = []
    /// With a success.
    var answered = 0
    /// With anything else; they stand in the output, too.
    var failed = 0
    /// The one of those that stands first in the file.
    var firstFailure: Told?
    /// Of those answered, how many had been before, and were given again at no charge.
    var replayed = 0
    /// Not sent, or not answered.
    var left = 0
    var cost = Money.zero
    var seconds = 0.0
    var stopped: Stopped?

    init(total: Int, skipped: Int, changed: [BatchRequest]) {
        (self.total, self.skipped, self.changed) = (total, skipped, changed)
    }

    mutating func addFailure(of request: BatchRequest, _ answer: GatewayClient.Answer) {
        failed += 1
        guard firstFailure.map({ request.line < $0.line }) ?? true else { return }
        let code = answer.errorCode.map { " \($0)" } ?? ""
        let message = answer.isJSON ? answer.errorMessage : "The answer is no JSON."
        firstFailure = Told(
            line: request.line, customID: request.customID, reason: "\(answer.status)\(code): \(message)")
    }
}

extension BatchSummary: Encodable {
    private enum CodingKeys: CodingKey {
        case total, skipped, changed, answered, failed, replayed, left, costNanodollars, seconds, stopped
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(total, forKey: .total)
        try container.encode(skipped, forKey: .skipped)
        try container.encode(changed.count, forKey: .changed)
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
        if !changed.isEmpty { parts.append("\(changed.count) changed") }
        if failed > 0 { parts.append("\(failed) failed") }
        if left > 0 { parts.append("\(left) left") }
        return parts.joined(separator: ", ") + ". It cost \(cost), and took \(String(format: "%.1f", seconds)) s."
    }
}

extension BatchSummary {
    /// What has to be put right, for people, a line each.
    func troubles(output: String) -> [String] {
        var lines: [String] = []
        if let first = changed.first {
            let others = changed.count > 1 ? " and \(changed.count - 1) more" : ""
            lines.append(
                "'\(first.customID)' (line \(first.line))\(others) changed since \(output) has its answer, and was not sent. Give it another custom_id, take its line out of \(output), or name another file: --output"
            )
        }
        if let first = firstFailure {
            lines.append(
                "\(failed) failed, the first of them '\(first.customID)' (line \(first.line)) with \(first.reason) What was said of each stands in \(output)."
            )
        }
        return lines
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
