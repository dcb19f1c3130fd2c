import TuppenceCore

/// What a budget does to requests that it has no room for.
struct HardActions {
    private(set) var actions: [BudgetAction] = []
    private(set) var degradeTo: String?
    private let routes: BudgetRoutes

    /// Reads `clamp`, `{ degrade: cheap-llm }`, or a list such as `[reject, clamp]`: what it does, and what else a caller may
    /// ask for. Without any it refuses.
    init(_ cursor: YAMLCursor?, routes: BudgetRoutes) {
        self.routes = routes
        guard let cursor else {
            actions = [.reject]
            return
        }
        let cursors = cursor.node.sequence == nil ? [cursor] : cursor.list(of: "hard actions")
        if cursor.node.sequence?.isEmpty == true {
            cursor.report("a budget without a hard action.", "Say what it does: \(Self.form).")
        }
        for cursor in cursors { read(cursor) }
    }

    private static let plain: [BudgetAction] = [.reject, .clamp, .cached]
    private static let form = plain.map(\.rawValue).quoted("or") + ", or { degrade: ROUTE }"

    private mutating func read(_ cursor: YAMLCursor) {
        if cursor.node.mapping != nil { return readDegrade(cursor) }
        guard let text = cursor.text(Self.form) else { return }
        if let action = BudgetAction(rawValue: text.value), Self.plain.contains(action) {
            return actions.append(action)
        }
        if text.value == BudgetAction.degrade.rawValue {
            return cursor.report("'degrade' needs a route to go to.", "Write { degrade: ROUTE }.")
        }
        let suggestion = Suggestion.sentence(for: text.value, among: Self.plain.map(\.rawValue))
        cursor.report(
            "unknown hard action '\(text.written)'.", suggestion.isEmpty ? "Write \(Self.form)." : suggestion)
    }

    private mutating func readDegrade(_ cursor: YAMLCursor) {
        guard let fields = cursor.fields(of: "a hard action", ["degrade"]),
            let route = fields.required("degrade", "'degrade: ROUTE'").flatMap(routes.read)
        else { return }
        if degradeTo != nil { return cursor.report("there are two routes to degrade to.", "Name the one that counts.") }
        degradeTo = route
        actions.append(.degrade)
    }
}
