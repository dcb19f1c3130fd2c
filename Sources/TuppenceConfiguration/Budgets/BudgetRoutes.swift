import TuppenceCore

/// The routes that a budget may send requests to.
struct BudgetRoutes {
    let routes: Set<String>
    /// The one route that the budget concerns, if it names one: requests are there already.
    let own: String?

    /// Reads the name of a route.
    func read(_ cursor: YAMLCursor) -> String? {
        guard let text = cursor.text("a route") else { return nil }
        guard routes.contains(text.value) else {
            let suggestion = Suggestion.sentence(for: text.value, among: routes.sorted())
            cursor.report(
                "there is no route '\(text.written)'.",
                suggestion.isEmpty ? "Name one that stands under 'routes'." : suggestion)
            return nil
        }
        if text.value == own {
            cursor.report("a budget on route '\(text.written)' cannot send its requests there.", "Name a cheaper one.")
            return nil
        }
        return text.value
    }
}
