import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore

/// The fields of a ``BudgetFormPage``, filled in, each with what is wrong with it.
struct BudgetFormFields {
    let values: BudgetFields
    let problems: [BudgetDefinitionError.Problem]
    let known: BudgetFormPage.Known

    private static let hardTexts: [(value: String, text: String)] = [
        ("reject", "refuse it"), ("clamp", "shorten its answer"), ("cached", "give an older answer"),
        ("degrade", "send it to another route"),
    ]
    private static let shown: Set<String> = [
        "name", "scope", "limit", "per", "timezone", "hard", "soft", "on_store_failure",
    ]

    func fault(_ field: String) -> String? {
        let texts = problems.filter { $0.field == field }.map(\.text)
        return texts.isEmpty ? nil : texts.joined(separator: " ")
    }

    /// What is wrong with what has no field of its own.
    var otherFaults: [String] {
        problems.filter { problem in !Self.shown.contains { $0 == problem.field } }.map(\.text)
    }

    private func dimension(_ name: String, _ label: String, _ choices: [String] = []) -> FormField {
        FormField(name, label, values[name], choices: choices.isEmpty ? [] : choices + ["each"])
    }

    var newName: FormField {
        FormField(
            "name", "Name", values["name"],
            hint: "What spending is booked under: letters, digits and any of - _ . : @ +",
            fault: fault("name"), isRequired: true)
    }

    var scope: [FormField] {
        [
            dimension("key", "Key", known.keys), dimension("customer", "Customer"), dimension("user", "User"),
            dimension("model", "Model"), dimension("route", "Route", known.routes),
        ]
    }

    var rareScope: [FormField] {
        [
            dimension("provider", "Provider", known.providers), dimension("family", "Family of models"),
            FormField("tag", "Tags", values["tag"], hint: "team=search, project=each"),
        ]
    }

    var limit: FormField {
        FormField("limit", "Limit in USD", values["limit"], fault: fault("limit"), isRequired: true)
    }

    var period: FormChoice {
        FormChoice(
            "per", "Per", values["per"],
            of: BudgetPeriod.allCases.map { ($0.rawValue, $0 == .total ? "in total" : $0.rawValue) },
            fault: fault("per"))
    }

    var timezone: FormField {
        FormField(
            "timezone", "Time zone", values["timezone"], hint: "Such as Europe/Berlin; UTC unless given.",
            fault: fault("timezone"))
    }

    /// Nil where it is more than a form can say.
    var hard: FormChoice? {
        guard values.kept["hard"] == nil else { return nil }
        return FormChoice(
            "hard", "A request that it has no room for", values["hard"].isEmpty ? "reject" : values["hard"],
            of: Self.hardTexts, hint: "Refused requests get 402, or 429 where only others' holds are in the way.",
            fault: fault("hard"))
    }

    var degrade: FormField {
        FormField(
            "degrade", "That other route", values["degrade"], hint: "Where it is sent to another one.",
            choices: known.routes)
    }

    /// Nil where they are more than a form can say.
    var soft: [FormField]? {
        guard values.kept["soft"] == nil else { return nil }
        return [
            FormField("at", "At", values["at"], hint: "A share of the limit such as 80%, or an amount."),
            FormField(
                "notify", "Post a notice to", values["notify"],
                hint: "An address such as https://hooks.example/x, or several with spaces."),
            FormField(
                "soft-degrade", "Send what goes beyond to", values["soft-degrade"],
                hint: "A route, as long as there is room.", choices: known.routes),
        ]
    }

    /// Nil where nothing can be allowed.
    var allow: FormField? {
        guard known.hasEmergencyJournal else { return nil }
        return FormField(
            "allow", "While the store can't be written, allow up to", values["allow"],
            hint: "Nothing unless given.", fault: fault("on_store_failure"))
    }
}
