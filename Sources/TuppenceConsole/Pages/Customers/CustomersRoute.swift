import HTTPTypes
import Hummingbird
import NIOCore
import TuppenceAdministration
import TuppenceAnalysis
import TuppenceCore

/// The customers of a month, and the statement of each: to print, as CSV and as JSON.
struct CustomersRoute {
    let pages: Pages

    private enum Form: String {
        case html, csv, json

        var type: String {
            switch self {
            case .html: "text/html; charset=utf-8"
            case .csv: "text/csv; charset=utf-8"
            case .json: "application/json; charset=utf-8"
            }
        }
    }

    func add(to routes: PageRoutes) {
        routes.get("/customers") { call in
            let window = try month(call)
            let end = window.end ?? window.start
            let customers = try await call.administration.ask { try $0.customers(from: window.start, until: end) }
            return pages.customers(
                CustomersPage(customers, in: window, for: call.reader(at: .customers), at: call.now))
        }
        routes.get("/customers/statement") { call in
            guard let customer = call.text("customer"), let form = call.text("form").flatMap(Form.init) else {
                throw AdministrationError(.notFound, "There is no such statement.")
            }
            let window = try month(call)
            let end = window.end ?? window.start
            let account = try await call.administration.ask {
                try $0.account(of: customer, from: window.start, until: end)
            }
            return Self.answer(account, form, at: call.now)
        }
    }

    private func month(_ call: PageCall) throws -> BudgetWindow {
        try call.text("month").map(Administration.month) ?? BudgetWindow(.month, containing: call.now)
    }

    private static func answer(_ account: CustomerAccount, _ form: Form, at now: Timestamp) -> Response {
        let statement = account.statement
        let text =
            switch form {
            case .html: statement.html(wallet: account.inWallet, made: now, showsCost: false)
            case .csv: statement.csv(showsCost: false)
            case .json: ConsoleJSON.text(StatementLines(account, showsCost: false))
            }
        var headers: HTTPFields = [.contentType: form.type]
        if form == .html {
            // It is a page of its own, which brings its style along and has no scripts; nor would any run here.
            headers[.contentSecurityPolicy] =
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
        } else {
            let month = statement.start.iso8601.prefix(7)
            headers[.contentDisposition] =
                "attachment; filename=\"statement-\(plain(statement.customer))-\(month).\(form.rawValue)\""
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// What may stand in a file's name everywhere.
    private static func plain(_ name: String) -> String {
        String(
            name.unicodeScalars.prefix(64).map {
                $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) ? Character($0) : "-"
            })
    }
}
