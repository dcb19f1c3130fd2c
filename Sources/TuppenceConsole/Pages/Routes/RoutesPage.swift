import TuppenceAdministration
import TuppenceCore

/// The routes, as their template takes them.
struct RoutesPage {
    struct Line {
        let target: String
        let order: String
        let weight: String
        /// The weight for now, where it is another.
        let weightNow: String?
        let standing: String
        let isWell: Bool
        let reason: String?
        let price: String
        let limits: [String]
    }

    /// The targets of a route itself, or of an arm of its experiment.
    struct Group {
        let caption: String
        /// Nil for the route's own.
        let heading: String?
        let lines: [Line]
        let hasLines: Bool
    }

    struct Item {
        let routeName: String
        let about: String
        let explainAddress: String
        let isTrial: Bool
        let groups: [Group]
    }

    let title = "Routes"
    let reader: Reader
    let items: [Item]
    let at: String

    init(_ states: [RouteState], for reader: Reader, at now: Timestamp) {
        self.reader = reader
        at = now.iso8601
        items = states.map(Self.item)
    }

    private static func item(_ state: RouteState) -> Item {
        let route = state.route
        let usesWeights = route.strategy.goesByWeight
        func lines(_ targets: [RouteState.TargetState], _ strategy: Route.Strategy) -> [Line] {
            targets.map { Line($0, usesWeights: strategy.goesByWeight) }
        }
        var groups = [
            Group(
                caption: "Targets of \(route.name)", heading: nil, lines: lines(state.targets, route.strategy),
                hasLines: !state.targets.isEmpty)
        ]
        for arm in state.arms where !arm.targets.isEmpty {
            let kind = arm.name.isShadow ? "is sent copies of" : "answers"
            groups.append(
                Group(
                    caption: "Targets of \(arm.name)",
                    heading: "Arm \(arm.name.arm) \(kind) \(arm.share) of the requests",
                    lines: lines(arm.targets, usesWeights ? .weighted : route.strategy), hasLines: true))
        }
        return Item(
            routeName: route.name, about: about(state),
            explainAddress: "/routes/explain?model=\(route.name.asPathPart)",
            isTrial: route.experiment != nil, groups: groups)
    }

    private static func shared(_ targets: [RouteState.TargetState]) -> String {
        guard targets.count > 1 else { return "one target" }
        let ranks = Set(targets.map { [$0.tier == .aggregator ? 0 : 1, $0.priority] })
        if ranks.count == targets.count { return "one target after the other" }
        return ranks.count > 1 ? "by priority, and within one by weight" : "shared out by weight"
    }

    private static func about(_ state: RouteState) -> String {
        let route = state.route
        let strategy =
            switch route.strategy {
            case .weighted, .priority: shared(state.targets)
            case .cheapest: "the cheapest for each request first"
            case .fastest: "the fastest of late first"
            case .complexity: "by how much a request asks for"
            }
        var parts = [strategy]
        if let sticky = route.stickiness { parts.append("requests of one \(sticky.rawValue) stay together") }
        if route.hedging != nil { parts.append("a second target beside a silent one") }
        if let most = route.maxOutputTokens {
            parts.append("at most \(Shown.count(most)) output tokens unless asked for")
        }
        if let control = state.arms.first, let experiment = route.experiment {
            parts.append("experiment \(experiment.name), \(control.share) to the route's own targets")
        }
        return parts.joined(separator: "; ")
    }
}

extension RoutesPage.Line {
    fileprivate init(_ state: RouteState.TargetState, usesWeights: Bool) {
        let line = TargetLine(state.candidate.target, state.situation)
        let rates = state.candidate.rates.standard
        var order = "\(state.tier == .aggregator ? "aggregators" : "direct"), priority \(state.priority)"
        if let upTo = state.upTo { order += ", complexity up to \(upTo)" }
        let share = state.situation.share
        self.init(
            target: line.target, order: order,
            weight: usesWeights ? "\(state.weight)" : "–",
            weightNow: share < 1 ? (usesWeights ? Self.short(state.weightNow) : Shown.share(share)) : nil,
            standing: line.words, isWell: line.isWell, reason: line.reason,
            price: "\(Shown.rate(rates.input, of: .input)) in"
                + (state.candidate.rates.pricesOutput ? ", \(Shown.rate(rates.output, of: .output)) out" : ""),
            limits: state.limits.map(Self.text))
    }

