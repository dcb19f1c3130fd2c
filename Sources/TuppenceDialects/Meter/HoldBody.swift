import TuppenceCore

/// The body of `POST /v1/holds`.
package struct HoldBody: Hashable, Sendable {
    package private(set) var model = ""
    package private(set) var user: String?
    package private(set) var searches = 0
    package private(set) var service = ServiceWish.usual
    package private(set) var size = MeteredHold.Size.amount(.zero)
    /// From now on.
    package private(set) var lasting = Milliseconds.seconds(600)

    private static let longest = 86_400

    /// - Throws: a refusal with code `invalid_request` that names the field at fault.
    package init(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        var fields = BodyFields()
        var model: String?
        var input: Int?
        var output: Int?
        var answers: Int?
        var searches: Int?
        var service: String?
        var amount: Money?
        var seconds: Int?
        var user: String?
        try fields.read(bytes) { (fields, cursor, key) throws(JSONError) in
            if key.equals("model") {
                model = try fields.text("model", &cursor)
            } else if key.equals("user") {
                user = try fields.text("user", &cursor)
            } else if key.equals("input_tokens") {
                input = try fields.count("input_tokens", in: 0...100_000_000, &cursor)
            } else if key.equals("max_tokens") {
                output = try fields.count("max_tokens", in: 0...100_000_000, &cursor)
            } else if key.equals("n") {
                answers = try fields.count("n", in: 1...100_000_000, &cursor)
            } else if key.equals("searches") {
                searches = try fields.count("searches", in: 0...Searches.most, &cursor)
            } else if key.equals("service_tier") {
                service = try fields.text("service_tier", &cursor)
            } else if key.equals("amount_usd") {
                amount = try fields.money("amount_usd", &cursor)
            } else if key.equals("expires_in") {
                seconds = try fields.count("expires_in", in: 1...Self.longest, &cursor)
            } else {
                try cursor.skipValue()
            }
        }
        guard let model, !model.isEmpty else {
            throw .invalid("'model' is missing: name a route, a model or provider/model.", "model")
        }
        self.model = model
        self.user = user?.isEmpty == true ? nil : user
        self.searches = searches ?? 0
        if let service { self.service = ServiceWish(named: service) }
        if let seconds { lasting = .seconds(Int64(seconds)) }
        if let amount {
            if input != nil || output != nil || answers != nil || searches != nil || service != nil {
                throw .invalid("Say 'amount_usd', or 'input_tokens' and what goes with it, not both.", "amount_usd")
            }
            size = .amount(amount)
        } else if let input {
            size = .tokens(input: input, output: output, answers: answers ?? 1)
        } else {
            throw .invalid("Say 'input_tokens' and 'max_tokens', or 'amount_usd'.", "input_tokens")
        }
    }
}
