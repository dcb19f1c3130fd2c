import TuppenceCore

/// A virtual API key: whoever shows its secret may use the gateway in its name.
public struct KeySettings: Hashable, Sendable {
    public var name: String
    /// Never logged, never part of a message; stores keep its hash.
    public var secret: String
    /// The routes and targets it may use; nil for all.
    public var routes: [String]?
    public var isDisabled: Bool
    /// From when on it counts no more; nil for never.
    public var expiresAt: Timestamp?
    /// Whom it belongs to.
    public var customer: String?
    /// What its requests are charged, where their customer has no terms.
    public var pricing: PriceRule?
    public var priority: Priority

    public init(
        name: String, secret: String, routes: [String]? = nil, isDisabled: Bool = false, expiresAt: Timestamp? = nil,
        customer: String? = nil, pricing: PriceRule? = nil, priority: Priority = .interactive
    ) {
        self.priority = priority
        self.name = name
        self.secret = secret
        self.routes = routes
        self.isDisabled = isDisabled
        self.expiresAt = expiresAt
        self.customer = customer
        self.pricing = pricing
    }

    /// What requests are checked against, once the secret has told whose they are.
    public var key: Key {
        Key(
            name: name, isDisabled: isDisabled, expiresAt: expiresAt, routes: routes.map { Set($0) },
            customer: customer,
            terms: pricing.map { Terms(pricing: $0, wallet: nil) }, priority: priority)
    }
}

/// The keys of a configuration.
struct KeysSection {
    static let shortestSecret = 16

    private(set) var settings: [KeySettings] = []
    /// Every key that was mentioned, even those that could not be read.
    private(set) var names: Set<String> = []
    /// The names that messages may suggest: those that the file itself contains.
    private(set) var writtenNames: [String] = []
    /// What each says of the cache, if it does.
    private(set) var cacheFields: [(name: String, value: YAMLCursor)] = []
    /// Of keys that say how often they may repeat themselves; nil for those that may at will.
    private(set) var loops: [String: LoopLimits?] = [:]
    private var owners: [String: String] = [:]
    /// Whether other machines can reach the gateway.
    private let isOpen: Bool

    /// Reads `keys: [{ name: analytics, secret: ${ANALYTICS_KEY}, routes: [fast-llm] }]`.
    ///
    /// - Parameter loops: what a key's own `loops` is completed from.
    init(
        _ section: YAMLCursor?, routes: RoutesSection, targets: TargetResolver, server: ServerSettings,
        loops: LoopLimits
    ) {
        isOpen = !server.isLoopback
        for cursor in section?.list(of: "keys") ?? [] {
            if let settings = read(cursor, routes: routes, targets: targets, loops: loops) {
                self.settings.append(settings)
            }
        }
    }

    private mutating func read(
        _ cursor: YAMLCursor, routes: RoutesSection, targets: TargetResolver, loops: LoopLimits
    ) -> KeySettings? {
        let known = [
            "name", "secret", "routes", "disabled", "expires", "customer", "markup", "rates", "cache", "loops",
            "priority",
        ]
        guard let fields = cursor.fields(of: "a key", known, later: ["tags"]) else { return nil }
        let name = fields.required("name", "'name: my-app'").flatMap { readName($0) }
        let secret = fields.required("secret", "'secret: ${MY_APP_KEY}'").flatMap { readSecret($0, of: name?.written) }
        let allowed = fields["routes"].map { readRoutes($0, routes: routes, targets: targets) }
        let isDisabled = fields["disabled"]?.boolean()
        let end = fields["expires"]?.value("a day or a time such as 2026-12-31 or 2026-12-31T18:00:00Z") {
            Timestamp(iso8601: $0)
        }
        let customer = fields["customer"].flatMap { readCustomer($0) }
        let pricing = PriceRule.read(fields)
        let priority = fields["priority"]?.choice("priority", Priority.allCases.map(\.rawValue))
        if let name, let value = fields["cache"] { cacheFields.append((name.value, value)) }
        let limits = fields["loops"].map { $0.loopLimits(of: "the 'loops' of a key", standard: loops) }
        guard let name, let secret else { return nil }
        if let limits { self.loops.updateValue(limits, forKey: name.value) }
        return KeySettings(
            name: name.value, secret: secret, routes: allowed, isDisabled: isDisabled ?? false, expiresAt: end,
            customer: customer, pricing: pricing,
            priority: priority.flatMap { Priority(rawValue: $0) } ?? .interactive)
    }

    private func readCustomer(_ cursor: YAMLCursor) -> String? {
        guard let name = cursor.text("a customer") else { return nil }
        if (1...256).contains(name.value.utf8.count) { return name.value }
        cursor.report("a customer's name has 1 to 256 bytes.")
        return nil
    }

    private mutating func readName(_ cursor: YAMLCursor) -> YAMLText? {
        guard let name = cursor.name() else { return nil }
        guard names.insert(name.value).inserted else {
            cursor.report("there are two keys called '\(name.written)'.", "Give each a name of its own.")
            return nil
        }
        if name.written == name.value { writtenNames.append(name.value) }
        return name
    }

    private mutating func readSecret(_ cursor: YAMLCursor, of name: String?) -> String? {
        guard let secret = cursor.secret("a secret")?.value else { return nil }
        let place = name.map { "the secret of key '\($0)'" } ?? "this secret"
        if secret.count < Self.shortestSecret {
            cursor.report(
                "\(place) has fewer than \(Self.shortestSecret) characters.",
                "Make one up that cannot be guessed: openssl rand -hex 24.")
        } else if !Scalar.isToken(secret) {
            cursor.report("\(place) has characters that no HTTP header can carry.", "Use letters, digits, '-' and '_'.")
        } else if isOpen, secret == StarterFile.placeholderSecret {
            cursor.report(
                "\(place) is the one that everybody can read in Tuppence's starter file, and 'listen' admits other machines.",
                "Make one up that cannot be guessed: openssl rand -hex 24.")
        } else if let owner = owners[secret] {
            cursor.report("\(place) is the same as that of '\(owner)'.", "Give each key a secret of its own.")
        } else {
            owners[secret] = name ?? "another key"
            return secret
        }
        return nil
    }

    private func readRoutes(_ cursor: YAMLCursor, routes: RoutesSection, targets: TargetResolver) -> [String] {
        let cursors = cursor.list(of: "routes")
        if cursor.node.sequence?.isEmpty == true {
            cursor.report(
                "an empty list lets the key use nothing.",
                "Leave 'routes' out to let it use everything, or set 'disabled: true'.")
        }
        return cursors.compactMap { item in
            guard let text = item.text("a route") else { return nil }
            if routes.names.contains(text.value) { return text.value }
            let suggestion = Suggestion.sentence(for: text.value, among: routes.names.sorted())
            if let target = Target(text.value), suggestion.isEmpty || targets.knows(provider: target.provider) {
                return targets.candidate(target, written: text.written, at: item).map { _ in text.value }
            }
            item.report(
                "there is no route '\(text.written)'.",
                suggestion.isEmpty ? "Define it under 'routes', or name a provider/model." : suggestion)
            return nil
        }
    }
}
