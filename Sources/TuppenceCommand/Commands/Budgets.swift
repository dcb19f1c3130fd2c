import ArgumentParser
import TuppenceAdministration
import TuppenceConfiguration
import TuppenceCore
import TuppenceGateway
import TuppenceServer

struct Budgets: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List budgets; make, change and remove those that stand in no file.",
        discussion: "A running gateway on the same store takes changes over within a second.",
        subcommands: [List.self, Add.self, Set.self, Remove.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the budgets, and how they stand.")
        @OptionGroup var options: ConfigurationOptions
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let lines = try Administration(existing: try options.loadForStore()).budgetLines(at: WallClock.now)
            if json { return try JSONOutput.print(lines) }
            var table = Table(
                ["budget", "scope", "limit", "per", "spent", "held", "left", "from"], numeric: [2, 4, 5, 6])
            for line in lines { line.add(to: &table) }
            print(table.isEmpty ? "There are no budgets. Make one: tuppence budgets add --help" : table.text)
            for line in lines { if let trouble = line.trouble { print("\n\(line.name) is not in force: \(trouble)") } }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a budget.",
            discussion:
                "tuppence budgets add team-daily --scope key=app --limit 20 --per day\ntuppence budgets add users --scope user=each --limit 1 --per day --hard clamp"
        )
        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "What it is called in the ledger and in refusals.") var name: String
        @Option(
            help: "Whom it concerns: key=app, user=each, model=openai/gpt-4o, tag:team=search. Several narrow it down.")
        var scope: [String]
        @OptionGroup var fields: BudgetFields
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            var definition = try fields.definition()
            definition["name"] = .text(name)
            definition["scope"] = .members(try BudgetFields.scope(scope))
            let line = try Administration(try options.loadForStore()).createBudget(
                definition, by: .command, at: WallClock.now)
            if json { return try JSONOutput.print(line) }
            print("\(name) counts from now on.")
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change a budget: what is given, and nothing else.",
            discussion: "tuppence budgets set team-daily --limit 30")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        @OptionGroup var fields: BudgetFields
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let patch = try fields.definition()
            guard !patch.members.isEmpty else { throw ValidationError("Say what is to change: --limit 30, say.") }
            let line = try Administration(changing: try options.loadForStore()).changeBudget(
                name, by: patch, of: .any, by: .command, at: WallClock.now)
            if json { return try JSONOutput.print(line) }
            print("\(name) is changed.")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a budget; what it has spent stays in the ledger.")
        @OptionGroup var options: ConfigurationOptions
        @Argument var name: String
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            try Administration(changing: try options.loadForStore()).removeBudget(
                name, of: .any, by: .command, at: WallClock.now)
            if json { return try JSONOutput.print(RemovedLine(name: name)) }
            print("\(name) is removed.")
        }
    }
}

/// The fields of a budget as options.
struct BudgetFields: ParsableArguments {
    @Option(help: "Dollars, such as 20 or 0.50.") var limit: String?
    @Option(help: "minute, hour, day, week, month or total.") var per: String?
    @Option(help: "Whose clocks its windows follow, such as Europe/Berlin; UTC unless given.") var timezone: String?
    @Option(
        help:
            "What it does where there is no room: reject, clamp, cached or degrade:ROUTE. Several: the first, or what a caller wishes."
    )
    var hard: [String] = []
    @Option(help: "A threshold: 80%, or an amount.") var soft: String?
    @Option(help: "Where a notice of that threshold is posted to. It is logged anyway.") var notify: [String] = []
    @Option(help: "The route for requests beyond that threshold.") var degrade: String?
    @Option(help: "While the store can't be written: refuse, or how many dollars it allows.") var onStoreFailure:
        String?

    private typealias Member = BudgetDefinition.Member

    func definition() throws -> BudgetDefinition {
        var definition = BudgetDefinition()
        definition["limit"] = limit.map(BudgetDefinition.Value.text)
        definition["per"] = per.map(BudgetDefinition.Value.text)
        definition["timezone"] = timezone.map(BudgetDefinition.Value.text)
        let actions = hard.map(Self.action)
        definition["hard"] = actions.isEmpty ? nil : actions.count == 1 ? actions[0] : .list(actions)
        definition["soft"] = try threshold()
        definition["on_store_failure"] = onStoreFailure.map { text in
            text == "refuse" ? .text(text) : .members([Member("allow_up_to", .text(text))])
        }
        return definition
    }

    private func threshold() throws -> BudgetDefinition.Value? {
        guard let soft else {
            guard notify.isEmpty, degrade == nil else { throw ValidationError("Say at what: --soft 80%.") }
            return nil
        }
        var members = [Member("at", .text(soft))]
        if !notify.isEmpty { members.append(Member("notify", .list(notify.map(BudgetDefinition.Value.text)))) }
        if let degrade { members.append(Member("degrade", .text(degrade))) }
        return .members(members)
    }

    private static func action(_ text: String) -> BudgetDefinition.Value {
        let parts = text.split(separator: ":", maxSplits: 1)
        return parts.count == 2 ? .members([Member(String(parts[0]), .text(String(parts[1])))]) : .text(text)
    }

    /// `key=app` and `tag:team=search`.
    static func scope(_ conditions: [String]) throws -> [BudgetDefinition.Member] {
        var (members, tags): ([BudgetDefinition.Member], [BudgetDefinition.Member]) = ([], [])
        for condition in conditions {
            let parts = condition.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ValidationError("'\(condition)' is no scope: write key=app, user=each or tag:team=search.")
            }
            if parts[0].hasPrefix("tag:") {
                tags.append(.init(String(parts[0].dropFirst(4)), .text(parts[1])))
            } else if parts[0] == "tag", let sign = parts[1].firstIndex(of: "=") {
                // As requests have it, and the file.
                tags.append(.init(String(parts[1][..<sign]), .text(String(parts[1][sign...].dropFirst()))))
            } else {
                members.append(.init(parts[0], .text(parts[1])))
            }
        }
        return tags.isEmpty ? members : members + [.init("tag", .members(tags))]
    }
}

extension BudgetDefinition.Value {
    /// A scope as accounts show it, and as `--scope` takes it: `user=each`, `tag:team=search`.
    fileprivate var conditions: [String] {
        guard case .members(let members) = self else { return [json] }
        return members.flatMap { member -> [String] in
            switch member.value {
            case .text(let text) where member.name == "tag":
                text.split(separator: ",").map { "tag:\($0)\($0.contains("=") ? "" : "=each")" }
            case .text(let text): ["\(member.name)=\(text)"]
            case .members where member.name == "tag": member.value.conditions.map { "tag:\($0)" }
            default: ["\(member.name)=\(member.value.json)"]
            }
        }
    }
}

extension BudgetLine {
    fileprivate func add(to table: inout Table) {
        let from = place ?? "the store"
        func text(_ field: String) -> String {
            if case .text(let text)? = definition[field] { text } else { "-" }
        }
        guard !accounts.isEmpty else {
            let limit = Money(writtenUSD: String(text("limit").drop { $0 == "$" }))?.description ?? text("limit")
            return table.add([
                name, definition["scope"]?.conditions.joined(separator: ", ") ?? "-", limit, text("per"), "-", "-", "-",
                from,
            ])
        }
        for account in accounts {
            func money(_ nanodollars: Int64) -> String { Money(nanodollars: nanodollars).description }
            table.add([
                account.account, account.scope, money(account.limitNanodollars), account.period,
                money(account.spentNanodollars), money(account.heldNanodollars), money(account.remainingNanodollars),
                from,
            ])
        }
    }
}
