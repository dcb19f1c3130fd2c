import Foundation
import TuppenceAdministration
import TuppenceCore

/// What somebody looks for among requests, as it stands in the address: an address can be handed on.
struct RequestsQuestion {
    /// A field of the form: its name in the address, and what people call it.
    enum Field: String, CaseIterable {
        case key, customer, user, tag, route, provider, model
        case outcome, since, until

        static let texts: [Field] = [.key, .customer, .user, .tag, .route, .provider, .model]
        static let times: [Field] = [.since, .until]

        var title: String {
            switch self {
            case .key: "Key"
            case .customer: "Customer"
            case .user: "User"
            case .tag: "Tag"
            case .route: "Route"
            case .provider: "Provider"
            case .model: "Model"
            case .outcome: "Ended"
            case .since: "From"
            case .until: "Until"
            }
        }
    }

    static let refused = "refused"
    static let outcomes = AttemptOutcome.allCases.map(\.rawValue) + [refused]

    private var values: [Field: String] = [:]
    let cursor: String?

    init(_ call: PageCall) { self.init(reading: { call.text($0) }) }

    /// - Parameter text: what stands in the address under a name.
    init(reading text: (String) -> String?) {
        func value(_ name: String) -> String? {
            text(name).map { $0.trimmingCharacters(in: .whitespaces) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        for field in Field.allCases { values[field] = value(field.rawValue) }
        cursor = value("cursor")
    }

    /// What is like `values`, from its beginning on.
    init(_ values: [Field: String]) { (self.values, cursor) = (values, nil) }

    subscript(field: Field) -> String? { values[field] }
    var isEmpty: Bool { values.isEmpty }

    /// The question as the books take it.
    func read() throws -> (query: LedgerQuery, kinds: RequestKinds, place: RequestsPlace) {
        var query = LedgerQuery()
        query.key = self[.key]
        query.customer = self[.customer]
        query.user = self[.user]
        query.tag = try self[.tag].map { try TagQuery($0) }
        query.route = self[.route]
        query.provider = self[.provider]
        query.model = self[.model]
        query.since = try time(.since)
        query.until = try time(.until)
        let kinds: RequestKinds
        switch self[.outcome] {
        case nil: kinds = .all
        case Self.refused: kinds = .refused
        case let name?:
            guard let outcome = AttemptOutcome(rawValue: name) else {
                throw AdministrationError(.invalid, "Requests don't end '\(name)'.")
            }
            query.outcome = outcome
            kinds = .booked
        }
        let place = try cursor.map { text in
            guard let place = RequestsPlace(text) else {
                throw AdministrationError(.invalid, "This page isn't there. Begin with the newest requests.")
            }
            return place
        }
        return (query, kinds, place ?? RequestsPlace())
    }

    private func time(_ field: Field) throws -> Timestamp? {
        try self[field].map { text in
            guard let time = Timestamp(iso8601: text) else {
                throw AdministrationError(
                    .invalid, "'\(field.title)' is a day or a time such as 2026-11-01T00:00, not '\(text)'.")
            }
            return time
        }
    }

    /// Where the attempts that are meant are told as CSV; nil where refusals are, which the ledger has not.
    var exportAddress: String? { self[.outcome] == Self.refused ? nil : address(of: Self.exportPath) }

    static let exportPath = "/requests.csv"

    /// The address of the page that begins at `cursor`.
    func address(cursor: String? = nil) -> String { address(of: "/requests", cursor: cursor) }

    private func address(of path: String, cursor: String? = nil) -> String {
        var fields = Field.allCases.compactMap { field in self[field].map { (field.rawValue, $0) } }
        if let cursor { fields.append(("cursor", cursor)) }
        let query = fields.map { "\($0)=\(PercentEncoding.encoded($1))" }.joined(separator: "&")
        return query.isEmpty ? path : "\(path)?\(query)"
    }
}
