import Crypto
import NIOCore
import TuppenceCore
import TuppenceDialects

/// What the cache is to one request that touches it.
final class Caching {
    /// A question that the cache has yet to answer.
    struct Lookup {
        let number: Int
        var since: Timestamp
        /// What the caller gets if nothing is found and nothing may be sent; nil where the request then goes on.
        let refusal: Refusal?
        /// Whether an answer will do that is older than one for a hit.
        let takesStale: Bool
    }

    let cache: GatewayCache
    let use: CacheUse
    private let isOnly: Bool
    let ttl: Milliseconds
    let key: CacheKey
    var lookup: Lookup?

    private init(_ cache: GatewayCache, use: CacheUse, isOnly: Bool, ttl: Milliseconds, key: CacheKey) {
        self.cache = cache
        self.use = use
        self.isOnly = isOnly
        self.ttl = ttl
        self.key = key
    }

    var maximumBodyBytes: Int { cache.answers.maximumBodyBytes }

    /// What ends a request that only the cache may answer, where it does not.
    var missRefusal: Refusal? { isOnly ? .cacheMiss("there is no answer to this request that is new enough") : nil }

    /// What the cache is to a request that has been admitted otherwise.
    ///
    /// - Returns: nil where the request does not touch it.
    /// - Throws: a refusal with code `cache_miss` where only the cache may answer, and may not.
    static func plan(
        _ pending: PendingRequest, request: ScannedRequest, key: Key, route: Route, snapshot: GatewaySnapshot,
        options: CallerOptions
    ) throws(Refusal) -> Caching? {
        let planned = plan(pending, request, key, route, snapshot, options)
        if planned == nil, options.cache == .only {
            throw .cacheMiss(
                "this gateway does not cache it: the cache is off for it, or the body is too large or ambiguous")
        }
        return planned
    }

    private static func plan(
        _ pending: PendingRequest, _ request: ScannedRequest, _ key: Key, _ route: Route, _ snapshot: GatewaySnapshot,
        _ options: CallerOptions
    ) -> Caching? {
        guard let cache = snapshot.cache, options.cache != nil || cache.isUsedUnasked(by: key.name),
            request.endpoint.dialect == .openAI, !request.endpoint.isByPiece
        else { return nil }
        return pending.body.withUnsafeReadableBytes { body in
            guard body.count <= CacheableRequest.maximumBytes else { return nil }
            let use = cache.policy.use(
                wish: options.cache, route: route.name, key: key.name,
                isSampled: CacheableRequest.isSampled(body, endpoint: request.endpoint),
                budgetsServeCached: cache.budgetsServeCached(key.name))
            guard use != .none, let meaning = CacheableRequest.meaning(body) else { return nil }
            let context = context(pending, request, key, route, snapshot, options)
            return Caching(
                cache, use: use, isOnly: options.cache == .only, ttl: cache.policy.ttl(of: route.name),
                key: digest(context, meaning))
        }
    }

    // MARK: The key

    /// All that decides beside the body which answer the request may have.
    private static func context(
        _ pending: PendingRequest, _ request: ScannedRequest, _ key: Key, _ route: Route, _ snapshot: GatewaySnapshot,
        _ options: CallerOptions
    ) -> [String?] {
        let policy = snapshot.policy
        let isCustomersOwn = snapshot.cache?.policy.scope == .customer
        var context: [String?] = [
            request.endpoint.rawValue, request.streams ? "stream" : "whole", key.name,
            isCustomersOwn ? options.customer : nil,
            // It switches features of the provider on that change its answers.
            pending.head.fields.first("openai-beta"),
            // A name that is no route stands for its one target, however it is written.
            policy.routes[route.name] == nil ? nil : route.name,
            // What the request leaves with where it has no limit of its own.
            request.outputLimit == nil ? "\(route.maxOutputTokens ?? policy.defaults.maxOutputTokens)" : nil,
        ]
        // A route that leads elsewhere now has other answers.
        for choice in route.choices { context.append(choice.candidate.target.description) }
        return context
    }

    private static func digest(_ context: [String?], _ meaning: [UInt8]) -> CacheKey {
        var prefix = Array("tuppence cache 1\n".utf8)
        // With its length each, so that no two lists run together to the same bytes.
        for text in context {
            prefix += Array((text.map { "\($0.utf8.count):\($0)\n" } ?? "-\n").utf8)
        }
        var hasher = SHA256()
        prefix.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        meaning.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return hasher.finalize().withUnsafeBytes { CacheKey($0) }
    }
}

extension Refusal {
    static func cacheMiss(_ reason: String) -> Refusal {
        Refusal(
            .cacheMiss,
            "The request may only be answered from the cache (x-tuppence-cache: only), and \(reason). Nothing was sent. Send it without the header, or with 'on'."
        )
    }
}
