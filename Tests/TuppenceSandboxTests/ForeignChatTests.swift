import Testing
import TuppenceCore
import TuppenceDialects

@testable import TuppenceSandbox

@Suite("The sandbox's chats in other dialects than OpenAI's")
struct ForeignChatTests {
    /// What the sandbox says to the same chat in OpenAI's dialect.
    private func planned(_ chat: String, model: String = "chat-small") throws -> Told {
        let asking = Asking(.openAI)
        return try asking.whole(try asking.ask(chat, model: model))
    }

    @Test("say, call and count the same, whole and streamed", arguments: Asking.dialects)
    func same(dialect: Dialect) throws {
        for (whole, streamed) in [
            (Chats.text(), Chats.text(streams: true)), (Chats.calls(), Chats.calls(streams: true)),
            (Chats.answered(), Chats.answered(streams: true)),
        ] {
            let plan = try planned(whole)
            let asking = Asking(dialect)
            let played = try asking.ask(whole, model: "chat-small")
            #expect(played.head.status == 200 && played.last == .end)
            #expect(try asking.whole(played) == plan)
            #expect(played.outputTokens == plan.usage?.output)
            let flowing = try asking.ask(streamed, model: "chat-small")
            let (told, error) = try asking.stream(flowing)
            #expect(error == nil && told == plan)
            #expect(flowing.last == .end && flowing.outputTokens == plan.usage?.output)
        }
    }

    @Test("call the tool that is named, with arguments that fit", arguments: Asking.dialects)
    func choice(dialect: Dialect) throws {
        let choice = #","tool_choice":{"type":"function","function":{"name":"stocks"}}}"#
        let chat = String(Chats.calls().dropLast()) + choice
        let asking = Asking(dialect)
        let told = try asking.whole(try asking.ask(chat, model: "chat-small"))
        #expect(told.calls == [Told.Call(name: "stocks", arguments: #"{"name":"sandbox"}"#)])
    }

    @Test("keep to the output limit, and say so", arguments: Asking.dialects)
    func limit(dialect: Dialect) throws {
        let asking = Asking(dialect)
        let played = try asking.ask(Chats.text(limit: 20), model: "chat-small?tokens=40")
        let told = try asking.whole(played)
        #expect(told.finish == .length && told.usage?.output == 20 && played.outputTokens == 20)
        let flowing = try asking.ask(Chats.text(streams: true, limit: 20), model: "chat-small?tokens=40")
        #expect(try asking.stream(flowing).told == told)
        #expect(flowing.outputTokens == 20)
        let beyond = try asking.ask(Chats.text(limit: 20), model: "chat-small?tokens=40&ignore_limit")
        #expect(try asking.whole(beyond).usage?.output == 40)
    }

    @Test("tell what was cached, and bill it so", arguments: Asking.dialects)
    func cached(dialect: Dialect) throws {
        let asking = Asking(dialect)
        let played = try asking.ask(Chats.text(), model: "chat-small?cached=3")
        let usage = try asking.whole(played).usage
        // Cohere takes the same for all input.
        #expect(usage?.cachedInput == (dialect == .cohere ? 0 : 3) && played.charge?.cachedTokens == usage?.cachedInput)
        #expect(usage?.totalInput == played.charge?.promptTokens)
    }

    @Test("tell no usage on request", arguments: Asking.dialects.filter { $0 != .anthropic })
    func noUsage(dialect: Dialect) throws {
        let asking = Asking(dialect)
        #expect(try asking.whole(try asking.ask(Chats.text(), model: "chat-small?usage=none")).usage == nil)
        let flowing = try asking.ask(Chats.text(streams: true), model: "chat-small?usage=none")
        #expect(try asking.stream(flowing).told.usage == nil)
    }

    @Test("fail with a status on request, as the dialect words it", arguments: Asking.dialects)
    func status(dialect: Dialect) throws {
        for (status, kind) in [
            (401, ProviderError.Kind.authentication), (429, .rateLimit), (503, .overloaded), (500, .server),
        ] as [(Int, ProviderError.Kind)] {
            let asking = Asking(dialect)
            let played = try asking.ask(Chats.text(streams: true), model: "chat-small?status=\(status)")
            let error = asking.error(played)
            #expect(played.head.status == status && error.kind == kind, "\(status)")
            #expect(error.message.hasSuffix("(The sandbox was asked for status \(status).)"))
            guard status == 429 else { continue }
            // Google says it in the body.
            #expect(played.head.retryAfterSeconds == (dialect == .gemini ? nil : 1))
            #expect(dialect != .gemini || error.retryAfter == .seconds(1))
        }
    }

    @Test("refuse what is not there in the words of the dialect", arguments: Asking.dialects)
    func unknown(dialect: Dialect) throws {
        let asking = Asking(dialect)
        let played = try asking.ask(Chats.text(), model: "chat-huge")
        #expect(played.head.status == 404 && asking.error(played).kind == .notFound)
        #expect(asking.error(played).message.hasPrefix("The model 'chat-huge' does not exist."))
    }

    @Test("break streams off, and say that they failed, on request", arguments: Asking.dialects)
    func brokenStreams(dialect: Dialect) throws {
        let asking = Asking(dialect)
        let chat = Chats.text(streams: true)
        let cut = try asking.ask(chat, model: "chat-small?cut=3")
        #expect(cut.last == .cut)
        #expect(try asking.stream(cut).error == .truncated)
        let failed = try asking.ask(chat, model: "chat-small?error_after=3")
        let error = try asking.stream(failed).error
        #expect(failed.last == .end && error?.kind == .server)
        #expect(error?.message.hasSuffix("(The sandbox was asked for it.)") == true)
        #expect(try asking.stream(try asking.ask(chat, model: "chat-small?garbage")).error != nil)
    }

    @Test("wait, hang and reset on request, and recover", arguments: Asking.dialects)
    func slow(dialect: Dialect) throws {
        let asking = Asking(dialect)
        #expect(try asking.ask(Chats.text(), model: "chat-small?delay=200ms").waits == [.milliseconds(200)])
        let dripping = try asking.ask(Chats.text(streams: true), model: "chat-small?drip=1s&tokens=20")
        #expect(dripping.waits.count >= 20)
        #expect(try asking.ask(Chats.text(), model: "chat-small?hang").last == .hang)
        #expect(try asking.ask(Chats.text(), model: "chat-small?reset&times=1").last == .reset)
        #expect(try asking.ask(Chats.text(), model: "chat-small?reset&times=1").last == .end)
    }

    @Test("break whole answers on request", arguments: Asking.dialects)
    func brokenAnswers(dialect: Dialect) throws {
        let asking = Asking(dialect)
        for fault in ["cut=1", "garbage"] {
            let played = try asking.ask(Chats.text(), model: "chat-small?\(fault)")
            #expect(played.head.status == 200)
            #expect(throws: JSONError.self) { try asking.whole(played) }
        }
    }
}
