import TuppenceCore
import TuppenceDialects

extension FuzzDecoder {
    static let recasts = [GovernedEndpoint.chat, .messages, .responses, .generateContent].flatMap {
        [collected($0), told($0)]
    }

    /// What a stream comes to is JSON, however odd its events are.
    private static func collected(_ endpoint: GovernedEndpoint) -> FuzzDecoder {
        FuzzDecoder(
            "events as a whole: \(endpoint)", seeds: DialectSeeds.streams(endpoint.dialect), words: DialectSeeds.words
        ) { input, _ in
            let whole: [UInt8]
            do throws(JSONError) { whole = try Recast.whole(ofEvents: input, of: endpoint) } catch { return .rejected }
            try Checks.json(whole, "a whole of events")
            return .read
        }
    }

    /// An answer told in events is a stream, and comes to an answer again.
    private static func told(_ endpoint: GovernedEndpoint) -> FuzzDecoder {
        FuzzDecoder(
            "a whole as events: \(endpoint)", seeds: DialectSeeds.answers(endpoint.dialect), words: DialectSeeds.words
        ) { input, random in
            let events: [UInt8]
            do throws(JSONError) {
                try Recast.check(input, of: endpoint)
                events = try Recast.events(
                    ofWhole: input, of: endpoint, usage: Bool.random(using: &random), isArray: false)
            } catch { return .rejected }
            try Checks.stream(events, "an answer in events")
            let whole: [UInt8]
            do throws(JSONError) { whole = try Recast.whole(ofEvents: events, of: endpoint) } catch {
                throw FuzzFault("events of our own come to no answer: \(error.reason)")
            }
            try Checks.json(whole, "a whole of events of our own")
            return .read
        }
    }
}
