import TuppenceCore

/// Reads a whole answer.
enum BedrockAnswerReader {
    static func read(_ body: [UInt8]) throws(JSONError) -> ChatAnswer {
        try JSONTree.read(body) { (root) throws(JSONError) in
            guard root.kind == .object else { throw JSONError(root.offset, "an object is expected here") }
            guard root["output"]?["message"]?.kind == .object else {
                throw JSONError(root.offset, "'output.message' is missing")
            }
            return answer(root)
        }
    }

    private static func answer(_ root: JSONValue) -> ChatAnswer {
        var answer = ChatAnswer(origin: .bedrock)
        var choice = ChatAnswer.Choice(index: 0)
        for member in root.members where !member.value.isNull {
            switch member.name {
            case "output":
                choice.content =
                    member.value["message"]?["content"]?.elements.flatMap { BedrockBlocks.blocks($0) } ?? []
            case "stopReason":
                choice.finish = BedrockFinish.finish(
                    member.value.string, fields: root["additionalModelResponseFields"])
            case "usage": answer.usage = usage(member.value, root)
            case "serviceTier": answer.serviceTier = member.value["type"]?.string
            default: answer.extras.keep(member)
            }
        }
        answer.choices = [choice]
        return answer
    }

    static func usage(_ value: JSONValue, _ root: JSONValue) -> UsageReport? {
        UsageReport(BedrockUsageReader(), value, model: nil, tier: root["serviceTier"]?["type"]?.string)
    }
}
