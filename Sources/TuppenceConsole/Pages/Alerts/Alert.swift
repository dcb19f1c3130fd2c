import TuppenceCore
import TuppenceNotices

/// What a kind of notice is about, for people: its title, how grave it is, and where to go from there.
struct Alert {
    let title: String
    /// Whether all is well again, or nothing was wrong.
    let isGood: Bool
    let remedy: String
    /// Where that is done.
    let place: Place?

    init(_ kind: Notice.Kind) {
        switch kind {
        case .budgetThreshold:
            self.init("A budget nears its end", "See who spends it, and raise the limit or let it end.", .budgets)
        case .budgetExhausted:
            self.init("A budget is used up", "Raise its limit, or wait until its window begins anew.", .budgets)
        case .allowanceUsed:
            self.init(
                "The store can't be written", "Free its disk, or make it writable: requests go on allowance.", .overview
            )
        case .allowanceReplayed:
            self.init("The store can be written again", "Nothing is left to do.", .overview, isGood: true)
        case .providerRefuses:
            self.init(
                "A provider refuses our account", "Top up the account there, or give it a key that counts.", .routes)
        case .modelGone:
            self.init(
                "A provider lacks a model", "Take it out of its routes, or name the model that follows it.", .routes)
        case .providerGone:
            self.init(
                "A provider is gone", "Its targets go behind the others. See what is left of its routes.", .routes)
        case .providerBack:
            self.init("A provider is back", "Nothing is left to do.", .routes, isGood: true)
        case .loopSlowed:
            self.init(
                "A key repeats itself", "Look at its requests; if they are meant to be alike, say so in its 'loops'.",
                .requests)
        case .loopStopped:
            self.init("A loop was stopped", "Stop the program behind the key, or disable the key.", .keys)
        case .priceUnknown:
            self.init(
                "No price is known", "Add it under 'prices' in the configuration: until then its use costs too little.",
                .routes)
        case .costDrift:
            self.init(
                "A provider charges otherwise", "Correct its prices, and hold its export against the ledger.", .requests
            )
        case .holdExceeded:
            self.init(
                "A request came to more than was held",
                "See whether its provider keeps to the limit that it is given, or which program holds too little.",
                .requests)
        case .settlementLate:
            self.init(
                "A settlement came late", "It is booked all the same. If it happens again, hold for longer.", .requests)
        }
    }

    private init(_ title: String, _ remedy: String, _ place: Place?, isGood: Bool = false) {
        self.title = title
        self.remedy = remedy
        self.place = place
        self.isGood = isGood
    }
}
