import TuppenceCore

/// Reads the experiments on routes.
struct ExperimentReader {
    /// Those that could be read.
    let routes: [String: Route]
    /// Every route that was mentioned.
    let names: Set<String>
    let targets: TargetResolver
    /// The routes with experiments of their own.
    let taken: [String]

    /// Reads `{ name: haiku-trial, sticky: user, arms: [{ name: haiku, share: 20%, targets: [provider/model] }] }`.
    ///
    /// - Parameter route: the name of the route that it is on.
    func read(_ cursor: YAMLCursor, of route: String) -> Experiment? {
        let place = "the experiment of route '\(route)'"
        guard let fields = cursor.fields(of: place, ["name", "sticky", "arms"]) else { return nil }
        let name = fields.required("name", "'name: haiku-trial'").flatMap(experimentName)
        let sticky = fields["sticky"]?.choice("stickiness", Experiment.Sticky.allCases.map(\.rawValue))
        let cursors = fields.required("arms", "'arms: [{ name: …, share: 20%, targets: […] }]'")?.list(of: "arms") ?? []
        if fields["arms"]?.node.sequence?.isEmpty == true {
            fields["arms"]?.report("\(place) has no arms.", "Add at least one: { name: …, share: 20%, targets: […] }.")
        }
        let arms = cursors.compactMap { arm($0, of: route) }
        let share = arms.reduce(0) { $0 + $1.share.partsPerMillion }
        guard share <= Share.whole.partsPerMillion else {
            fields["arms"]?.report(
                "the shares of \(place) add up to more than 100%.",
                "What no arm has a share of goes to the route's own targets.")
            return nil
        }
        let doubles = Dictionary(grouping: arms) { $0.name }.filter { $1.count > 1 }.keys.sorted()
        guard doubles.isEmpty else {
            fields["arms"]?.report("\(place) has several arms called '\(doubles[0])'.", "Give each a name of its own.")
            return nil
        }
        guard let name, !arms.isEmpty, arms.count == cursors.count else { return nil }
        return Experiment(
            name: name, sticky: sticky.flatMap { Experiment.Sticky(rawValue: $0) } ?? .user, arms: arms)
    }

    /// What has a slash could not be told from an arm, and the ledger keeps both for good.
    private func experimentName(_ cursor: YAMLCursor) -> String? { cursor.name()?.value }

    private func arm(_ cursor: YAMLCursor, of route: String) -> (name: String, share: Share, route: Route)? {
        let name = cursor.field("name").flatMap { $0.name()?.value }
        let place = name.map { "arm '\($0)'" } ?? "an arm"
        if cursor.node.mapping != nil, cursor.field("name") == nil {
            cursor.report("an arm of route '\(route)' has no 'name'.", "Add 'name: haiku'.")
        }
        if name == ArmName.control {
            cursor.field("name")?.report(
                "'\(ArmName.control)' is the arm of the route's own targets.", "Choose another name.")
        }
        let other = cursor.field("route")
        let answering =
            if let other {
                lead(to: other, cursor, place: place, of: route)
            } else {
                RoutesSection.read(cursor, name: route, place: place, also: ["name", "share"], targets: targets)
            }
        let share = cursor.field("share")?.value("a share such as 20% or 0.5%", Share.init(percent:))
        if cursor.node.mapping != nil, cursor.field("share") == nil {
            cursor.report("\(place) has no 'share'.", "Add 'share: 20%'.")
        }
        guard let name, name != ArmName.control, let share, let answering else { return nil }
        return (name, share, answering)
    }

    /// Another route in place of targets of the arm's own.
    private func lead(to other: YAMLCursor, _ cursor: YAMLCursor, place: String, of name: String) -> Route? {
        guard cursor.fields(of: place, ["name", "share", "route"]) != nil, let text = other.text("a route") else {
            return nil
        }
        guard names.contains(text.value) else {
            let suggestion = Suggestion.sentence(for: text.value, among: names.sorted())
            other.report(
                "there is no route '\(text.written)'.",
                suggestion.isEmpty ? "Name one that stands under 'routes'." : suggestion)
            return nil
        }
        guard text.value != name, !taken.contains(text.value) else {
            other.report(
                "route '\(text.written)' has an experiment itself.",
                "Name one without, or write the arm's targets here.")
            return nil
        }
        var route = routes[text.value]
        route?.name = name
        return route
    }
}
