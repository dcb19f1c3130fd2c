import TuppenceCore
import TuppenceHTTP

/// What a caller asks of the gateway itself, in request headers.
struct CallerOptions {
    var maxCost: Money?
    var timeout: Milliseconds?
    var customer: String?
    var user: String?
    var onBudget: BudgetAction?
    var cache: CacheWish?
    /// It goes without what its target cannot do.
    var allowsDrop = false
    /// It repeats itself on purpose.
    var mayRepeat = false
    /// As ``RequestTags`` writes them.
    var tags: String?

    init(_ fields: HeaderFields) throws(Refusal) {
        var refusal: Refusal?
        var email: String?
        var ownTags: [(name: String, value: String)] = []
        // One pass: nearly all requests have none of them.
        fields.forEach { name, value in
            guard name.count >= 15, name[0] | 0x20 == UInt8(ascii: "x") else { return }
            var text: String { String(decoding: value, as: UTF8.self) }
            if name.equalsIgnoringCase("x-tuppence-max-cost") {
                let cap = Self.cap(text)
                if cap == nil {
                    refusal = Self.refusal("x-tuppence-max-cost", "an amount in USD such as 0.05, or 0", text)
                } else if maxCost != nil, maxCost != cap {
                    refusal = Self.contradiction("x-tuppence-max-cost")
                }
                maxCost = cap
            } else if name.equalsIgnoringCase("x-tuppence-timeout") {
                timeout = Self.span(text)
                if timeout == nil {
                    refusal = Self.refusal("x-tuppence-timeout", "a time such as 30s, 500ms or 5m", text)
                }
            } else if name.equalsIgnoringCase("x-tuppence-on-budget") {
                let action = BudgetAction(rawValue: text.lowercased())
                if action == nil {
                    refusal = Self.refusal("x-tuppence-on-budget", "'reject', 'clamp', 'degrade' or 'cached'", text)
                } else if onBudget != nil, onBudget != action {
                    refusal = Self.contradiction("x-tuppence-on-budget")
                }
                onBudget = action
            } else if name.equalsIgnoringCase("x-tuppence-cache") {
                cache = CacheWish(rawValue: text.lowercased())
                if cache == nil { refusal = Self.refusal("x-tuppence-cache", "'on', 'off' or 'only'", text) }
            } else if name.equalsIgnoringCase("x-tuppence-customer") {
                if value.isEmpty { return }
                let named = text
                if let customer, !customer.hasSameBytes(as: named) {
                    refusal = Self.contradiction("x-tuppence-customer")
                }
                customer = named
            } else if name.equalsIgnoringCase("x-tuppence-repeats") {
                mayRepeat = text.lowercased() == "allow"
                if !mayRepeat { refusal = Self.refusal("x-tuppence-repeats", "'allow'", text) }
            } else if name.equalsIgnoringCase("x-tuppence-drop") {
                allowsDrop = text.lowercased() == "allow"
                if !allowsDrop { refusal = Self.refusal("x-tuppence-drop", "'allow'", text) }
            } else if name.equalsIgnoringCase("x-tuppence-tags") {
                // Several fields of one name are one list.
                tags = tags.map { $0 + "," + text } ?? text
            } else if name.equalsIgnoringCase("x-openwebui-user-id") {
                // Open WebUI names its users so.
                user = value.isEmpty ? nil : text
            } else if name.equalsIgnoringCase("x-openwebui-user-email") {
                email = value.isEmpty ? nil : text
            } else if let tag = Self.tag(ofClient: name) {
                ownTags.append((name: tag, value: text))
            }
        }
        if let refusal { throw refusal }
        if let text = tags { tags = try RequestTags.read(text) }
        if let customer { try Self.checkName(customer, of: "x-tuppence-customer") }
        if !ownTags.isEmpty { tags = RequestTags.adding(ownTags, to: tags) }
        if let user {
            try Self.checkName(user, of: "x-openwebui-user-id")
        } else if let email {
            try Self.checkName(email, of: "x-openwebui-user-email")
            user = email
        }
    }

    /// Under which name a field that a client sends unasked is a tag. Claude Code tells its sessions and agents apart
    /// (https://code.claude.com/docs/en/llm-gateway).
    private static func tag(ofClient name: UnsafeRawBufferPointer) -> String? {
        guard name.beginsIgnoringCase(with: "x-claude-code-") else { return nil }
        if name.equalsIgnoringCase("x-claude-code-session-id") { return "claude-code-session-id" }
        if name.equalsIgnoringCase("x-claude-code-agent-id") { return "claude-code-agent-id" }
        if name.equalsIgnoringCase("x-claude-code-parent-agent-id") { return "claude-code-parent-agent-id" }
        return nil
    }

    /// Names of users and customers are kept in the books for good, so they may not be of any length.
    static func checkName(_ text: String, of field: String) throws(Refusal) {
        guard !text.hasControls else { throw .controls(in: field) }
        guard text.utf8.count > maximumName else { return }
        throw Refusal(
            .invalidRequest, "'\(field)' may have \(maximumName) bytes, and has \(text.utf8.count).", parameter: field)
    }

    private static let maximumName = 256

    private static func refusal(_ field: String, _ what: String, _ text: String) -> Refusal {
        Refusal(.invalidRequest, "'\(field)' must be \(what), not '\(text.prefix(40))'.", parameter: field)
    }

    /// Whose money it is must not be a matter of whether a proxy's field comes behind its caller's.
    private static func contradiction(_ field: String) -> Refusal {
        Refusal(.invalidRequest, "'\(field)' is there more than once, with different values.", parameter: field)
    }

    /// Programs write down what they have computed: `0.30000000000000004`. What is below a nanodollar is left off,
    /// since less is within a cap, too.
    private static func cap(_ text: String) -> Money? {
        Money.written(text)?.units(9).map { Money(nanodollars: $0.whole) }
    }

    /// As the configuration has spans, or bare seconds; either with decimals.
    private static func span(_ text: String) -> Milliseconds? {
        let isBare = text.utf8.last.map { (48...57).contains($0) } ?? false
        return Milliseconds(text: isBare ? text + "s" : text, roundsUp: true)
    }
}