    /// `40`, `2.5`, `0.3`.
    private static func short(_ weight: Double) -> String {
        let tenths = Int((weight * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// `412 of 600 requests a minute left`.
    private static func text(_ figure: LimitFigure) -> String {
        guard let left = figure.left else {
            return "takes about \(figure.limit.map(Shown.count) ?? "?") \(figure.name)"
        }
        let whole = figure.limit.map { " of \(Shown.count($0))" } ?? ""
        let until = figure.resetsAt.map { " until \(Shown.time($0).suffix(8))" } ?? ""
        return "\(Shown.count(left))\(whole) \(figure.name) left\(until)"
    }
}

extension PageText {
    static let routes = """
        {{% CONTENT_TYPE: ESCAPED }}
        {{<frame}}
        {{$content}}
        <div class="heading"><h1>Routes</h1><a class="button" href="/routes/explain">Where would a request go?</a></div>
        {{#items}}
        <section class="card" aria-label="{{routeName}}">
        <div class="heading"><h2>{{routeName}}</h2><span><a href="{{explainAddress}}" aria-label="Explain {{routeName}}">Explain</a>{{#isTrial}} · <a href="/experiments" aria-label="Experiment on {{routeName}}">Experiment</a>{{/isTrial}}</span></div>
        <p class="hint">{{about}}</p>
        {{#groups}}
        {{#heading}}<h3>{{.}}</h3>{{/heading}}
        {{#hasLines}}<div class="wide" role="region" aria-label="{{caption}}" tabindex="0"><table class="stacked" role="table">
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Target</th><th role="columnheader" scope="col">Order</th><th role="columnheader" scope="col" class="number">Weight</th><th role="columnheader" scope="col" class="number">Now</th><th role="columnheader" scope="col">State</th><th role="columnheader" scope="col">Room</th></tr></thead>
        <tbody role="rowgroup">
        {{#lines}}<tr role="row"><th role="rowheader" scope="row">{{target}}<br><span class="hint">{{price}}</span></th>
        <td role="cell" data-label="Order">{{order}}</td>
        <td role="cell" data-label="Weight" class="number">{{weight}}</td>
        <td role="cell" data-label="Now" class="number">{{#weightNow}}<strong class="bad">{{.}}</strong>{{/weightNow}}{{^weightNow}}{{weight}}{{/weightNow}}</td>
        <td role="cell" data-label="State">{{#isWell}}<span class="good">well</span>{{/isWell}}{{^isWell}}<span><strong class="bad">{{standing}}</strong>{{#reason}}<br><span class="hint">{{.}}</span>{{/reason}}</span>{{/isWell}}</td>
        <td role="cell" data-label="Room"><span>{{#limits}}<span class="room">{{.}}</span>{{/limits}}{{^limits}}no limit is near{{/limits}}</span></td></tr>
        {{/lines}}
        </tbody></table></div>{{/hasLines}}
        {{^hasLines}}<p>It has no targets of its own.</p>{{/hasLines}}
        {{/groups}}
        </section>
        {{/items}}
        {{^items}}<p class="card">There are no routes: requests name a model, or <code>provider/model</code>. A route gives several of them one name, and says which goes first; it is written in the configuration under <code>routes</code>.</p>{{/items}}
        <p class="hint">As of <time datetime="{{at}}">{{at}}</time>. Each failure halves a target's weight; every ten quiet seconds double it again.</p>
        {{/content}}
        {{/frame}}
        """
}
