import TuppenceCore

/// What a row says of its model beside rates: `kind=` `can=` `retires=` `replaced_by=` `sure=`.
struct PriceRowFacts {
    let line: Int
    private var kind = ModelKind.chat
    private var capabilities: ModelCapabilities = []
    private var retires: Timestamp?
    private var replacement: String?
    private var sure: [Oddity] = []

    init(line: Int) { self.line = line }

    /// Whether `field` was one of these.
    mutating func take(_ field: Substring) throws(PriceList.ParseError) -> Bool {
        guard let equals = field.utf8.firstIndex(of: UInt8(ascii: "=")) else { return false }
        let value = field[field.utf8.index(after: equals)...]
        switch field[..<equals] {
        case "kind":
            guard let named = ModelKind(rawValue: String(value)) else {
                throw failure("'\(value)' is no kind of model")
            }
            kind = named
        case "can":
            for name in value.split(separator: ",") {
                guard let capability = ModelCapabilities(name: name) else {
                    throw failure("'\(name)' is no capability")
                }
                capabilities.insert(capability)
            }
        case "retires":
            guard value.utf8.count == 10, let day = Timestamp(iso8601: String(value)) else {
                throw failure("'\(value)' is no day such as 2027-01-31")
            }
            retires = day
        case "replaced_by": replacement = String(value)
        case "sure":
            for name in value.split(separator: ",") {
                guard let oddity = Oddity(rawValue: String(name)) else { throw failure("'\(name)' is no oddity") }
                sure.append(oddity)
            }
        default: return false
        }
        return true
    }

    func add(to entry: inout PriceList.Entry) throws(PriceList.ParseError) {
        entry.listing.kind = kind
        entry.listing.capabilities = capabilities
        entry.sure = sure
        if let retires {
            entry.listing.retirement = Retirement(day: retires, replacement: replacement)
        } else if replacement != nil {
            throw failure("'\(entry.model)' has replaced_by= and no retires=")
        }
    }

    private func failure(_ message: String) -> PriceList.ParseError { .init(line: line, message: message) }
}
