import TuppenceHTTP

/// What follows an answer that is no success: the same request after a while, or the next one.
enum BatchRetry {
    /// How often one request is sent at the most.
    static let mostTries = 20
    /// The same where nobody answers at all.
    static let mostTriesUnanswered = 5
    private static let longestWait = 3_600_000.0

    /// How many milliseconds to wait before the request is sent again; nil where its answer stands.
    ///
    /// - Parameter tries: how often it has been sent.
    static func wait(after answer: GatewayClient.Answer, tries: Int) -> Double? {
        guard tries < mostTries, [409, 429, 503].contains(answer.status),
            answer.fields.first("x-should-retry")?.lowercased() != "false"
        else { return nil }
        if let wish = wish(in: answer.fields) { return min(wish, longestWait) }
        // A conflict that does not say when it ends is no matter of time.
        return answer.status == 409 ? nil : pause(after: tries)
    }

    /// As `retry-after-ms` and `retry-after` say; nil where they don't, or by a date.
    private static func wish(in fields: HeaderFields) -> Double? {
        let milliseconds =
            fields.first("retry-after-ms").flatMap(Double.init)
            ?? fields.first("retry-after").flatMap(Double.init).map { $0 * 1_000 }
        return milliseconds.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// A second, two, four … and a minute at the most, in milliseconds.
    static func pause(after tries: Int) -> Double { tries > 6 ? 60_000 : Double(1_000 << max(0, tries - 1)) }
}
