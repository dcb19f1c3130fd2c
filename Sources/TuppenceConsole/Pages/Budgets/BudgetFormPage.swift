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

    /// - Parameter line: the budget as it is; nil for one that is to be made.
    init(
        _ fields: BudgetFields, of line: BudgetLine?, version: String, known: Known,
        problems: [BudgetDefinitionError.Problem] = [], trouble: String? = nil, for reader: Reader
    ) {
        let form = BudgetFormFields(values: fields, problems: problems, known: known)
        self.reader = reader
        isNew = line == nil
        title = line.map { "Budget \($0.name)" } ?? "New budget"
        let path = line.map { "/budgets/\($0.name.asPathPart)" }
        action = path ?? "/budgets"
        removal = (path ?? "") + "/remove"
        self.version = version
        let sentences = [trouble].compactMap { $0 } + form.otherFaults
        self.trouble = sentences.isEmpty ? nil : sentences.joined(separator: " ")
        newName = form.newName
        scopeText = fields.scopeText
        scopeFault = form.fault("scope")
        scope = form.scope
        rareScope = form.rareScope
        limit = form.limit
        period = form.period
        timezone = form.timezone
        hard = form.hard
        degrade = form.degrade
        soft = form.soft
        softFault = form.fault("soft")
        allow = form.allow
        bars = (line?.accounts ?? []).sorted { $0.used > $1.used }.prefix(3).map(BudgetBar.init)
    }
}
