import TuppenceCore

/// The cache, and what routes and keys say of it.
struct CacheSection {
    /// nil where nothing is cached.
    private(set) var policy: CachePolicy?

    /// Reads `cache: { ttl: 1h, max_size: 256MB, stale_for: 7d, sampled: false, scope: key }`, `cache: on` or
    /// `cache: off`. Without any of it there is a cache for those who ask.
    init(_ section: YAMLCursor?, routes: RoutesSection, keys: KeysSection) {
        if let section { policy = Self.read(section) } else { policy = CachePolicy.onRequest }
        for (name, cursor) in routes.cacheFields {
            guard let rule = Self.readRule(cursor, of: "route '\(name)'") else { continue }
            // Where it is off for the time being, routes keep what they say.
            if section == nil, rule.isOn {
                cursor.report(
                    "route '\(name)' has 'cache', but only requests that ask for the cache use it.",
                    "Add 'cache: on' at the top level.")
            }
            policy?.routes[name] = rule
        }
        for (name, cursor) in keys.cacheFields {
            if cursor.choice("answer to 'cache'", ["on", "off"]) == "off" { policy?.excludedKeys.insert(name) }
        }
    }

    /// - Returns: nil for `off`; for what can't be read the defaults, so that it is reported once.
    private static func read(_ section: YAMLCursor) -> CachePolicy? {
        var policy = CachePolicy()
        if section.isScalar { return section.choice("answer to 'cache'", ["on", "off"]) == "off" ? nil : policy }
        let known = ["ttl", "max_size", "stale_for", "sampled", "scope"]
        guard let fields = section.fields(of: "'cache'", known) else { return policy }
        policy.ttl = fields["ttl"]?.duration() ?? policy.ttl
        policy.staleFor = fields["stale_for"]?.duration() ?? max(policy.staleFor, policy.ttl)
        policy.sampled = fields["sampled"]?.boolean() ?? policy.sampled
        if let scope = fields["scope"]?.choice("scope", CachePolicy.Scope.allCases.map(\.rawValue)) {
            policy.scope = CachePolicy.Scope(rawValue: scope) ?? policy.scope
        }
        if let size = fields["max_size"], let bytes = size.bytes() {
            policy.maximumBytes = bytes
            if bytes < smallest {
                size.report("the cache can't do with less than 1MB.", "Raise it, or write 'cache: off'.")
            }
        }
        if policy.staleFor < policy.ttl, let cursor = fields["stale_for"] {
            cursor.report(
                "'stale_for' is shorter than 'ttl': answers would be gone while they are fresh.",
                "Both count from when an answer was stored; make 'stale_for' the longer one.")
        }
        return policy
    }

    private static let smallest = 1 << 20

    /// Reads `off`, `on` or `{ ttl: 10m, sampled: true }`.
    private static func readRule(_ cursor: YAMLCursor, of place: String) -> CachePolicy.Rule? {
        var rule = CachePolicy.Rule()
        if cursor.isScalar {
            guard let answer = cursor.choice("answer to 'cache'", ["on", "off"]) else { return nil }
            rule.isOn = answer == "on"
        } else {
            guard let fields = cursor.fields(of: "'cache' of \(place)", ["ttl", "sampled"]) else { return nil }
            rule.ttl = fields["ttl"]?.duration()
            rule.sampled = fields["sampled"]?.boolean()
        }
        return rule
    }
}
