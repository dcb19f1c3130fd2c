extension Exchange {
    /// What a driver knows about the request when it begins.
    ///
    /// An object, since it is asked for its parts many times and a struct of this size would be copied for each.
    public final class Request: Sendable {
        public let id: RequestID
        public let attribution: Attribution
        public let demand: Demand
        /// In the order in which they are to be tried; never empty.
        public let candidates: Candidates
        public let maxOutputTokens: Int?
        public let outputFloor: Int?
        public let attemptTimeout: Milliseconds?
        /// When a silent target gets another beside it; nil where it is waited for alone.
        public let hedging: Hedging?
        /// What the caller would like to happen where a budget has no room.
        public let onBudget: BudgetAction?
        /// The caller's own cap on what this request may cost.
        public let maxCost: Money?
        public let timeout: Milliseconds?
        /// How long the route lets it take.
        public let deadline: Milliseconds?
        /// What the caller is charged and who pays; nil for the cost and a bill.
        public let terms: Terms?
        public let priority: Priority
        /// The conversation that it is part of, if it says so.
        public let session: Affinity?
        /// Whether nobody waits for its answer: a copy of another request, for a shadow. It goes where there is room, or not at all.
        public let isCopy: Bool

        public init(
            id: RequestID, key: String, customer: String? = nil, user: String? = nil, tags: String? = nil,
            route: Route, endpoint: String, demand: Demand, candidates: Candidates, maxCost: Money? = nil,
            timeout: Milliseconds? = nil,
            onBudget: BudgetAction? = nil, terms: Terms? = nil, arm: String? = nil,
            priority: Priority = .interactive, session: Affinity? = nil, isCopy: Bool = false
        ) {
            precondition(!candidates.isEmpty, "an exchange without candidates")
            self.id = id
            attribution = Attribution(
                key: key, customer: customer, user: user, route: route.name, tags: tags, endpoint: endpoint,
                arm: arm)
            self.demand = demand
            self.candidates = candidates
            self.maxOutputTokens = route.maxOutputTokens
            self.outputFloor = route.outputFloor
            self.attemptTimeout = route.attemptTimeout
            self.deadline = route.deadline
            self.hedging = route.hedging
            self.maxCost = maxCost
            self.timeout = timeout
            self.onBudget = onBudget
            self.terms = terms
            self.priority = priority
            self.session = session
            self.isCopy = isCopy
        }

        /// The same request with another count of what it may use, or with other candidates.
        public init(_ request: Request, demand: Demand? = nil, candidates: Candidates? = nil) {
            id = request.id
            attribution = request.attribution
            self.demand = demand ?? request.demand
            self.candidates = candidates ?? request.candidates
            maxOutputTokens = request.maxOutputTokens
            outputFloor = request.outputFloor
            attemptTimeout = request.attemptTimeout
            deadline = request.deadline
            hedging = request.hedging
            onBudget = request.onBudget
            maxCost = request.maxCost
            timeout = request.timeout
            terms = request.terms
            priority = request.priority
            session = request.session
            isCopy = request.isCopy
        }
    }
}
