import TuppenceConfiguration
import TuppenceCore

/// A budget's definition as the fields of a form, and back.
struct BudgetFields {
    private typealias Value = BudgetDefinition.Value
    private typealias Member = BudgetDefinition.Member

    private(set) var values: [String: String]
    /// Fields that say more than the form can: several thresholds, several actions. The form leaves them as they are.
    private(set) var kept: [String: BudgetDefinition.Value] = [:]

    /// Those of a scope that are one value each.
    static let dimensions = BudgetDimension.allCases.map(\.name)

    subscript(name: String) -> String { values[name] ?? "" }

    /// What was filled in.
    init(_ form: PageForm) {
        let names = [
            "name", "limit", "per", "timezone", "hard", "degrade", "at", "notify", "soft-degrade", "allow", "tag",
        ]
        let all = names + Self.dimensions
        values = Dictionary(uniqueKeysWithValues: all.map { ($0, form.text($0)) })
    }

    init(_ definition: BudgetDefinition) {
        values = ["hard": "reject", "per": "day"]
        for name in ["name", "limit", "per", "timezone"] {
            if case .text(let text)? = definition[name] { values[name] = text }
        }
        for member in definition["scope"]?.members ?? [] { take(scope: member) }
        take(hard: definition["hard"])
        take(soft: definition["soft"])
        if let amount = definition["on_store_failure"]?.members?.first?.value.text { values["allow"] = amount }
    }

    /// What the fields say, with what they can't say from `before`.
    func definition(completedFrom before: BudgetDefinition? = nil) -> BudgetDefinition {
        let kept = before.map { BudgetFields($0).kept } ?? [:]
        var definition = BudgetDefinition([
            Member("name", .text(self["name"])), Member("scope", .members(scope)),
            Member("limit", .text(self["limit"])),
            Member("per", .text(self["per"])),
        ])
        definition["timezone"] = self["timezone"].isEmpty ? nil : .text(self["timezone"])
        definition["soft"] = kept["soft"] ?? soft
        definition["hard"] = kept["hard"] ?? hard
        definition["on_store_failure"] =
            self["allow"].isEmpty ? nil : .members([Member("allow_up_to", .text(self["allow"]))])
        return definition
    }

    var scopeText: String {
        (Self.dimensions + ["tag"]).filter { !self[$0].isEmpty }.map { "\($0)=\(self[$0])" }.joined(separator: ", ")
    }

    // MARK: From a definition

    private mutating func take(scope member: BudgetDefinition.Member) {
        if let text = member.value.text { values[member.name] = text }
        guard member.name == "tag", let tags = member.value.members else { return }
        values["tag"] = tags.map { "\($0.name)=\($0.value.text ?? "")" }.joined(separator: ", ")
    }

    private mutating func take(hard value: BudgetDefinition.Value?) {
        switch value {
        case nil, .nothing?: break
        case .text(let text)?: values["hard"] = text
        case .members(let members)?:
            values["hard"] = members.first?.name ?? ""
            values["degrade"] = members.first?.value.text ?? ""
        case .list?: kept["hard"] = value
        }
    }

    private mutating func take(soft value: BudgetDefinition.Value?) {
        guard let value else { return }
        guard let members = value.members else {
            kept["soft"] = value
            return
        }
        for member in members {
            switch member.name {
            case "at": values["at"] = member.value.text ?? ""
            case "degrade": values["soft-degrade"] = member.value.text ?? ""
            default:
                if case .list(let urls) = member.value {
                    values["notify"] = urls.compactMap(\.text).joined(separator: " ")
                } else {
                    values["notify"] = member.value.text ?? ""
                }
            }
        }
    }

    // MARK: To a definition

    private var scope: [BudgetDefinition.Member] {
        var members = Self.dimensions.filter { !self[$0].isEmpty }.map { Member($0, .text(self[$0])) }
        let tags = self["tag"].split(separator: ",").map { tag in
            let parts = tag.split(separator: "=", maxSplits: 1).map { String($0.drop { $0 == " " }) }
            return Member(parts.first ?? "", .text(parts.count == 2 ? parts[1] : ""))
        }
        if !tags.isEmpty { members.append(Member("tag", .members(tags))) }
        return members
    }

    private var hard: BudgetDefinition.Value {
        self["hard"] == "degrade" ? .members([Member("degrade", .text(self["degrade"]))]) : .text(self["hard"])
    }

    private var soft: BudgetDefinition.Value? {
        guard ["at", "notify", "soft-degrade"].contains(where: { !self[$0].isEmpty }) else { return nil }
        var members = [Member("at", .text(self["at"]))]
        let urls = self["notify"].split { $0 == " " || $0 == "," || $0.isNewline }.map { Value.text(String($0)) }
        if !urls.isEmpty { members.append(Member("notify", .list(urls))) }
        if !self["soft-degrade"].isEmpty { members.append(Member("degrade", .text(self["soft-degrade"]))) }
        return .members(members)
    }
}

extension BudgetDefinition.Value {
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
    fileprivate var members: [BudgetDefinition.Member]? {
        if case .members(let members) = self { members } else { nil }
    }
}
