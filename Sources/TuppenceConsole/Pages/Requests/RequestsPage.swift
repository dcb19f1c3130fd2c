import TuppenceAdministration
import TuppenceCore

/// The request explorer as its template takes it.
struct RequestsPage {
    struct Field {
        let name: String
        let title: String
        let value: String
    }

    struct Choice {
        let value: String
        let title: String
        let isChosen: Bool
    }

    struct Line {
        let address: String
        let time: String
        let key: String
        let customer: String?
        /// Where it went; what was asked for, where it went nowhere.
        let target: String
        let route: String?
        /// Which attempt it was, beyond the first.
        let attempt: String?
        let outcome: String
        let isWell: Bool
        let tokens: String
        let cost: String
        let took: String
    }

    let title = "Requests"
    let reader: Reader
    let texts: [Field]
    let times: [Field]
    let outcomes: [Choice]
    let problem: String?
    let lines: [Line]
    let isFiltered: Bool
    /// Where older ones are.
    let older: String?
    /// Down to when everything was looked at, where there may be more.
    let reached: String?
    let newest: String?
    /// Where all of it is as CSV, however many there are.
    let export: String?
    /// What there is to say of those that are not there any more.
    let beginning: String?

    static let size = 50

    init(_ question: RequestsQuestion, _ found: RequestStretch?, problem: String? = nil, for identity: Identity) {
        reader = Reader(identity, at: .requests)
        func field(_ field: RequestsQuestion.Field) -> Field {
            Field(name: field.rawValue, title: field.title, value: question[field] ?? "")
        }
        texts = RequestsQuestion.Field.texts.map(field)
        times = RequestsQuestion.Field.times.map(field)
        outcomes =
            [Choice(value: "", title: "in any way", isChosen: question[.outcome] == nil)]
            + RequestsQuestion.outcomes.map { Choice(value: $0, title: $0, isChosen: $0 == question[.outcome]) }
        self.problem = problem
        lines = found?.lines.map(Line.init) ?? []
        isFiltered = !question.isEmpty
        older = found?.next.map { question.address(cursor: $0.description) }
        let isCutShort = found.map { $0.next != nil && $0.lines.count < Self.size } ?? false
        reached = isCutShort ? found.map { Shown.time($0.reached) } : nil
        export = problem == nil ? question.exportAddress : nil
        newest = question.cursor == nil ? nil : question.address()
        beginning = found?.beginning
    }
}

extension RequestsPage.Line {
    init(_ line: RequestStretch.Line) {
        switch line {
        case .attempt(let line):
            let entry = line.entry
            let number = entry.attempt.number
            self.init(
                address: "/requests/\(entry.attempt.request)", time: Shown.time(entry.at), key: entry.key,
                customer: entry.customer, target: entry.target.description,
                route: entry.route == entry.target.description ? nil : entry.route,
                attempt: number == 1 ? nil : "attempt \(number % AttemptID.lateOffset)",
                outcome: entry.outcome.rawValue,
                isWell: entry.outcome == .completed || entry.outcome == .cached,
                tokens: Shown.count(entry.usage.totalInput + entry.usage.totalOutput),
                cost: Shown.money(entry.cost), took: Shown.span(entry.duration))
        case .refused(let refused):
            self.init(
                address: "/requests/\(refused.id)", time: Shown.time(refused.at), key: refused.key,
                customer: refused.customer, target: refused.asked.isEmpty ? refused.endpoint : refused.asked,
                route: nil,
                attempt: nil, outcome: "\(refused.code.status) \(refused.code.name)", isWell: false, tokens: "–",
                cost: "–", took: "–")
        }
    }
}
