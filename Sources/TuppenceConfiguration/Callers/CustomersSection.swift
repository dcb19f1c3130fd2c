import TuppenceCore

/// Whom the operator bills, and on what terms.
struct CustomersSection {
    private(set) var customers = Customers()
    private(set) var names: Set<String> = []

    /// Reads `customers: [{ name: acme, markup: 20%, prepaid: true }, { name: each, markup: 30% }]`.
    init(_ section: YAMLCursor?) {
        var named: [String: Customers.Customer] = [:]
        var others: Customers.Customer?
        for cursor in section?.list(of: "customers") ?? [] {
            guard let (name, customer) = read(cursor) else { continue }
            if name == "each" { others = customer } else { named[name] = customer }
        }
        customers = Customers(named, others: others)
    }

    private mutating func read(_ cursor: YAMLCursor) -> (String, Customers.Customer)? {
        guard let fields = cursor.fields(of: "a customer", ["name", "markup", "rates", "prepaid"]) else { return nil }
        let name = fields.required("name", "'name: acme', or 'name: each' for all others").flatMap { readName($0) }
        let pricing = PriceRule.read(fields)
        let isPrepaid = fields["prepaid"]?.boolean() ?? false
        return name.map { ($0, Customers.Customer(pricing: pricing, isPrepaid: isPrepaid)) }
    }

    private mutating func readName(_ cursor: YAMLCursor) -> String? {
        guard let name = cursor.text("a name") else { return nil }
        guard (1...256).contains(name.value.utf8.count) else {
            cursor.report("a customer's name has 1 to 256 bytes.")
            return nil
        }
        guard !name.value.contains("*") else {
            cursor.report("'\(name.written)' is no customer: names have no patterns.", "Write 'each' for all others.")
            return nil
        }
        if names.insert(name.value).inserted { return name.value }
        cursor.report("there are two customers called '\(name.written)'.", "Give each a name of its own.")
        return nil
    }
}

extension PriceRule {
    /// Reads `markup: 20%` and `rates: { gpt-4o*: { input: 5, output: 15 } }`; nil where there is neither.
    static func read(_ fields: YAMLFields) -> PriceRule? {
        guard fields["markup"] != nil || fields["rates"] != nil else { return nil }
        let rates = (fields["rates"]?.entries("model") ?? []).compactMap { entry -> Own? in
            guard !entry.name.isEmpty, !entry.name.dropLast().contains("*") else {
                entry.key.report(
                    "'\(entry.name)' is not a model.", "Write a model, provider/model, or begin* for all that begin so."
                )
                return nil
            }
            guard let card = PricesSection.read(entry)?.rates else { return nil }
            guard card.pricesOutput else {
                entry.key.report(
                    "'\(entry.name)' has no 'output'.", "Add it; for models without output: 'output: 0'.")
                return nil
            }
            return Own(pattern: entry.name, card: card)
        }
        return PriceRule(markup: fields["markup"]?.markup() ?? .none, rates: rates)
    }
}
