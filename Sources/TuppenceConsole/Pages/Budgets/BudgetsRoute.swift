import HTTPTypes
import Hummingbird
import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway

/// The budgets: to look at, to make, to change and to remove.
struct BudgetsRoute {
    let gateway: Gateway
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/budgets") { call in
            let lines = try await call.administration.ask { try $0.budgetLines(at: call.now) }
            return pages.budgets(BudgetsPage(lines, for: call.reader(at: .budgets), at: call.now))
        }
        routes.get("/new-budget") { call in
            try call.mayAct()
            return try await form(call, BudgetFields(BudgetDefinition()), of: nil)
        }
        routes.post("/budgets") { call, form in
            try await saved(call, BudgetFields(form), of: nil) {
                _ = try $0.createBudget(BudgetFields(form).definition(), by: call.actor, at: call.now)
            }
        }
        routes.get("/budgets/{name}") { call in
            try call.mayAct()
            let line = try await budget(call)
            return try await self.form(call, BudgetFields(line.definition), of: line)
        }
        routes.post("/budgets/{name}") { call, form in
            let line = try await budget(call)
            let definition = BudgetFields(form).definition(completedFrom: line.definition)
            return try await saved(call, BudgetFields(form), of: line, version: form.text("version")) {
                _ = try $0.changeBudget(
                    line.name, by: line.definition.patch(to: definition), of: form.version,
                    by: call.actor,
                    at: call.now)
            }
        }
        routes.post("/budgets/{name}/remove") { call, form in
            let name = try call.path("name")
            try await call.administration.ask {
                try $0.removeBudget(name, of: form.version, by: call.actor, at: call.now)
            }
            return .seeing("/budgets")
        }
    }

    /// One that is changed here.
    private func budget(_ call: PageCall) async throws -> BudgetLine {
        let name = try call.path("name")
        let line = try await call.administration.ask { try $0.budget(name, at: call.now) }
        if let place = line.place {
            throw AdministrationError(.conflict, "'\(name)' is a budget of \(place): change it there and reload.")
        }
        return line
    }

    /// Leads back to all budgets, or shows the form anew with what was written in it and what is wrong with that.
    private func saved(
        _ call: PageCall, _ fields: BudgetFields, of line: BudgetLine?, version: String = "",
        _ change: @escaping @Sendable (Administration) throws -> Void
    ) async throws -> Response {
        do {
            try await call.administration.ask(change)
            return .seeing("/budgets")
        } catch let error as BudgetDefinitionError {
            return try await form(
                call, fields, of: line, version: version, problems: error.problems, status: .unprocessableContent)
        } catch let error as AdministrationError where error.code == .conflict {
            return try await form(
                call, fields, of: line, problems: [.init(field: "name", text: error.description)], status: .conflict)
        } catch let error as AdministrationError where error.code == .stale {
            // With the version that it has now: who sends the form once more has seen that.
            return try await form(
                call, fields, of: line,
                trouble:
                    "Somebody has changed it meanwhile: its bars and its version are those of now. Look at what you have written, and send it again if you mean it.",
                status: .preconditionFailed)
        }
    }

    private func form(
        _ call: PageCall, _ fields: BudgetFields, of line: BudgetLine?, version: String? = nil,
        problems: [BudgetDefinitionError.Problem] = [], trouble: String? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let configuration = gateway.loaded.configuration
        let known = BudgetFormPage.Known(
            keys: try await call.administration.ask { try $0.keys(at: call.now).map(\.name) },
            routes: configuration.policy.routes.keys.sorted(), providers: configuration.policy.providers.sorted(),
            hasEmergencyJournal: configuration.emergencyJournal != nil)
        return pages.budgetForm(
            BudgetFormPage(
                fields, of: line, version: version ?? line?.version.map { "\($0)" } ?? "", known: known,
                problems: problems,
                trouble: trouble, for: call.reader(at: .budgets)), status: status)
    }
}

extension BudgetDefinition {
    /// What has to be changed to have `other`.
    fileprivate func patch(to other: BudgetDefinition) -> BudgetDefinition {
        BudgetDefinition(
            Self.fields.filter { $0 != "name" && $0 != "scope" && self[$0] != other[$0] }.map { field in
                Member(field, other[field] ?? .nothing)
            })
    }
}
