import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Arguments of calls whose name has not come.
@Suite("Arguments that are held back")
struct HeldArgumentsTests {
    /// What a reader makes of one chunk after the other.
    private struct Reading {
        var reader: any ChatStreamReader
        let isChat: Bool

        init(isChat: Bool) {
            reader = isChat ? OpenAIChat.streamReader() : OpenAIResponses.streamReader()
            self.isChat = isChat
        }

        mutating func arguments(_ text: String) -> Told {
            isChat
                ? call(#""function":{"arguments":"\#(text)"}"#)
                : read(#"{"type":"response.function_call_arguments.delta","output_index":0,"delta":"\#(text)"}"#)
        }

        mutating func name() -> Told {
            let item = #"{"type":"function_call","call_id":"c","name":"f"}"#
            return isChat
                ? call(#""id":"c","function":{"name":"f"}"#)
                : read(#"{"type":"response.output_item.added","output_index":0,"item":\#(item)}"#)
        }

        private mutating func call(_ members: String) -> Told {
            read(#"{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,\#(members)}]}}]}"#)
        }

        mutating func read(_ chunk: String) -> Told {
            var events: [StreamEvent] = []
            reader.read(StreamMessage(data: Array(chunk.utf8)), into: &events)
            var told = Told([], 0)
            for event in events {
                switch event {
                case .blockStart(_, .toolCall(_, let name, _)): told.calls.append("call '\(name.decoded)'")
                case .delta(_, .arguments(let text)): told.calls.append(text.decoded)
                default: break
                }
            }
            told.held = reader.takeHeldBytes()
            return told
        }
    }

    private struct Told: Equatable {
        var calls: [String]
        var held: Int

        init(_ calls: [String], _ held: Int) {
            self.calls = calls
            self.held = held
        }
    }

    @Test("are counted as they come, and not again with their call", arguments: [true, false])
    func counted(isChat: Bool) {
        var reading = Reading(isChat: isChat)
        let told = [
            reading.arguments(#"{}\n"#), reading.arguments(#"{}\n"#), reading.name(), reading.arguments("a"),
        ]
        #expect(told == [Told([], 4), Told([], 4), Told(["call 'f'", "{}\n{}\n"], -8), Told(["a"], 0)])
    }

    @Test("are those of Mistral, too")
    func mistral() {
        var reading = Reading(isChat: true)
        reading.reader = MistralChat.streamReader()
        let told = reading.arguments("abc")
        #expect(told == Told([], 3))
    }

    @Test("go out without a name where they are too many", arguments: [true, false])
    func tooMany(isChat: Bool) {
        var reading = Reading(isChat: isChat)
        let piece = String(repeating: "a", count: HeldBytes.limit)
        let told = [reading.arguments(piece), reading.arguments("b"), reading.arguments("c")]
        #expect(told[0] == Told([], piece.utf8.count))
        // All that has been counted before goes out with what has not.
        #expect(told[1] == Told(["call ''", piece + "b"], -piece.utf8.count))
        #expect(told[2] == Told(["c"], 0))
    }

    @Test("end with the stream where their name has never come")
    func end() {
        var reading = Reading(isChat: true)
        let told = [reading.arguments("{}"), reading.read("[DONE]")]
        #expect(told == [Told([], 2), Told(["call ''", "{}"], -2)])
    }
}
