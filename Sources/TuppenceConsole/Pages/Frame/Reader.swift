/// Whoever looks at a page, where he is, and where he can go from there: what the frame around it shows.
struct Reader {
    struct Link {
        let title: String
        let path: String
        let isHere: Bool
    }

    let name: String
    let role: String
    /// What forms carry.
    let csrf: String
    /// Whether he may change anything.
    let mayAct: Bool
    let places: [Link]

    init(_ identity: Identity, at here: Place?) {
        name = identity.name
        role = identity.role.rawValue
        csrf = identity.formToken ?? ""
        mayAct = identity.role >= .operator
        places = Place.allCases.map { Link(title: $0.title, path: $0.path, isHere: $0 == here) }
    }
}
