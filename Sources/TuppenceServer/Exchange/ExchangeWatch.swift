import NIOCore
import TuppenceCore
import TuppenceDialects

/// Takes the time of one request: how long it takes altogether, and how much of that it waits for providers.
struct ExchangeWatch {
    private let began = NIODeadline.now()
    /// When it began to wait for a provider, if it does.
    private var waitsSince: NIODeadline?
    private var waited = 0 as Int64
    private var wasSent = false
    /// The one it was sent to last, by its number.
    var target = NameNumber.none
    private(set) var isOver = false

    /// Before something is done about what has happened: a provider that was waited for need not be any more.
    mutating func happened(waits: Bool) {
        guard !waits, let since = waitsSince else { return }
        waited += (NIODeadline.now() - since).nanoseconds
        waitsSince = nil
    }

    /// When it is done.
    mutating func done(waits: Bool) {
        guard waits, waitsSince == nil else { return }
        waitsSince = NIODeadline.now()
        wasSent = true
    }

    /// Since the request came, in nanoseconds.
    var elapsed: Int64 { (NIODeadline.now() - began).nanoseconds }

    /// Has it counted, once.
    mutating func end(route: Int, dialect: Dialect, status: Int, in figures: inout RequestFigures) {
        guard !isOver else { return }
        isOver = true
        let now = NIODeadline.now()
        if let waitsSince { waited += (now - waitsSince).nanoseconds }
        let whole = (now - began).nanoseconds
        figures.add(
            RequestFigures.Series(route: route, target: target, dialect: dialect.number, status: status),
            nanoseconds: whole, own: wasSent ? whole - waited : nil)
    }

    /// What stands for a caller that has gone before it was answered; nginx made it known.
    static let callerGone = 499
}

extension Dialect {
    /// Its place among all of them.
    var number: Int {
        switch self {
        case .openAI: 0
        case .responses: 1
        case .anthropic: 2
        case .gemini: 3
        case .bedrock: 4
        case .cohere: 5
        case .mistral: 6
        }
    }
}
