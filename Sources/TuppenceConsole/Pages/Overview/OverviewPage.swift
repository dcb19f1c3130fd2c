import TuppenceAdministration
import TuppenceAnalysis
import TuppenceCore
import TuppenceGateway

/// The overview as its template takes it: text, and numbers that SVG takes. Texts are escaped by the template.
struct OverviewPage {
    struct Card {
        let title: String
        let value: String
        let note: String
    }

    struct Hour {
        /// Where its bar stands and how high it is, of 25 and of 100.
        let x: Int
        let y: String
        let height: String
        let time: String
        let cost: String
        let requests: String
    }

    struct Line {
        let name: String
        let cost: String
        let exact: String
        let requests: String
        let tokens: String
        /// Of the dearest, in percent.
        let width: String
    }

    struct Group {
        let title: String
        let lines: [Line]
        /// How many there are beside; nil where there are none.
        let others: String?
        /// Where it is told in full, and of other times.
        let spendingTitle: String
        let spendingAddress: String
    }

    struct Health {
        let target: String
        let standing: String
        let share: String
        let isWell: Bool
    }

    let title = "Overview"
    let reader: Reader
    let cards: [Card]
    let hours: [Hour]
    let mostCost: String
    let isEmpty: Bool
    let groups: [Group]
    let budgets: [BudgetBar]
    let otherBudgets: String?
    let health: [Health]
    let isWritable: Bool
    let at: String

    private static let mostLines = 8
    private static let mostBudgets = 20

    init(
        _ overview: Overview, _ situations: [Target: TargetSituation], isWritable: Bool, for identity: Identity,
        at now: Timestamp
    ) {
        reader = Reader(identity, at: .overview)
        at = now.iso8601
        self.isWritable = isWritable
        cards = Self.cards(overview)
        let points = overview.hours.points.suffix(25)
        let most = points.map(\.spending.cost.nanodollars).max() ?? 0
        mostCost = Shown.money(Money(nanodollars: most))
        isEmpty = overview.month.attempts == 0
        hours = points.enumerated().map { Self.hour($0, $1, most: most) }
        groups = Overview.groupings.compactMap { Self.group($0, overview.groups[$0] ?? []) }
        // What is nearest to its end comes first.
        let sorted = overview.budgets.sorted { $0.used > $1.used }
        budgets = sorted.prefix(Self.mostBudgets).map(BudgetBar.init)
        otherBudgets = sorted.count > Self.mostBudgets ? Shown.count(sorted.count - Self.mostBudgets) : nil
        health = situations.sorted { ($0.value.share, "\($0.key)") < ($1.value.share, "\($1.key)") }
            .prefix(Self.mostBudgets).map { Health(TargetLine($0, $1)) }
    }

    private static func cards(_ overview: Overview) -> [Card] {
        func note(_ spending: Spending) -> String {
            "\(Shown.count(spending.requests)) requests, \(Shown.count(spending.input + spending.output)) tokens"
        }
        var cards = [
            Card(title: "Today", value: Shown.money(overview.today.cost), note: note(overview.today)),
            Card(title: "This month", value: Shown.money(overview.month.cost), note: note(overview.month)),
        ]
        if let forecast = overview.forecast {
            func shown(_ nanodollars: Int64) -> String { Shown.money(Money(nanodollars: nanodollars)) }
            let range = forecast.lowNanodollars.flatMap { low in
                forecast.highNanodollars.map { "\(shown(low)) to \(shown($0)), four times in five" }
            }
            cards.append(
                Card(
                    title: "At the month's end", value: shown(forecast.expectedNanodollars),
                    note: range ?? "from \(forecast.days) days"))
        }
        let total = overview.hours.total
        let (durations, first) = (overview.hours.durations, overview.hours.firstContents)
        cards += [
            Card(title: "Held", value: Shown.money(overview.held), note: "\(Shown.count(overview.holds)) open holds"),
            Card(
                title: "Failed attempts, 24 h", value: Shown.share(total.failureRate),
                note: "\(Shown.share(total.retryRate)) of requests took another target"),
            Card(
                title: "Half of the attempts within", value: Shown.span(durations.percentile(50)),
                note:
                    "95 % \(Shown.span(durations.percentile(95))), 99 % \(Shown.span(durations.percentile(99))); first content \(Shown.span(first.percentile(50)))"
            ),
        ]
        return cards
    }

    private static func hour(_ index: Int, _ point: SpendOverview.Point, most: Int64) -> Hour {
        let cost = point.spending.cost
        let height = Shown.percent(cost.nanodollars, of: most)
        return Hour(
            x: index, y: Shown.percent(most - cost.nanodollars, of: most), height: height,
            time: String(point.start.iso8601.dropFirst(5).prefix(11)).replacing("T", with: " "),
            cost: Shown.money(cost), requests: Shown.count(point.spending.requests))
    }

    private static func group(_ grouping: SpendingGrouping, _ found: [SpendingGroup]) -> Group? {
        let named = found.filter { !$0.name.isEmpty }
        guard let dearest = named.first else { return nil }
        let lines = named.prefix(mostLines).map { group in
            Line(
                name: group.name, cost: Shown.money(group.spending.cost), exact: group.spending.cost.description,
                requests: Shown.count(group.spending.requests),
                tokens: Shown.count(group.spending.input + group.spending.output),
                width: Shown.percent(group.spending.cost.nanodollars, of: dearest.spending.cost.nanodollars))
        }
        return Group(
            title: "By \(grouping.rawValue)", lines: lines,
            others: named.count > mostLines ? Shown.count(named.count - mostLines) : nil,
            spendingTitle: "Spending by \(grouping.rawValue)",
            spendingAddress: SpendingQuestion.address(.month, by: .sums(grouping)))
    }
}

extension OverviewPage.Health {
    fileprivate init(_ line: TargetLine) {
        self.init(
            target: line.target, standing: line.words, share: Shown.share(line.share), isWell: line.isWell)
    }
}
