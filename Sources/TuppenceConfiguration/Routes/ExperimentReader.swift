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
    let keys: KeysSection

    /// Reads `{ name: haiku-trial, sticky: customer, arms: [{ name: haiku, share: 20%, targets: [provider/model] }] }`.
    ///
    /// - Parameter route: the name of the route that it is on.
    func read(_ cursor: YAMLCursor, of route: String) -> Experiment? {
        let place = "the experiment of route '\(route)'"
        guard let fields = cursor.fields(of: place, ["name", "sticky", "arms", "shadows"]) else { return nil }
        let name = fields.required("name", "'name: haiku-trial'").flatMap(experimentName)
        let sticky = fields["sticky"]?.choice("stickiness", Experiment.Sticky.allCases.map(\.rawValue))
        let hasShadows = fields["shadows"] != nil
        let list =
            hasShadows ? fields["arms"] : fields.required("arms", "'arms: [{ name: …, share: 20%, targets: […] }]'")
        let cursors = list?.list(of: "arms") ?? []
        if list?.node.sequence?.isEmpty == true {
            list?.report("\(place) has no arms.", "Add at least one: { name: …, share: 20%, targets: […] }.")
        }
        let arms = cursors.compactMap { arm($0, of: route, more: []) }
        let share = arms.reduce(0) { $0 + $1.share.partsPerMillion }
        guard share <= Share.whole.partsPerMillion else {
            list?.report(
                "the shares of \(place) add up to more than 100%.",
                "What no arm has a share of goes to the route's own targets.")
            return nil
        }
        let copies = fields["shadows"]?.list(of: "shadows") ?? []
        let shadows = name.map { name in copies.compactMap { shadow($0, in: name, of: route) } } ?? []
        let all = arms.map { $0.name } + shadows.map(\.arm.name.arm)
        let doubles = Dictionary(grouping: all) { $0 }.filter { $1.count > 1 }.keys.sorted()
        guard doubles.isEmpty else {
            cursor.report("\(place) has several arms called '\(doubles[0])'.", "Give each a name of its own.")
            return nil
        }
        guard let name, arms.count == cursors.count, shadows.count == copies.count, !all.isEmpty else { return nil }
        return Experiment(
            name: name, sticky: sticky.flatMap { Experiment.Sticky(rawValue: $0) } ?? .caller, arms: arms,
            shadows: shadows)
    }

    /// Reads `{ name: haiku, share: 5%, key: trials, targets: [provider/model], concurrency: 4 }`.
    private func shadow(_ cursor: YAMLCursor, in experiment: String, of route: String) -> Shadow? {
        let key = key(cursor, of: route)
        let most = cursor.field("concurrency")?.integer(in: 1...10_000)
        guard let arm = arm(cursor, of: route, more: ["key", "concurrency"]), let key,
            most != nil || cursor.field("concurrency") == nil
        else { return nil }
        return Shadow(
            arm: Experiment.Arm(
                name: ArmName(experiment: experiment, arm: ArmName.shadowMark + arm.name), share: arm.share,
                route: arm.route),
            key: key, most: most ?? 4)
    }

    /// The key that a shadow is charged to: nobody else is to pay for it.
    private func key(_ cursor: YAMLCursor, of route: String) -> Key? {
        guard cursor.node.mapping != nil else { return nil }
        guard let field = cursor.field("key") else {
            cursor.report("a shadow of route '\(route)' has no 'key'.", "Add 'key: trials', a key that pays for it.")
            return nil
        }
        guard let text = field.text("a key") else { return nil }
        if let settings = keys.settings.first(where: { $0.name == text.value }) { return settings.key }
        // One that could not be read has been reported.
        guard !keys.names.contains(text.value) else { return nil }
        let suggestion = Suggestion.sentence(for: text.value, among: keys.writtenNames)
        field.report(
            "there is no key '\(text.written)'.", suggestion.isEmpty ? "Name one that stands under 'keys'." : suggestion
        )
        return nil
    }

    /// What has a slash could not be told from an arm, and the ledger keeps both for good.
    private func experimentName(_ cursor: YAMLCursor) -> String? { cursor.name()?.value }

    /// - Parameter more: what else it may have.
    private func arm(
        _ cursor: YAMLCursor, of route: String, more: [String]
    ) -> (name: String, share: Share, route: Route)? {
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
                lead(to: other, cursor, place: place, of: route, more: more)
            } else {
                RoutesSection.read(cursor, name: route, place: place, also: ["name", "share"] + more, targets: targets)
            }
        let share = cursor.field("share")?.value("a share such as 20% or 0.5%", Share.init(percent:))
        if cursor.node.mapping != nil, cursor.field("share") == nil {
            cursor.report("\(place) has no 'share'.", "Add 'share: 20%'.")
        }
        guard let name, name != ArmName.control, let share, let answering else { return nil }
        return (name, share, answering)
    }

    /// Another route in place of targets of the arm's own.
    private func lead(to other: YAMLCursor, _ cursor: YAMLCursor, place: String, of name: String, more: [String])
        -> Route?
    {
        guard cursor.fields(of: place, ["name", "share", "route"] + more) != nil, let text = other.text("a route")
        else {
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
        return routes[text.value].map { Route($0, name: name) }
    }
}
