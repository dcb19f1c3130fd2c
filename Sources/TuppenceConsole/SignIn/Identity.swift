import TuppenceAdministration

/// Who a request to the console comes from.
struct Identity: Sendable {
    /// The name of the token.
    let name: String
    let role: OperatorRole
    /// What the forms of its session carry; nil where the token itself came with the request, which no page of another host
    /// can have a browser send.
    let formToken: String?

    var actor: Actor { Actor(name: name, origin: .console) }
}
