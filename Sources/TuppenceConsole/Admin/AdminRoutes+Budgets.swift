import HTTPTypes
import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore

extension AdminRoutes {
    /// What a budget is: the fields that one in the configuration file has.
    private static func definition(limit: Schema = .either([.text, .ratio]), optional: Set<String>) -> Schema {
        .object(
            [
                "name": .text, "scope": .any, "limit": limit, "per": .choice(BudgetPeriod.allCases.map(\.rawValue)),
                "timezone": .text, "soft": .anything, "hard": .anything, "on_store_failure": .anything,
            ], optional: optional)
    }

    private static let optional: Set<String> = ["timezone", "soft", "hard", "on_store_failure"]
    private static let budget = Schema.object(
        [
            "name": .text, "source": .choice(["store", "configuration"]),
            "definition": definition(limit: .text, optional: optional),
            "place": .text, "version": .whole, "created_at": .time, "changed_at": .time, "changed_by": .text,
            "trouble": .text, "accounts": .list(account),
        ], optional: ["place", "version", "created_at", "changed_at", "changed_by", "trouble"])

    static var budgets: [AdminEndpoint] {
        [
            AdminEndpoint(
                method: .get, path: "/budgets", role: .viewer,
                summary: "Every budget in its present window; of one for each value, every value that has a balance.",
                query: pageQuery(.listCursor), output: .page(account)
            ) { call in
                try call.page(of: try await call.administration.ask { try $0.budgetAccounts(at: call.now) }) {
                    "\($0.name) \($0.account)"
                }
            },
            AdminEndpoint(
                method: .post, path: "/budgets", role: .operator,
                summary:
                    "Makes a budget, in force within a second. Its fields are those of one in the configuration file.",
                input: definition(optional: optional), output: budget, status: .created
            ) { call in
                let definition = try call.budgetDefinition()
                return answer(
                    try await call.administration.ask { try $0.createBudget(definition, by: call.actor, at: call.now) },
                    call)
            },
            AdminEndpoint(
                method: .get, path: "/budgets/{name}", role: .viewer,
                summary:
                    "What a budget is and how it stands. Where its notices go is told to those alone who may change it.",
                output: budget
            ) { call in
                let name = try call.path("name")
                return answer(try await call.administration.ask { try $0.budget(name, at: call.now) }, call)
            },
            AdminEndpoint(
                method: .patch, path: "/budgets/{name}", role: .operator,
                summary: "Changes those fields of a budget that are given, within a second; null takes one out.",
                input: definition(optional: Set(BudgetDefinition.fields)), output: budget, versioning: .required
            ) { call in
                let (name, version) = (try call.path("name"), try call.expectedVersion())
                let patch = try call.budgetDefinition()
                return answer(
                    try await call.administration.ask {
                        try $0.changeBudget(name, by: patch, of: version, by: call.actor, at: call.now)
                    }, call)
            },
            AdminEndpoint(
                method: .delete, path: "/budgets/{name}", role: .operator,
                summary: "Removes a budget. What it has spent stays counted under its name.",
                output: .object(["name": .text, "removed": .truth]), versioning: .required
            ) { call in
                let (name, version) = (try call.path("name"), try call.expectedVersion())
                try await call.administration.ask {
                    try $0.removeBudget(name, of: version, by: call.actor, at: call.now)
                }
                return AdminAnswer(RemovedLine(name: name))
            },
        ]
    }

    private static func answer(_ line: BudgetLine, _ call: AdminCall) -> AdminAnswer {
        var line = line
        if call.identity.role < .operator { line.definition = line.definition.withoutSecrets }
        return AdminAnswer(line, version: line.version)
    }
}

extension AdminCall {
    /// Reads the body as what somebody writes of a budget.
    fileprivate func budgetDefinition() throws -> BudgetDefinition {
        guard let definition = BudgetDefinition(json: Array(buffer: body)) else {
            throw AdministrationError(.invalid, "The body is no JSON object.")
        }
        return definition
    }
}
