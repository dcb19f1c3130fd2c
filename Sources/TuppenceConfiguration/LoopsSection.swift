import TuppenceCore

extension YAMLCursor {
    /// Reads `off`, `on` or `{ slow_after: 100, stop_after: 300, within: 1m, delay: 1s, stop_for: 10m, worth: $10 }`. What is
    /// left out is as in `standard`, but for `worth`, which is nothing where either number is given.
    ///
    /// - Parameter place: where this stands, as people say it: "'loops'".
    /// - Returns: nil for `off`.
    func loopLimits(of place: String, standard: LoopLimits) -> LoopLimits? {
        guard !isScalar else {
            return value("'off', 'on' or limits such as { slow_after: 100 }", Self.answers) == false ? nil : standard
        }
        let known = ["slow_after", "stop_after", "within", "delay", "stop_for", "worth"]
        guard let fields = fields(of: place, known) else { return standard }
        var limits = standard
        limits.slowAfter = fields["slow_after"]?.integer(in: 1...1_000_000) ?? limits.slowAfter
        limits.stopAfter = fields["stop_after"]?.integer(in: 1...1_000_000) ?? limits.stopAfter
        limits.within = fields["within"]?.duration() ?? limits.within
        limits.delay = fields["delay"]?.duration() ?? limits.delay
        limits.stopFor = fields["stop_for"]?.duration() ?? limits.stopFor
        // Whoever says how many means that many, whatever they cost.
        let saysHowMany = fields["slow_after"] != nil || fields["stop_after"] != nil
        limits.worth = fields["worth"]?.money() ?? (saysHowMany ? .zero : limits.worth)
        if limits.stopAfter <= limits.slowAfter {
            (fields["stop_after"] ?? fields["slow_after"] ?? self).report(
                "'stop_after' (\(limits.stopAfter)) is not more than 'slow_after' (\(limits.slowAfter)).",
                "A caller is made to wait first, and stopped if that does not help.")
        }
        if limits.delay > .seconds(60) {
            (fields["delay"] ?? self).report(
                "'delay' is more than a minute, which hardly any caller waits.", "Write 60s or less.")
        }
        return limits
    }

    private static func answers(_ text: String) -> Bool? { ["on": true, "off": false][text] }
}
