import Testing

@testable import TuppenceDialects

@Suite("Signs of life in streams")
struct SignOfLifeTests {
    private static let events: [StreamEvent] = [
        .start(StreamStart(origin: .anthropic)), .ping,
        .blockStart(StreamEvent.Place(0, 0), .text), .delta(StreamEvent.Place(0, 0), .text("hi")),
        .blockEnd(StreamEvent.Place(0, 0)), .finish(choice: 0, Finish(.stop)), .end,
    ]

    /// What an empty line stands behind is an event to some, with data or without.
    @Test("are comments of one line, and no events", arguments: [true, false])
    func comments(isChat: Bool) {
        let dialect: any InboundDialect.Type = isChat ? OpenAIChat.self : OpenAIResponses.self
        let lines = String(decoding: stream(Self.events, to: dialect), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let place = lines.firstIndex(of: ": keep-alive")
        #expect(place != nil)
        if let place { #expect(!lines[place + 1].isEmpty, "\(lines)") }
    }
}
