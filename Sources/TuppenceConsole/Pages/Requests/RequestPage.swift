import TuppenceAdministration
import TuppenceCore

/// One request in full, as its template takes it.
struct RequestPage {
    struct Fact {
        let name: String
        let value: String
    }

    struct PriceLine {
        let kind: String
        let count: String
        let rate: String
        let amount: String
    }

    struct Attempt {
        let title: String
        let outcome: String
        let isWell: Bool
        let facts: [Fact]
        let lines: [PriceLine]
        let hasLines: Bool
        let hasRates: Bool
        let perRequest: String?
        let cost: String
        let timing: Timing?
    }

    /// When an attempt ran, of the time from the request to its last attempt's end, in percent.
    struct Timing {
        let start: String
        let first: String
        let whole: String
        let words: String
    }

    struct Refusal {
        let outcome: String
        let at: String
        let message: String
    }

    let title = "Request"
    let reader: Reader
    let id: String
    let facts: [Fact]
    let refusal: Refusal?
    let open: [Fact]
    let attempts: [Attempt]
    let isUnknown: Bool
    /// What there is to say where not all of it may be there any more.
    let beginning: String?

    init(
        _ id: String, _ records: RequestRecords?, _ refused: RefusedRequest?, beginning: String? = nil,
        for identity: Identity
    ) {
        reader = Reader(identity, at: .requests)
        self.id = id
        self.beginning = beginning
        isUnknown = (records?.isEmpty ?? true) && refused == nil
        refusal = refused.map {
            Refusal(outcome: "\($0.code.status) \($0.code.name)", at: Shown.time($0.at), message: $0.message)
        }
        let booked = records?.attempts ?? []
        facts = Self.facts(booked.first?.entry.attribution ?? records?.open.first?.attribution, booked, refused)
        open =
            records?.open.map { hold in
                Fact(
                    name: "Attempt \(hold.attempt.number) at \(hold.target)",
                    value: "\(Shown.money(hold.amount)) held until \(Shown.time(hold.expiresAt))")
            } ?? []
        let began = booked.first?.entry.attempt.request.time
        let end = booked.map(\.entry.at).max()
        attempts = booked.map { Self.attempt($0, from: began, to: end) }
    }

    private static func facts(
        _ attribution: Attribution?, _ booked: [RequestRecords.Attempt], _ refused: RefusedRequest?
    ) -> [Fact] {
        var facts: [Fact] = []
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { facts.append(Fact(name: name, value: value)) }
        }
        add("Key", attribution?.key ?? refused?.key)
        add("Customer", attribution?.customer ?? refused?.customer)
        add("User", attribution?.user ?? refused?.user)
        add("Asked for", refused?.asked)
        add("Route", attribution?.route)
        add("Endpoint", attribution?.endpoint ?? refused?.endpoint)
        add("Tags", attribution?.tags)
        add("Arm", attribution?.arm)
        add("Came", (booked.first?.entry.attempt.request ?? refused?.id).map { Shown.time($0.time) })
        guard !booked.isEmpty else { return facts }
        let (cost, price) = booked.reduce((Money.zero, Money.zero)) { ($0.0 + $1.entry.cost, $0.1 + $1.entry.price) }
        add("Cost", cost.description)
        if price != cost { add("Charged", price.description) }
        return facts
    }

    private static func attempt(
        _ attempt: RequestRecords.Attempt, from began: Timestamp?, to end: Timestamp?
    ) -> Attempt {
        let entry = attempt.entry
        let number = entry.attempt.number
        var facts: [Fact] = []
        func add(_ name: String, _ value: String?) { if let value { facts.append(Fact(name: name, value: value)) } }
        add("Status of the provider", entry.status == 0 ? "none came" : "\(entry.status)")
        add("Settled", Shown.time(entry.at))
        add("Took", Shown.span(entry.duration))
        add("First content after", entry.firstContent.map(Shown.span))
        add("Held before", attempt.held?.description)
        add("Given back", attempt.held.flatMap { $0 > entry.cost ? ($0 - entry.cost).description : nil })
        add("Budgets", attempt.accounts.isEmpty ? nil : attempt.accounts.map(\.name).joined(separator: ", "))
        if !attempt.isInTime, attempt.held != nil { add("Hold", "was over when this was settled") }
        if entry.price != entry.cost {
            add("Charged", entry.price.description + (entry.isPrepaid ? ", of the wallet" : ""))
        }
        add("The provider says", entry.reportedCost?.description)
        add("Counted", entry.estimated ? "by estimate: the provider's count was not seen" : "by the provider")
        add("Rate card", entry.rateCardVersion.isEmpty ? nil : entry.rateCardVersion)
        return Attempt(
            title: number > AttemptID.lateOffset
                ? "Attempt \(number - AttemptID.lateOffset), settled late" : "Attempt \(number)",
            outcome: entry.outcome.rawValue, isWell: entry.outcome == .completed || entry.outcome == .cached,
            facts: [Fact(name: "Target", value: entry.target.description)] + facts, lines: lines(attempt),
            hasLines: entry.usage != Usage() || entry.cost != .zero, hasRates: attempt.bill != nil,
            perRequest: attempt.bill.flatMap { $0.perRequest == .zero ? nil : $0.perRequest.description },
            cost: entry.cost.description, timing: timing(entry, from: began, to: end))
    }

    private static func lines(_ attempt: RequestRecords.Attempt) -> [PriceLine] {
        let name = { (kind: UsageKind) in kind.rawValue.replacing("_", with: " ") }
        if let bill = attempt.bill {
            return bill.lines.map { line in
                PriceLine(
                    kind: name(line.kind) + (bill.service == .standard ? "" : ", \(bill.service.rawValue)"),
                    count: Shown.count(line.count), rate: Shown.rate(line.rate, of: line.kind),
                    amount: line.amount.description)
            }
        }
        let usage = attempt.entry.usage
        return UsageKind.allCases.filter { usage[$0] > 0 }.map { kind in
            PriceLine(kind: name(kind), count: Shown.count(usage[kind]), rate: "", amount: "")
        }
    }

    private static func timing(_ entry: LedgerEntry, from began: Timestamp?, to end: Timestamp?) -> Timing? {
        guard let began, let end, end > began, entry.duration.count > 0 else { return nil }
        let whole = (end - began).count
        let start = max(0, (entry.at - began).count - entry.duration.count)
        let first = min(entry.firstContent?.count ?? 0, entry.duration.count)
        return Timing(
            start: Shown.percent(start, of: whole), first: Shown.percent(first, of: whole),
            whole: Shown.percent(min(entry.duration.count, whole - start), of: whole),
            words:
                "Began \(Shown.span(Milliseconds(start))) after the request came, and took \(Shown.span(entry.duration))"
                + (entry.firstContent.map { ", the first content after \(Shown.span($0))" } ?? ""))
    }
}
