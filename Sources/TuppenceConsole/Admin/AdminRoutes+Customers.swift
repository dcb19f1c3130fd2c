import TuppenceAdministration

extension AdminRoutes {
    private static let customer = Schema.object(
        [
            "customer": .text, "listed": .truth, "markup_percent": .ratio, "rates_for": .list(.text), "prepaid": .truth,
            "requests": .whole, "charged_nanodollars": .whole, "cost_nanodollars": .whole,
            "remaining_nanodollars": .whole, "held_nanodollars": .whole,
        ], optional: ["remaining_nanodollars", "held_nanodollars"])

    static var customers: [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/customers", role: .viewer,
                summary:
                    "The customers: on what terms each is served, what it was charged this month, and its wallet.",
                query: pageQuery(.listCursor), output: .page(customer)
            ) { call in
                try call.page(of: try await call.administration.ask { try $0.customerLines(at: call.now) }) {
                    $0.customer
                }
            }
        ]
    }
}
