import TuppenceAdministration
import TuppenceCore

/// What was spent in a time, told by one dimension, as its template takes it.
struct SpendingPage {
    struct Line {
        let rowName: String
        /// Whether the requests that it comes from can be looked for.
        let isLinked: Bool
        let rowAddress: String
        let cost: String
        let exact: String
        let share: String
        let requests: String
        let tokens: String
        /// Of the dearest, in percent.
        let width: String
    }

    struct Total {
        let cost: String
        let note: String
    }

    let title = "Spending"
    let reader: Reader
    let range: FormChoice
    let by: FormChoice
    let problem: String?
    let total: Total?
    let lines: [Line]
    let isTold: Bool
    let column: String
    let dimensionName: String
    /// What those have spent that are not listed; nil where all are.
    let rest: String?
    let countsTwice: Bool
    let countedFrom: String?
    let since: String
    let at: String

    static let mostLines = 200

    init(
        _ question: SpendingQuestion, _ found: Result<SpendingFigures, AdministrationError>, for reader: Reader,
        at now: Timestamp
    ) {
        self.reader = reader
        let start = question.start(at: now)
        (since, at) = (Shown.time(start), Shown.time(now))
        let chosen = question.dimension.description
        dimensionName = chosen
        column = chosen.prefix(1).uppercased() + chosen.dropFirst()
        range = FormChoice(
            "range", "Time", question.span.rawValue,
            of: SpendingQuestion.Span.allCases.map { (value: $0.rawValue, text: $0.title) })
        // The tag of a name stands in addresses alone.
        let names = SpendingDimension.names + (SpendingDimension.names.contains(chosen) ? [] : [chosen])
        by = FormChoice("by", "By", chosen, of: names.map { (value: $0, text: $0) })
        switch found {
        case .failure(let error):
            problem = error.description
            (total, lines, isTold, rest, countsTwice, countedFrom) = (nil, [], false, nil, false, nil)
        case .success(let told):
            problem = nil
            isTold = true
            total = Total(
                cost: Shown.money(told.total.cost),
                note: "\(Shown.count(told.total.requests)) requests, \(Shown.count(told.total.tokens)) tokens")
            lines = told.figures.prefix(Self.mostLines).map {
                Line($0, of: told, by: question.dimension, since: start)
            }
            rest = Self.rest(of: told)
            countsTwice = chosen == "tag"
            countedFrom = told.countedFrom
        }
    }

    private static func rest(of told: SpendingFigures) -> String? {
        let left = told.figures.dropFirst(mostLines)
        let cost = left.reduce(told.others?.cost ?? .zero) { $0 + $1.cost }
        guard !left.isEmpty || told.others != nil else { return nil }
        let count = told.others == nil ? "\(Shown.count(left.count)) more" : "Others"
        return "\(count), for \(Shown.money(cost)) together, are not listed."
    }
}

extension SpendingPage.Line {
    fileprivate init(
        _ figure: SpendingFigures.Figure, of told: SpendingFigures, by dimension: SpendingDimension,
        since start: Timestamp
    ) {
        let field = figure.name.isEmpty ? nil : dimension.requestsField
        // Without seconds and zone, as the fields for times of a form have it.
        let since = String(start.iso8601.prefix(16))
        let most = told.figures.first?.cost.nanodollars ?? 0
        let whole = told.total.cost.nanodollars
        self.init(
            rowName: figure.name.isEmpty ? "none" : figure.name, isLinked: field != nil,
            rowAddress: field.map { RequestsQuestion([$0: figure.name, .since: since]).address() } ?? "",
            cost: Shown.money(figure.cost), exact: figure.cost.description,
            share: Shown.share(whole > 0 ? Double(figure.cost.nanodollars) / Double(whole) : nil),
            requests: Shown.count(figure.requests), tokens: Shown.count(figure.tokens),
            width: Shown.percent(figure.cost.nanodollars, of: most))
    }
}

extension SpendingDimension {
    /// By which field requests are found that count under a name of it; nil where there is none.
    fileprivate var requestsField: RequestsQuestion.Field? {
        switch self {
        case .sums(.key): .key
        case .sums(.customer): .customer
        case .sums(.provider): .provider
        case .sums(.model): .model
        case .sums(.route): .route
        case .sums(.family), .sums(.total): nil
        case .user: .user
        case .tag: .tag
        }
    }
}

extension PageText {
    static let spending = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>Spending</h1>
        <form class="card filters" method="get" action="/spending" aria-label="Spending">
        {{#range}}{{>choice}}{{/range}}
        {{#by}}{{>choice}}{{/by}}
        <p class="act"><button type="submit">Show</button></p>
        </form>
        {{#problem}}<p class="problem" role="alert">{{.}}</p>{{/problem}}
        {{#isTold}}
        {{#total}}<section class="card" aria-labelledby="total-title"><h2 id="total-title">Together</h2><p class="figure">{{cost}}</p><p class="hint">{{note}}</p></section>{{/total}}
        <h2 id="lines-title">By {{dimensionName}}</h2>
        <div class="wide" role="region" aria-labelledby="lines-title" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{{column}}</th><th role="columnheader" scope="col" class="number">Spend</th><th role="columnheader" scope="col" class="number">Share</th><th role="columnheader" scope="col" class="number">Requests</th><th role="columnheader" scope="col" class="number">Tokens</th></tr></thead>
        <tbody role="rowgroup">
        {{#lines}}<tr role="row"><th role="rowheader" scope="row">{{#isLinked}}<a href="{{rowAddress}}">{{rowName}}</a>{{/isLinked}}{{^isLinked}}{{rowName}}{{/isLinked}}<svg class="line" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="spent" width="{{width}}" height="4"></rect></svg></th><td role="cell" data-label="Spend" class="number" title="{{exact}}">{{cost}}</td><td role="cell" data-label="Share" class="number">{{share}}</td><td role="cell" data-label="Requests" class="number">{{requests}}</td><td role="cell" data-label="Tokens" class="number">{{tokens}}</td></tr>
        {{/lines}}
        </tbody></table></div>
        {{^lines}}<p class="card">Nothing was spent in this time.</p>{{/lines}}
        {{#rest}}<p class="hint">{{.}}</p>{{/rest}}
        {{#countsTwice}}<p class="hint">A request counts with each of its tags.</p>{{/countsTwice}}
        {{#countedFrom}}<p class="hint">Counted from {{.}} on: what was before is in an archive.</p>{{/countedFrom}}
        {{/isTold}}
        <p class="hint">From {{since}} until {{at}}, UTC. It begins with a whole hour, or with a whole day where keys or customers are told apart. A name leads to its requests.</p>
        {{/content}}
        {{/frame}}
        """
}
