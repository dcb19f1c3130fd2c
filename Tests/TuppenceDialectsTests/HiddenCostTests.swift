import Testing

@testable import TuppenceDialects

@Suite("What a provider charges, in the usage of what has failed")
struct HiddenCostTests {
    private func hidden(_ text: String) -> String {
        withBytes(text) { string(CostFields.hidingEdits(inAnswer: $0).applied(to: $0)) }
    }

    @Test(
        "is taken out, and everything else stays",
        arguments: [
            (
                #"{"error": {"message":"oh"}, "usage": {"prompt_tokens":5, "cost":0.7}}"#,
                #"{"error": {"message":"oh"}, "usage": {"prompt_tokens":5}}"#
            ),
            (
                #"{"type":"response.failed","response":{"id":"r","usage":{"cost_details":{},"input_tokens":5}}}"#,
                #"{"type":"response.failed","response":{"id":"r","usage":{"input_tokens":5}}}"#
            ),
            (#"{"us\u0061ge":{"c\u006fst":{"total_cost":0.7}},"x":1}"#, #"{"us\u0061ge":{},"x":1}"#),
            // Cut off.
            (#"{"usage":{"estimated_cost":0.7},"error":{"message":"o"#, #"{"usage":{},"error":{"message":"o"#),
        ])
    func takenOut(text: String, rest: String) { #expect(hidden(text) == rest) }

    @Test(
        "is nowhere else, and what does not say it stays byte for byte",
        arguments: [
            #"{ "error": {"message":"cost"}, "usage": { "prompt_tokens": 5 } }"#, #"{"usage":null,"cost":1}"#,
            #"{"a":{"b":{"usage":{"cost":1}}}}"#, #"[{"usage":{"cost":1}}]"#, "no JSON", "",
        ])
    func left(text: String) { #expect(hidden(text) == text) }
}
