import HTTPTypes
import Hummingbird
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

/// A form that adds to a customer's wallet, or takes back.
///
/// It carries the id of its top-up: a form that is sent twice is booked once.
struct TopUpRoute {
    let gateway: Gateway
    let pages: Pages

    func add(to routes: PageRoutes) {
        routes.get("/top-up") { call in
            try call.mayAct()
            return try await form(call, TopUpFields(customer: call.text("customer") ?? ""))
        }
        routes.post("/top-up") { call, form in try await sent(call, TopUpFields(form)) }
    }

    /// Leads to all customers, or shows the form anew with what was written in it and what is wrong with that.
    private func sent(_ call: PageCall, _ fields: TopUpFields) async throws -> Response {
        guard let amount = Money(signedUSD: fields.amount) else {
            return try await form(
                call, fields, amountFault: "An amount such as 20 or 0.50, or -5 to take back.",
                status: .unprocessableContent)
        }
        guard let id = RequestID(fields.id) else {
            throw AdministrationError(.invalid, "The form is not whole. Load the page again, and send it from there.")
        }
        do {
            _ = try await call.desk.ask {
                try $0.topUp(
                    fields.customer, amount, note: fields.note.isEmpty ? nil : fields.note, id: id, by: call.actor,
                    at: call.now)
            }
            return .seeing("/customers")
        } catch let error as AdministrationError where error.code == .invalid {
            return try await form(call, fields, trouble: error.description, status: .unprocessableContent)
        } catch let error as AdministrationError where error.code == .unknownOutcome {
            return try await form(
                call, fields,
                trouble:
                    "The store did not answer, and it may have been booked or not. Send it again as it is: it is booked once.",
                status: .serviceUnavailable)
        } catch let error as AdministrationError where error.code == .conflict {
            var another = fields
            another.id = TopUpFields.newID()
            return try await form(
                call, another,
                trouble:
                    "This form has been booked before, for another wallet or amount, and nothing was booked now. Send it again if you mean a second top-up.",
                status: .conflict)
        }
    }

    private func form(
        _ call: PageCall, _ fields: TopUpFields, amountFault: String? = nil, trouble: String? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let wallets = try await call.desk.ask { try $0.store.wallets() }
        let customers = gateway.loaded.configuration.policy.customers
        let known = Set(customers.names).union(wallets.map(\.name)).sorted()
        let wallet = wallets.first { $0.name == fields.customer }
        return pages.topUp(
            TopUpPage(
                fields, wallet: wallet, known: known,
                isPrepaid: fields.customer.isEmpty || customers.terms(of: fields.customer)?.wallet != nil,
                amountFault: amountFault, trouble: trouble, for: call.reader(at: .customers)),
            status: status)
    }
}

/// What is written in the form.
struct TopUpFields: Sendable {
    var customer: String
    var amount = ""
    var note = ""
    var id: String

    init(customer: String) {
        self.customer = customer
        id = Self.newID()
    }

    init(_ form: PageForm) {
        customer = form.text("customer")
        amount = form.text("amount")
        note = form.text("note")
        id = form.text("id")
    }

    static func newID() -> String {
        var random = SystemRandomNumberGenerator()
        return RequestID(at: WallClock.now, using: &random).description
    }
}
