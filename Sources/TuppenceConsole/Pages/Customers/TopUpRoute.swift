import HTTPTypes
import Hummingbird
import TuppenceAdministration
import TuppenceCore
import TuppenceGateway
import TuppenceServer
import TuppenceStore

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
        guard let amount = Money(signedUSD: fields.amount), abs(amount.nanodollars) <= Self.most.nanodollars else {
            return try await form(
                call, fields, amountFault: "An amount such as 20 or 0.50, or -5 to take back, of less than a billion.",
                status: .unprocessableContent)
        }
        guard let id = RequestID(fields.id) else {
            throw AdministrationError(.invalid, "The form is not whole. Load the page again, and send it from there.")
        }
        guard isPrepaid(fields.customer) || fields.confirmed == fields.customer else {
            var asked = fields
            asked.confirmed = fields.customer
            return try await form(
                call, asked,
                trouble:
                    "No wallet pays for the requests of a customer of this name. Nothing was booked: correct the name, or send it again if you mean it.",
                status: .unprocessableContent)
        }
        do {
            let line = try await call.administration.ask {
                try $0.topUp(
                    fields.customer, amount, note: fields.note.isEmpty ? nil : fields.note, id: id, by: call.actor,
                    at: call.now)
            }
            guard line.repeated else { return .seeing("/customers") }
            return try await wasBooked(call, fields)
        } catch let error as AdministrationError where error.code == .invalid {
            return try await form(call, fields, trouble: error.description, status: .unprocessableContent)
        } catch let error as AdministrationError where error.code == .conflict {
            return try await wasBooked(call, fields)
        } catch let error as AdministrationError where error.code == .unknownOutcome {
            return try await unknown(call, fields)
        } catch is StoreError {
            // It may have come behind the commit.
            return try await unknown(call, fields)
        }
    }

    /// The API's bound.
    private static let most = Money(nanodollars: 999_999_999_999_999_999)

    private func wasBooked(_ call: PageCall, _ fields: TopUpFields) async throws -> Response {
        var another = fields
        another.id = TopUpFields.newID()
        return try await form(
            call, another,
            trouble:
                "This form has been booked before, and nothing was booked now. Send it again if you mean a second top-up.",
            status: .conflict)
    }

    private func unknown(_ call: PageCall, _ fields: TopUpFields) async throws -> Response {
        try await form(
            call, fields,
            trouble:
                "The store did not answer, and it may have been booked or not. Send this form again, as it is: it is booked once.",
            status: .serviceUnavailable)
    }

    private func isPrepaid(_ customer: String) -> Bool {
        gateway.loaded.configuration.policy.customers.terms(of: customer)?.wallet != nil
    }

    private func form(
        _ call: PageCall, _ fields: TopUpFields, amountFault: String? = nil, trouble: String? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        var wallets: [WalletBalance] = []
        // A form whose id must not be lost is shown without what it can do without.
        do { wallets = try await call.administration.ask { try $0.store.wallets() } } catch is StoreError {}
        let names = gateway.loaded.configuration.policy.customers.names
        return pages.topUp(
            TopUpPage(
                fields, wallet: wallets.first { $0.name == fields.customer },
                known: Set(names).union(wallets.map(\.name)).sorted(),
                isPrepaid: fields.customer.isEmpty || isPrepaid(fields.customer), amountFault: amountFault,
                trouble: trouble, for: call.reader(at: .customers)),
            status: status)
    }
}

/// What is written in the form.
struct TopUpFields: Sendable {
    var customer: String
    var amount = ""
    var note = ""
    /// Of which name it was said that no wallet pays.
    var confirmed = ""
    var id: String

    init(customer: String) {
        self.customer = customer
        id = Self.newID()
    }

    init(_ form: PageForm) {
        // A name that begins with a space is another one.
        customer = form.exactly("customer")
        amount = form.text("amount")
        note = form.text("note")
        confirmed = form.exactly("confirmed")
        id = form.text("id")
    }

    static func newID() -> String {
        var random = SystemRandomNumberGenerator()
        return RequestID(at: WallClock.now, using: &random).description
    }
}
