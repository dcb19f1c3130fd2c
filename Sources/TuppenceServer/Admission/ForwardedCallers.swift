import TuppenceCore
import TuppenceHTTP

/// Looks at whom the requests on a proxy's connection are from.
struct ForwardedCallers {
    private let rules: AdmissionRules
    private let proxy: NetworkAddress

    /// Nil where there is nothing to look at: everybody may come, or the proxy has said whose the connection is.
    init?(_ rules: AdmissionRules, proxy: NetworkAddress) {
        guard rules.allowed != nil, !rules.proxyProtocol else { return nil }
        self.rules = rules
        self.proxy = proxy
    }

    /// - Throws: what to say to a request from somebody who is not let in.
    func check(_ fields: HeaderFields) throws(Refusal) {
        var forwardedFor = ForwardedChain()
        var forwarded = ForwardedChain()
        fields.forEach { name, value in
            if name.equalsIgnoringCase("x-forwarded-for") { forwardedFor.add(forwardedFor: value) }
            if name.equalsIgnoringCase("forwarded") { forwarded.add(forwarded: value) }
        }
        // A proxy writes one of the two, and passes on what a caller has written into the other: both have to be right.
        let chains = [forwardedFor, forwarded].filter { !$0.addresses.isEmpty }
        if chains.isEmpty { return try check(proxy) }
        for chain in chains { try check(chain.caller(behind: rules.proxies)) }
    }

    private func check(_ address: NetworkAddress?) throws(Refusal) {
        if let address, rules.allows(address) { return }
        throw Refusal(
            .addressNotAllowed,
            "Requests from \(address.map(\.description) ?? "an unknown address") are not let in here: server.allow does not have it."
        )
    }
}
