import Testing
import TuppenceCore

@testable import TuppenceDialects

/// Streams of hosts that leave out deltas, and say all only where a part, an item or the answer is over.
@Suite("What the deltas of Responses leave out")
struct ResponsesWholeTests {
    private static let created = #"{"type":"response.created","response":{"id":"r1","model":"m"}}"#
    private static let added =
        #"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"m1","role":"assistant","content":[]}}"#
    private static let part =
        #"{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":""}}"#
    private static let textDone =
        #"{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"HELLO"}"#
    private static let partDone =
        #"{"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"output_text","text":"HELLO"}}"#
    private static let message =
        #"{"type":"message","id":"m1","role":"assistant","content":[{"type":"output_text","text":"HELLO","annotations":[{"type":"url_citation","url":"https://x.example","start_index":0,"end_index":5}]}]}"#
    private static let itemDone = #"{"type":"response.output_item.done","output_index":0,"item":\#(message)}"#
    private static let call =
        #"{"type":"function_call","id":"f1","call_id":"c1","name":"look","arguments":"{\"a\":1}"}"#

    private static func delta(_ text: String, item: Int = 0, part: Int = 0) -> String {
        #"{"type":"response.output_text.delta","output_index":\#(item),"content_index":\#(part),"delta":"\#(text)"}"#
    }

    private static func completed(_ items: String...) -> String {
        #"{"type":"response.completed","response":{"id":"r1","model":"m","status":"completed","output":[\#(items.joined(separator: ","))]}}"#
    }

    private func told(_ documents: [String]) -> (choice: ToldAnswer.Choice?, faults: [String]) {
        let body = documents.map { "data: \($0)\n\n" }.joined()
        let (answer, faults) = ToldAnswer.collect(events(of: OpenAIResponses.self, Array(body.utf8)))
        return (answer.choices[0], faults)
    }

    private static let streams: [[String]] = [
        [created, added, part, textDone, itemDone, completed(message)],
        [created, added, part, partDone, itemDone, completed(message)],
        [created, added, part, itemDone, completed()], [created, textDone, completed(message)],
        [created, added, part, delta("HEL"), completed(message)],
        [created, added, part, delta("HEL"), textDone, partDone, itemDone, completed(message)],
        [created, added, part, delta("HEL"), delta("LO"), textDone, partDone, itemDone, completed(message)],
        [created, delta("H\\u0045"), itemDone, completed(message)], [created, completed(message)],
        [completed(message)],
        // What else a host says in the end than its deltas have said is not the rest of it.
        [created, added, part, delta("HELLO"), itemDone.replacing("HELLO", with: "Hello!"), completed(message)],
        // Hosts that count otherwise: parts from 1, items from 2.
        [created, added, delta("HELLO", part: 1), itemDone, completed(message)],
        [created, delta("HELLO", item: 2), completed(message)],
    ]

    @Test("is told once, from whichever says it first", arguments: streams)
    func text(documents: [String]) {
        let (choice, faults) = told(documents)
        #expect(choice?.text == "HELLO" && choice?.finish == .stop && faults.isEmpty)
    }

    @Test("has its citations with it")
    func citations() {
        for documents in [[Self.completed(Self.message)], [Self.created, Self.part, Self.itemDone, Self.completed()]] {
            #expect(told(documents).choice?.citations == 1)
        }
    }

    @Test("are calls and thoughts just as well, in the order of the output")
    func items() {
        let thoughts = #"{"type":"reasoning","id":"rs1","summary":[{"type":"summary_text","text":"Hm."}]}"#
        let (whole, faults) = told([Self.created, Self.completed(thoughts, Self.message, Self.call)])
        #expect(whole?.thoughts == "Hm." && whole?.text == "HELLO" && whole?.finish == .toolCalls && faults.isEmpty)
        #expect(whole?.calls == [.init(id: "c1", name: "look", arguments: #"{"a":1}"#)])
        let begun =
            #"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"f1","call_id":"c1","name":"look","arguments":""}}"#
        let piece =
            #"{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"a\":"}"#
        let done =
            #"{"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\"a\":1}"}"#
        for documents in [[begun], [begun, piece], [begun, piece, done], [begun, done]] {
            let (choice, faults) = told([Self.created] + documents + [Self.completed(Self.call)])
            #expect(choice?.calls == whole?.calls && choice?.finish == .toolCalls && faults.isEmpty)
        }
    }

    @Test("may be the name of a call, which begins with it")
    func names() {
        let begun =
            #"{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c1"}}"#
        let piece =
            #"{"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"a\":1}"}"#
        let done = #"{"type":"response.output_item.done","output_index":0,"item":\#(Self.call)}"#
        let expected = [ToldAnswer.Call(id: "c1", name: "look", arguments: #"{"a":1}"#)]
        for documents in [[begun, piece, done], [piece, done], [begun, done], [begun, piece], [piece]] {
            let (choice, faults) = told([Self.created] + documents + [Self.completed(Self.call)])
            #expect(choice?.calls == expected && faults.isEmpty)
        }
        // One that never comes is none.
        let nameless = told([Self.created, begun, piece, Self.completed()])
        #expect(nameless.choice?.calls.map(\.name) == [""] && nameless.faults.isEmpty)
    }
}
