import TuppenceCore
import TuppenceDialects

/// `GET /v1/models`: routes first, then every model with a price, with what the key may use.
enum ModelList {
    static func json(_ snapshot: GatewaySnapshot, for key: Key) -> [UInt8] {
        let entries = names(snapshot, for: key).compactMap { entry($0, snapshot) }
        return Array("{\"object\":\"list\",\"data\":[".utf8) + entries.joined(separator: [UInt8(ascii: ",")])
            + Array("]}".utf8)
    }

    static func json(_ name: String, _ snapshot: GatewaySnapshot, for key: Key) throws(Refusal) -> [UInt8] {
        let route = try snapshot.policy.route(for: name)
        try key.check(mayUse: name)
        return entry(name, route, snapshot)
    }

    static func names(_ snapshot: GatewaySnapshot, for key: Key) -> [String] {
        let targets = snapshot.policy.prices.targets.filter {
            snapshot.policy.providers.contains($0.provider) && !snapshot.formerTargets.contains($0)
        }
        return (snapshot.policy.routes.keys.sorted() + targets.map(\.description)).filter { key.mayUse($0) }
    }

    private static func entry(_ name: String, _ snapshot: GatewaySnapshot) -> [UInt8]? {
        (try? snapshot.policy.route(for: name)).map { entry(name, $0, snapshot) }
    }

    private static func entry(_ name: String, _ route: Route, _ snapshot: GatewaySnapshot) -> [UInt8] {
        let first = route.choices.min { $0.priority < $1.priority }?.candidate
        let owner = snapshot.policy.routes[name] == nil ? first?.target.provider ?? "tuppence" : "tuppence"
        var text =
            Array("{\"id\":".utf8) + JSONWriting.quoted(name) + Array(",\"object\":\"model\",\"display_name\":".utf8)
        text += JSONWriting.quoted(name) + Array(",\"created\":\(snapshot.since.seconds),\"owned_by\":".utf8)
        text += JSONWriting.quoted(owner)
        if let first {
            if let length = first.contextLength { text += Array(",\"context_length\":\(length)".utf8) }
            if let most = first.maxOutputTokens { text += Array(",\"max_output_tokens\":\(most)".utf8) }
            let rates = first.rates.standard
            text += Array(
                ",\"pricing\":{\"prompt\":\"\(perToken(rates.input))\",\"completion\":\"\(perToken(rates.output))\""
                    .utf8)
            if let cached = rates.cachedInput { text += Array(",\"input_cache_read\":\"\(perToken(cached))\"".utf8) }
            text += Array("}".utf8)
            text += facts(of: first.target, snapshot)
        }
        return text + Array("}".utf8)
    }

    /// What a model can do, and its end as OpenAI names it (https://developers.openai.com/api/docs/deprecations, read 2026-11).
    private static func facts(of target: Target, _ snapshot: GatewaySnapshot) -> [UInt8] {
        guard let listing = snapshot.policy.prices.listing(of: target) else { return [] }
        var text = Array(",\"kind\":\"\(listing.kind.rawValue)\"".utf8)
        if !listing.capabilities.isEmpty {
            text += Array(",\"capabilities\":[".utf8)
            text += listing.capabilities.names.map(JSONWriting.quoted).joined(separator: [UInt8(ascii: ",")])
            text += Array("]".utf8)
        }
        if let retirement = listing.retirement {
            text += Array(",\"shutdown_date\":\"\(retirement.date)\"".utf8)
            if let replacement = retirement.replacement {
                text += Array(",\"replaced_by\":".utf8) + JSONWriting.quoted("\(target.provider)/\(replacement)")
            }
        }
        return text
    }

    /// Dollars per token as text, as OpenRouter lists them: `0.00000015`.
    private static func perToken(_ rate: Rate) -> String {
        var digits = String(rate.picodollars)
        while digits.utf8.count < 13 { digits = "0" + digits }
        let point = digits.index(digits.endIndex, offsetBy: -12)
        var text = digits[..<point] + "." + digits[point...]
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return String(text)
    }
}
