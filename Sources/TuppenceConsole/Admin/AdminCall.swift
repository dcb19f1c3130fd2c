import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TuppenceAdministration
import TuppenceCore
import TuppenceServer

/// One call of the admin API by somebody who may make it.
struct AdminCall: Sendable {
    let identity: Identity
    let administration: AdministrationQueue
    let body: ByteBuffer
    private let parameters: Parameters
    private let query: Parameters
    private let request: Request
    let now = WallClock.now

    init(_ request: Request, _ context: ConsoleContext, _ identity: Identity, _ administration: AdministrationQueue)
        async throws
    {
        self.identity = identity
        self.administration = administration
        self.request = request
        parameters = context.parameters
        query = request.uri.queryParameters
        body = try await request.body.collect(upTo: context.maxUploadSize)
        if body.readableBytes > 0, let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            throw ConsoleError.unsupportedEncoding(coding)
        }
    }

    var actor: Actor { identity.actor }

    /// What stands in the path.
    func path(_ name: String) throws -> String {
        guard let text = parameters.get(name).flatMap({ PercentEncoding.decoded($0) }), !text.isEmpty else {
            throw AdministrationError(.invalid, "'\(name)' is missing in the path.")
        }
        return text
    }

    /// Which version of it is meant.
    var possibleVersion: ExpectedVersion { EntityTag.expected(in: request) ?? .any }

    /// The same, where that has to be said.
    func expectedVersion() throws(AdministrationError) -> ExpectedVersion {
        if let expected = EntityTag.expected(in: request) { return expected }
        throw AdministrationError(
            .noVersion, "Say in If-Match which version you mean to change: its ETag, or * for whichever there is.")
    }

    // MARK: The query

    func text(_ name: String) -> String? { query[Substring(name)].map(String.init).flatMap { $0.isEmpty ? nil : $0 } }

    /// The same, and what was said to be nothing as well: that is no time, no number and no place.
    func written(_ name: String) -> String? { query[Substring(name)].map(String.init) }

    func truth(_ name: String) throws -> Bool {
        switch written(name) {
        case nil, "false": return false
        case "true": return true
        case let text?: throw AdministrationError(.invalid, "'\(name)' is true or false, not '\(text)'.")
        }
    }

    func time(_ name: String) throws -> Timestamp? {
        try written(name).map { text in
            guard let time = Timestamp(iso8601: text) else {
                throw AdministrationError(
                    .invalid, "'\(name)' is a day or a time such as 2026-11-01T00:00:00Z, not '\(text)'.")
            }
            return time
        }
    }

    func limit(_ usual: Int) throws -> Int {
        guard let text = written("limit") else { return usual }
        guard let limit = Int(text), Administration.pageSizes.contains(limit) else {
            throw AdministrationError(.invalid, "'limit' is a number from 1 to 500, not '\(text)'.")
        }
        return limit
    }

    /// Lines of a list that is at hand as a whole, as many and from where the query asks for them.
    func page<Line: Encodable & Sendable>(of lines: [Line], id: (Line) -> String) throws -> AdminAnswer {
        AdminAnswer(try ListPage(of: lines, limit: try limit(100), cursor: text("cursor"), id: id))
    }

    // MARK: The body

    /// Reads the body; none is one without members.
    ///
    /// - Throws: what is wrong with it, an unknown member included: who writes one means something by it.
    func input<Input: Decodable>(_ type: Input.Type, members: Set<String>) throws -> Input {
        let data = body.readableBytes == 0 ? Data("{}".utf8) : Data(buffer: body)
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw AdministrationError(.invalid, "The body is no JSON object.")
        }
        if let unknown = object.keys.sorted().first(where: { !members.contains($0) }) {
            throw AdministrationError(
                .invalid, "'\(unknown)' is not known here. There is: \(members.sorted().joined(separator: ", ")).")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do { return try decoder.decode(type, from: data) } catch let error as DecodingError {
            throw AdministrationError(.invalid, error.sentence)
        }
    }
}

extension DecodingError {
    /// What is wrong, for whoever wrote the document.
    fileprivate var sentence: String {
        func name(_ path: [any CodingKey]) -> String { path.map { written($0.stringValue) }.joined(separator: ".") }
        switch self {
        case .keyNotFound(let key, _): return "'\(written(key.stringValue))' is missing."
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            let kind = type == String.self ? "text, in quotes" : type == Bool.self ? "true or false" : "of another type"
            return "'\(name(context.codingPath))' has to be \(kind)."

        case .dataCorrupted(let context): return "'\(name(context.codingPath))' has a value that it can't have."
        @unknown default: return "The body can't be read."
        }
    }

    /// A member as the document has it: the decoder says `amountUsd` of `amount_usd`.
    private func written(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
