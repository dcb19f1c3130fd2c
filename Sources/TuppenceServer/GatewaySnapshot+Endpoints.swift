import TuppenceCore
import TuppenceDialects

/// Which targets of a route have the endpoint that a request is for.
extension GatewaySnapshot {
    /// Those of `candidates` whose providers have `endpoint`, in the order given.
    ///
    /// - Parameter name: what the request calls them.
    /// - Throws: a refusal with code `invalid_request` if there are none.
    func able(
        _ candidates: [Candidate], to endpoint: OpenAIEndpoint, named name: String
    ) throws(Refusal) -> [Candidate] {
        guard candidates.contains(where: { !serves($0, endpoint) }) else { return candidates }
        let able = candidates.filter { serves($0, endpoint) }
        guard able.isEmpty else { return able }
        throw Self.unable(candidates, to: endpoint)
    }

    /// Whoever is not connected is found out later.
    private func serves(_ candidate: Candidate, _ endpoint: OpenAIEndpoint) -> Bool {
        providers[candidate.target.provider]?.serves(endpoint) ?? true
    }

    static func unable(_ candidates: [Candidate], to endpoint: OpenAIEndpoint) -> Refusal {
        let names = candidates.map(\.target.description).joined(separator: ", ")
        return Refusal(
            .invalidRequest,
            "No target of this model has /v1/\(endpoint.rawValue): \(names). Name another model, or a route with a target that has it.",
            parameter: "model")
    }
}
