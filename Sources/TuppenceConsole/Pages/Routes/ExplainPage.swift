import TuppenceAdministration
import TuppenceCore

/// Where a request would go, as its template takes it.
struct ExplainPage {
    struct Line {
        let place: String
        let target: String
        let verdict: String
        let isChosen: Bool
        let isOpen: Bool
        let whys: [String]
        let expected: String
        let most: String
        let tokens: String
        let wait: String
    }

    struct Check {
        let id: String
        let label: String
        let isChecked: Bool
    }

    /// What is said of a request that could be explained.
    struct Answer {
        let summary: String
        let isRefused: Bool
        let facts: [RequestPage.Fact]
        let lines: [Line]
    }

    let title = "Where would a request go?"
    let reader: Reader
    let model: FormField
    let key: FormField
    let numbers: [FormField]
    let checks: [Check]
    let problem: String?
    let answer: Answer?

    init(
        _ question: ExplainQuestion, _ answer: RouteAnswer?, problem: String? = nil, models: [String], keys: [String],
        for reader: Reader
    ) {
        self.reader = reader
        self.problem = problem
        model = FormField(
            "model", "Route or model", question.model, hint: "A route, a model, or provider/model.", isRequired: true,
            choices: models)
        key = FormField(
            "key", "Name of a key", question.key.hasPrefix("tp_") ? "" : question.key,
            hint: "Not its secret. Its budgets are looked at; empty for none.", choices: keys)
        numbers = [
            FormField(
                "input", "Input tokens, about", question.input, hint: "Of English text.", fault: question.inputFault),
            FormField(
                "output", "Output tokens at most", question.output, hint: "Empty for the route's limit.",
                fault: question.outputFault),
        ]
        checks = ExplainQuestion.needs.map {
            Check(id: $0.id, label: $0.label, isChecked: question.asked.contains($0.id))
        }
        self.answer = answer.map { Answer($0.explanation) }
    }
}

extension ExplainPage.Answer {
    fileprivate init(_ explanation: RouteExplanation) {
        var chosen: Target?
        switch explanation.outcome {
        case .refused(let refusal):
            summary = "It would be refused with \(refusal.code.status) \(refusal.code.name): \(refusal.message)"
            isRefused = true
        case .sent(let attempt, let degradedTo):
            chosen = attempt.candidate.target
            let other = degradedTo.map { " of the route \($0), where a budget sends it," } ?? ""
            let limit = attempt.outputLimit.map {
                " with at most \(Shown.count($0)) output tokens\(attempt.isClamped ? ", lowered by a budget" : "")"
            }
            summary =
                "It would go to \(attempt.candidate.target)\(other)\(limit ?? ""), and \(attempt.hold.price) would be held."
            isRefused = false
        }
        lines = explanation.lines.map { ExplainPage.Line($0, isChosen: $0.candidate.target == chosen) }
        let needs = explanation.demand.needs.union(explanation.route.required).names
        var facts = [
            RequestPage.Fact(name: "Strategy", value: explanation.route.strategy.rawValue),
            .init(name: "Input, about", value: "\(Shown.count(explanation.demand.inputEstimate)) tokens"),
            .init(name: "Needs", value: needs.isEmpty ? "nothing special" : needs.joined(separator: ", ")),
            .init(name: "Complexity", value: "\(explanation.complexity.score)"),
        ]
        if let arm = explanation.arm { facts.append(.init(name: "Arm", value: arm)) }
        if let sticky = explanation.route.stickiness { facts.append(.init(name: "Sticky by", value: sticky.rawValue)) }
        self.facts = facts
    }
}

extension ExplainPage.Line {
    fileprivate init(_ line: RouteExplanation.Line, isChosen: Bool) {
        let wait: String =
            if case .known(let wait, _) = line.wait { Shown.span(wait) } else { "–" }
        self.init(
            place: line.place.map(String.init) ?? "–", target: line.candidate.target.description,
            verdict: line.verdict(isChosen: isChosen), isChosen: isChosen, isOpen: line.isOpen,
            whys: ([line.blocker?.text] + line.remarks.map(\.rawValue)).compactMap(\.self),
            expected: line.expectedPrice.description, most: line.mostPrice.description,
            tokens: line.outputLimit.map(Shown.count) ?? "–", wait: wait)
    }
}

extension PageText {
    static let explain = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <h1>{{title}}</h1>
        <form class="card large" method="get" action="/routes/explain">
        <div class="columns">{{#model}}{{>field}}{{/model}}{{#key}}{{>field}}{{/key}}{{#numbers}}{{>field}}{{/numbers}}</div>
        <fieldset><legend>It needs</legend><div class="checks">{{#checks}}<label><input type="checkbox" name="{{id}}" value="yes"{{#isChecked}} checked{{/isChecked}}> {{label}}</label>{{/checks}}</div></fieldset>
        <p class="act"><button type="submit">Explain</button></p>
        </form>
        {{#problem}}<p class="problem" role="alert">{{.}}</p>{{/problem}}
        {{#answer}}
        <section aria-labelledby="answer-title">
        <h2 id="answer-title">The answer</h2>
        <p class="{{#isRefused}}problem{{/isRefused}}{{^isRefused}}card{{/isRefused}}" role="status">{{summary}}</p>
        <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
        <div class="wide" role="region" aria-label="Targets in their order" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Target</th><th role="columnheader" scope="col" class="number">Place</th><th role="columnheader" scope="col">Verdict</th><th role="columnheader" scope="col" class="number">Expected</th><th role="columnheader" scope="col" class="number">Held</th><th role="columnheader" scope="col" class="number">Output at most</th><th role="columnheader" scope="col" class="number">First content</th></tr></thead>
        <tbody role="rowgroup">
        {{#lines}}<tr role="row"><th role="rowheader" scope="row">{{target}}</th>
        <td role="cell" data-label="Place" class="number">{{place}}</td>
        <td role="cell" data-label="Verdict"><span>{{#isChosen}}<strong class="good">{{verdict}}</strong>{{/isChosen}}{{^isChosen}}{{#isOpen}}{{verdict}}{{/isOpen}}{{^isOpen}}<strong class="bad">{{verdict}}</strong>{{/isOpen}}{{/isChosen}}{{#whys}}<br><span class="hint">{{.}}</span>{{/whys}}</span></td>
        <td role="cell" data-label="Expected" class="number">{{expected}}</td><td role="cell" data-label="Held" class="number">{{most}}</td>
        <td role="cell" data-label="Output at most" class="number">{{tokens}}</td><td role="cell" data-label="First content" class="number">{{wait}}</td></tr>
        {{/lines}}
        </tbody></table></div>
        <p class="hint">Nothing was sent. Held is the most that a request to that target may cost; expected is what such requests usually cost.</p>
        </section>
        {{/answer}}
        <p><a href="/routes">All routes</a></p>
        {{/content}}
        {{/frame}}
        """
}
