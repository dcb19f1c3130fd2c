/// The rates of a card without tiers of context or of service, for usage without pieces: nearly all cards, and nearly all
/// usage. Small enough to be asked of every target of a request.
struct PlainRates: Hashable, Sendable {
    var input: Rate
    var cachedInput: Rate
    var output: Rate
    var request: Money

    /// As ``RateCard/cost(of:service:)`` has it, in all.
    func cost(input: Int, cachedInput: Int, output: Int) -> Money {
        self.input.price(of: input) + self.cachedInput.price(of: cachedInput) + self.output.price(of: output) + request
    }
}

extension RateCard {
    /// What there is of it where usage has no pieces; nil where size or service make a difference.
    var plain: PlainRates? {
        guard tiers.isEmpty, services.isEmpty else { return nil }
        return PlainRates(
            input: standard.input, cachedInput: standard[.cachedInput], output: standard.output, request: perRequest)
    }
}
