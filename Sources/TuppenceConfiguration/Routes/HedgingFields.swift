import TuppenceCore

extension Hedging {
    /// Reads `first_token_within: 500ms` and `hedge: { share: 10% }` of a route with so many targets.
    convenience init?(_ fields: YAMLFields, targetCount: Int) {
        let share = fields["hedge"].flatMap { Self.share($0, of: fields.place) }
        guard let time = fields["first_token_within"] else {
            fields["hedge"]?.report(
                "'hedge' in \(fields.place) says how often, and nothing says when.", "Add 'first_token_within: 500ms'.")
            return nil
        }
        if targetCount == 1 {
            time.report(
                "\(fields.place) has one target, and so none to start beside it.",
                "Add a second target, or remove 'first_token_within'.")
        }
        guard let span = time.duration() else { return nil }
        self.init(firstTokenWithin: span, share: share ?? Self.standardShare)
    }

    private static func share(_ cursor: YAMLCursor, of place: String) -> Int? {
        guard let fields = cursor.fields(of: "'hedge' of \(place)", ["share"]) else { return nil }
        return fields["share"]?.value("a share from 0% to 100% such as 10%") { text in
            guard text.hasSuffix("%"), let hundredths = Scalar.hundredths(of: text.dropLast()) else { return nil }
            return hundredths <= Self.whole ? Int(hundredths) : nil
        }
    }
}
