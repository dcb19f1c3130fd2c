import NIOCore
import TuppenceConfiguration
import TuppenceCore
import TuppenceDialects
import TuppenceHTTP
import TuppenceUpstream

/// Asks somebody once, to see whether he is there.
package enum HTTPProbe {
    package enum Answer: Hashable, Sendable {
        /// - Parameters:
        ///   - date: what he says that the time is.
        ///   - isGateway: whether he is one of us.
        case answered(status: Int, date: String?, isGateway: Bool)
        case unreachable(String)
    }

    /// Sends `GET path` to `baseURL`, which is `http://` or `https://` with a host.
    ///
    /// - Parameters:
    ///   - fields: more fields of the head, such as a key. One that can be none is left out.
    ///   - network: how they are reached, and who vouches for them.
    package static func get(
        _ path: String, of baseURL: String, fields: [(name: String, value: String)] = [],
        network: UpstreamNetwork = UpstreamNetwork(),
        patience: Milliseconds = .seconds(10), on group: any EventLoopGroup
    ) async -> Answer {
        guard let endpoint = UpstreamEndpoint(baseURL: baseURL, apiKey: nil) else {
            return .unreachable("'\(baseURL)' is no address")
        }
        var request = ByteBuffer(
            string: "GET \(endpoint.pathPrefix)\(path) HTTP/1.1\r\nhost: \(endpoint.hostField)\r\n")
        for field in fields where field.value.utf8.allSatisfy({ (32..<127).contains($0) }) {
            request.writeString("\(field.name): \(field.value)\r\n")
        }
        request.writeString("user-agent: tuppence\r\naccept-encoding: identity\r\nconnection: close\r\n\r\n")
        let message = request
        let eventLoop = group.next()
        let promise = eventLoop.makePromise(of: Answer.self)
        eventLoop.execute {
            let pool = UpstreamPool(eventLoop: eventLoop, network: network)
            OneShotRequest(eventLoop, patience: .milliseconds(patience.count)) { outcome in
                pool.close()
                switch outcome {
                case .answered(let head):
                    promise.succeed(
                        .answered(
                            status: head.status, date: head.fields.first("date"),
                            isGateway: head.fields.contains("x-tuppence-request-id")))
                case .failed(let why): promise.succeed(.unreachable(why))
                }
            }.send(message, to: endpoint, through: pool)
        }
        do { return try await promise.futureResult.get() } catch { return .unreachable("\(error)") }
    }

    /// What a provider is asked that costs nothing: a list of its models, with the key; nil where each request has to be signed.
    package static func question(
        for provider: ProviderSettings
    ) -> (path: String, fields: [(name: String, value: String)])? {
        var key = provider.apiKey
        var asked = provider.provider
        switch provider.credentials {
        case nil: break
        case .token(let token): (key, asked.keyIsToken) = (token, true)
        case .aws, .serviceAccount: return nil
        }
        let field = asked.keyField(speaking: provider.dialect)
        var fields = key.map { [(name: "\(field.name)", value: "\(field.prefix)\($0)")] } ?? []
        if provider.dialect == .anthropic { fields.append((name: "anthropic-version", value: "2023-06-01")) }
        return ("/models", fields)
    }

    /// Whether it is Gemini's way of refusing a key, which others say by 401.
    package static func refusesKey(_ provider: ProviderSettings, status: Int) -> Bool {
        status == 401 || status == 403 || status == 400 && provider.dialect == .gemini
    }
}
