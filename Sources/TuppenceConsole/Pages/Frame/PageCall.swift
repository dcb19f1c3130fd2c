import Foundation
import Hummingbird
import TuppenceAdministration
import TuppenceCore
import TuppenceServer

/// A request for a page by somebody who is signed in.
struct PageCall: Sendable {
    let identity: Identity
    let administration: AdministrationQueue
    let now = WallClock.now
    private let parameters: Parameters
    private let query: Parameters

    init(_ request: Request, _ context: ConsoleContext, _ identity: Identity, _ administration: AdministrationQueue) {
        self.identity = identity
        self.administration = administration
        parameters = context.parameters
        query = request.uri.queryParameters
    }

    var actor: Actor { identity.actor }

    /// - Throws: where he may look only.
    func mayAct() throws(ConsoleError) {
        guard identity.role >= .operator else { throw .forbidden(identity, needs: .operator) }
    }

    func reader(at place: Place) -> Reader { Reader(identity, at: place) }

    /// What stands in the path.
    func path(_ name: String) throws -> String {
        guard let text = parameters.get(name).flatMap({ PercentEncoding.decoded($0) }), !text.isEmpty else {
            throw AdministrationError(.notFound, "There is no such page.")
        }
        return text
    }

    /// What stands behind the question mark; nil for nothing.
    func text(_ name: String) -> String? { query[Substring(name)].map(String.init).flatMap { $0.isEmpty ? nil : $0 } }
}

/// What was filled into a form.
struct PageForm: Sendable {
    private let values: [String: String]

    init(_ request: Request, _ context: ConsoleContext) async throws {
        values = try await URLEncodedFormDecoder().decode([String: String].self, from: request, context: context)
    }

    /// Without spaces around it; nil where the form has no such field.
    subscript(name: String) -> String? { values[name]?.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// With the spaces around it; nothing for what is not there.
    func exactly(_ name: String) -> String { values[name] ?? "" }

    /// Without spaces, and with nothing for what is not there.
    func text(_ name: String) -> String { self[name] ?? "" }

    /// The version of what it was filled in for; none where it says nothing that one could be.
    var version: ExpectedVersion { .one(of: Int64(text("version")).map { [$0] } ?? []) }
}

extension String {
    /// As one part of a path.
    var asPathPart: String {
        // What is left as it is means nothing in a path, in a query or in HTML. A path of two dots means the one above.
        PercentEncoding.encoded(self) { PercentEncoding.isUnreserved($0) && $0 != UInt8(ascii: ".") }
    }
}
