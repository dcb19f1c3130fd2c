import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore

/// The form that makes a budget or changes one, with what is wrong beside the field that it is wrong with.
struct BudgetFormPage {
    let title: String
    let reader: Reader
    let isNew: Bool
    let action: String
    let removal: String
    /// Of the budget that is shown, to be sent back with the form.
    let version: String
    let trouble: String?
    let newName: FormField
    let scopeText: String
    let scopeFault: String?
    let scope: [FormField]
    let rareScope: [FormField]
    let limit: FormField
    let period: FormChoice
    let timezone: FormField
    /// Nil where it is more than a form can say.
    let hard: FormChoice?
    let degrade: FormField
    let soft: [FormField]?
    let softFault: String?
    let allow: FormField?
    let bars: [BudgetBar]

    /// Names that can be chosen.
    struct Known {
        var keys: [String] = []
        var routes: [String] = []
        var providers: [String] = []
        var hasEmergencyJournal = false
    }

    private static let hardTexts: [(value: String, text: String)] = [
        ("reject", "refuse it"), ("clamp", "shorten its answer"), ("cached", "give an older answer"),
        ("degrade", "send it to another route"),
    ]

    /// - Parameter line: the budget as it is; nil for one that is to be made.
    init(
        _ fields: BudgetFields, of line: BudgetLine?, version: String, known: Known,
        problems: [BudgetDefinitionError.Problem] = [], trouble: String? = nil, for reader: Reader
    ) {
        func fault(_ field: String) -> String? {
            let texts = problems.filter { $0.field == field }.map(\.text)
            return texts.isEmpty ? nil : texts.joined(separator: " ")
        }
        func dimension(_ name: String, _ label: String, _ choices: [String] = []) -> FormField {
            FormField(name, label, fields[name], choices: choices.isEmpty ? [] : choices + ["each"])
        }
        self.reader = reader
        isNew = line == nil
        title = line.map { "Budget \($0.name)" } ?? "New budget"
        let path = line.map { "/budgets/\($0.name.asPathPart)" }
        action = path ?? "/budgets"
        removal = (path ?? "") + "/remove"
        self.version = version
        let beside = problems.filter { problem in !Self.shownFields.contains { $0 == problem.field } }.map(\.text)
        let sentences = [trouble].compactMap { $0 } + beside
        self.trouble = sentences.isEmpty ? nil : sentences.joined(separator: " ")
        newName = FormField(
            "name", "Name", fields["name"],
            hint: "What spending is booked under: letters, digits and any of - _ . : @ +",
            fault: fault("name"), isRequired: true)
        scopeText = fields.scopeText
        scopeFault = fault("scope")
        scope = [
            dimension("key", "Key", known.keys), dimension("customer", "Customer"), dimension("user", "User"),
            dimension("model", "Model"), dimension("route", "Route", known.routes),
        ]
        rareScope = [
            dimension("provider", "Provider", known.providers), dimension("family", "Family of models"),
            FormField("tag", "Tags", fields["tag"], hint: "team=search, project=each"),
        ]
        limit = FormField("limit", "Limit in USD", fields["limit"], fault: fault("limit"), isRequired: true)
        period = FormChoice(
            "per", "Per", fields["per"],
            of: BudgetPeriod.allCases.map { ($0.rawValue, $0 == .total ? "in total" : $0.rawValue) },
            fault: fault("per"))
        timezone = FormField(
            "timezone", "Time zone", fields["timezone"], hint: "Such as Europe/Berlin; UTC unless given.",
            fault: fault("timezone"))
        hard =
            fields.kept["hard"] == nil
            ? FormChoice(
                "hard", "A request that it has no room for", fields["hard"].isEmpty ? "reject" : fields["hard"],
                of: Self.hardTexts, hint: "Refused requests get 402, or 429 where only others' holds are in the way.",
                fault: fault("hard"))
            : nil
        degrade = FormField(
            "degrade", "That other route", fields["degrade"], hint: "Where it is sent to another one.",
            choices: known.routes)
        soft =
            fields.kept["soft"] == nil
            ? [
                FormField("at", "At", fields["at"], hint: "A share of the limit such as 80%, or an amount."),
                FormField(
                    "notify", "Post a notice to", fields["notify"],
                    hint: "An address such as https://hooks.example/x, or several with spaces."),
                FormField(
                    "soft-degrade", "Send what goes beyond to", fields["soft-degrade"],
                    hint: "A route, as long as there is room.", choices: known.routes),
            ] : nil
        softFault = fault("soft")
        allow =
            known.hasEmergencyJournal
            ? FormField(
                "allow", "While the store can't be written, allow up to", fields["allow"],
                hint: "Nothing unless given.", fault: fault("on_store_failure"))
            : nil
        bars = (line?.accounts ?? []).sorted { $0.used > $1.used }.prefix(3).map(BudgetBar.init)
    }

    private static let shownFields: Set<String> = [
        "name", "scope", "limit", "per", "timezone", "hard", "soft", "on_store_failure",
    ]
}
