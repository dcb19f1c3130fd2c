/// What a model name asks for after its `?`: `chat-small?status=503&delay=100ms`.
struct SandboxFaults: Hashable, Sendable {
    /// Answer this error status.
    var status: Int?
    /// Wait before anything is sent.
    var delay: Duration?
    /// Close after so many stream events, or in the middle of a whole body.
    var cut: Int?
    /// Reset the connection without an answer.
    var resets = false
    /// Never answer.
    var hangs = false
    /// Fail only the first so many requests that name this very model string.
    var times: Int?

    /// Wait between stream events.
    var drip: Duration?
    /// After so many stream events send an error event and end without `[DONE]`.
    var errorAfter: Int?
    /// Answer 200 with what is not JSON.
    var isGarbage = false
    /// The output length wished for, in tokens.
    var tokens: Int?
    /// Prompt tokens reported, and billed, as cached.
    var cachedTokens = 0
    var omitsUsage = false
    var ignoresLimit = false

    /// These faults, without those that `times` takes away once they have happened often enough.
    var afterRecovery: SandboxFaults {
        var faults = self
        faults.status = nil
        faults.delay = nil
        faults.cut = nil
        faults.resets = false
        faults.hangs = false
        return faults
    }
}

extension SandboxFaults {
    /// - Throws: 400 for a fault that is unknown or has a value it cannot have, so that a typo is not a silent success.
    init(query: Substring) throws(SandboxRefusal) {
        for pair in query.split(separator: "&") {
            let equals = pair.firstIndex(of: "=")
            let value = equals.map { pair[pair.index(after: $0)...] }
            try set(String(pair[..<(equals ?? pair.endIndex)]), to: value.map(String.init))
        }
    }

    private static let known = """
        status=N delay=D drip=D cut=N reset hang tokens=N usage=none times=N error_after=N garbage ignore_limit \
        cached=N role_first, where D is like 200ms or 1s
        """

    private mutating func set(_ name: String, to value: String?) throws(SandboxRefusal) {
        switch (name, value) {
        case ("status", let value?): status = try Self.count(value, of: name, in: 400...599)
        case ("delay", let value?): delay = try Self.duration(value, of: name)
        case ("drip", let value?): drip = try Self.duration(value, of: name)
        case ("cut", let value?): cut = try Self.count(value, of: name)
        case ("tokens", let value?): tokens = try Self.count(value, of: name)
        case ("times", let value?): times = try Self.count(value, of: name)
        case ("error_after", let value?): errorAfter = try Self.count(value, of: name)
        case ("cached", let value?): cachedTokens = try Self.count(value, of: name)
        case ("usage", "none"): omitsUsage = true
        case ("reset", nil): resets = true
        case ("hang", nil): hangs = true
        case ("garbage", nil): isGarbage = true
        case ("ignore_limit", nil): ignoresLimit = true
        case ("role_first", nil): break  // The sandbox always sends the role first.
        default: throw Self.refusal("has no fault '\(value.map { "\(name)=\($0)" } ?? name)'")
        }
    }

    private static func count(
        _ text: String, of name: String, in range: ClosedRange<Int> = 0...1_000_000
    ) throws(SandboxRefusal) -> Int {
        guard let count = Int(text), range.contains(count) else {
            throw refusal("takes \(name)=\(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return count
    }

    private static func duration(_ text: String, of name: String) throws(SandboxRefusal) -> Duration {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        switch (Int(digits), text.dropFirst(digits.count)) {
        case (let count?, "ms") where count <= 600_000: return .milliseconds(count)
        case (let count?, "s") where count <= 600: return .seconds(count)
        default: throw refusal("takes \(name)=200ms or 1s, at most 600s, not '\(text)'")
        }
    }

    private static func refusal(_ problem: String) -> SandboxRefusal {
        .invalid("The sandbox \(problem). Faults on request: \(known).", param: "model", code: "unknown_fault")
    }
}
