import Testing

@testable import TuppenceCore

@Suite("Which targets can take a request")
struct CapabilityTests {
    private func able(_ target: Target, to can: ModelCapabilities?, context: Int? = nil) -> Candidate {
        var listing = PriceBook.Listing(rates: plainRates)
        if let can { listing.capabilities = can }
        return Candidate(target: target, rates: plainRates, contextLength: context, lacks: listing.lacks)
    }

    private func route(_ candidates: Candidate..., required: ModelCapabilities = []) -> Route {
        Route(
            name: "r", choices: candidates.enumerated().map { .init(candidate: $1, priority: $0) }, required: required)
    }

    private func targets(_ route: Route, _ demand: Demand) throws -> [Target] {
        try route.candidates(for: demand).map(\.target)
    }

    private func demand(_ needs: ModelCapabilities) -> Demand { Demand(inputBound: 1, inputEstimate: 1, needs: needs) }

    private static let decisive: [ModelCapabilities] = [
        .tools, .vision, .pdf, .audioInput, .audioOutput, .videoInput, .jsonSchema, .reasoning,
    ]

    @Test(
        "what a request needs keeps it from targets that are known to lack it, and from no others", arguments: decisive)
    func filtered(need: ModelCapabilities) throws {
        let others = ModelCapabilities.decisive.subtracting(need).subtracting(need == .pdf ? .vision : [])
        let route = route(able(alpha, to: others), able(beta, to: nil), able(gamma, to: need))
        #expect(try targets(route, demand(need)) == [beta, gamma])
        #expect(try targets(route, plainDemand) == [alpha, beta, gamma])
    }

    @Test("a model that takes a choice among tools, or several calls, has tools; one that sees reads pages")
    func implied() {
        #expect(!ModelCapabilities.toolChoice.lacking.contains(.tools))
        #expect(!ModelCapabilities.parallelTools.lacking.contains(.tools))
        #expect(ModelCapabilities.promptCaching.lacking == .decisive)
        #expect(ModelCapabilities.vision.lacking == ModelCapabilities.decisive.subtracting([.vision, .pdf]))
        #expect(!ModelCapabilities.pdf.lacking.isDisjoint(with: .vision))
    }

    @Test("of a model of which nothing is said nothing is known, unless that is said to be all") func unknown() {
        var listing = PriceBook.Listing(rates: plainRates)
        #expect(listing.lacks == [])
        listing.saysAll = true
        #expect(listing.lacks == .decisive)
    }

    @Test("what a route requires counts as if each request needed it") func required() throws {
        let route = route(able(alpha, to: .tools), able(beta, to: [.tools, .jsonSchema]), required: .jsonSchema)
        #expect(try targets(route, plainDemand) == [beta])
    }

    @Test("where none is left the refusal names what is missing, and what each target lacks") func refused() {
        let route = route(able(alpha, to: .tools), able(beta, to: .vision))
        let refusal = #expect(throws: Refusal.self) { try targets(route, demand([.tools, .vision])) }
        #expect(refusal?.code == .invalidRequest && refusal?.parameter == "model")
        let message = refusal?.message ?? ""
        #expect(message.contains("It needs tools, images (vision)."), "\(message)")
        #expect(message.contains("alpha/small lacks vision; beta/large lacks tools"), "\(message)")
        #expect(message.contains("can: [tools, vision, …]"), "\(message)")
    }

    // MARK: Length

    private func text(_ tokens: Int, bound: Int? = nil, output: Int? = nil) -> Demand {
        Demand(inputBound: InputCount(bound ?? tokens), inputEstimate: tokens, outputLimit: output)
    }

    @Test("a text is too long for a model from one and a half times its context on, as far as can be guessed")
    func tooLong() throws {
        let short = able(alpha, to: nil, context: 1_000)
        #expect(short.obstacle(to: text(1_000), needing: []) == nil)
        #expect(short.obstacle(to: text(1_500), needing: []) == nil)
        #expect(short.obstacle(to: text(1_501), needing: []) == .tooLong(tokens: 1_501, context: 1_000))
        #expect(able(alpha, to: nil).obstacle(to: text(1_000_000), needing: []) == nil)
        var file = text(1_000_000)
        file.textEstimate = 10
        #expect(short.obstacle(to: file, needing: []) == nil, "nobody knows what a file comes to")
        var inputs = text(5_000)
        inputs.inputs = 5
        #expect(short.obstacle(to: inputs, needing: []) == nil, "each has the context for itself")
    }

    @Test("what may be too long for a target goes first where it surely fits, output and all")
    func doubtful() throws {
        let route = route(able(alpha, to: nil, context: 1_000), able(beta, to: nil, context: 9_000))
        #expect(try targets(route, text(500, bound: 900, output: 100)) == [alpha, beta])
        #expect(try targets(route, text(500, bound: 901, output: 100)) == [beta, alpha])
        #expect(try targets(route, text(500, bound: 1_000)) == [alpha, beta])
        #expect(try targets(route, text(500, bound: 1_001)) == [beta, alpha])
        #expect(try targets(route, text(1_501)) == [beta])
    }

    @Test("too long for all is said as coding agents understand it") func contextExceeded() {
        let route = route(able(alpha, to: nil, context: 1_000), able(beta, to: nil, context: 2_000))
        let refusal = #expect(throws: Refusal.self) { try targets(route, text(4_000)) }
        #expect(refusal?.code == .contextLengthExceeded)
        #expect(refusal?.code.status == 400)
        #expect(refusal?.message.hasPrefix("prompt is too long: 4000 tokens > 2000 maximum.") == true)
        #expect(refusal?.message.contains("alpha/small takes 1000 input tokens; beta/large") == true)
    }

    @Test("a closer count is asked for where it can make a difference") func closer() {
        let (short, long) = (able(alpha, to: nil, context: 1_000), able(beta, to: nil, context: 9_000))
        #expect(!route(short, long).wantsCloserCount(of: text(10, bound: 1_000)))
        #expect(route(short, long).wantsCloserCount(of: text(10, bound: 1_001)))
        #expect(!route(short).wantsCloserCount(of: text(1_000, bound: 9_999)))
        #expect(route(short).wantsCloserCount(of: text(1_001, bound: 9_999)))
    }
}
