import Foundation
import TuppenceDialects
import TuppenceTesting

/// What a caller makes of an answer: what it says, or what was wrong with it; or that it keeps to no dialect at all.
struct CallerView {
    enum End: Hashable {
        case complete
        /// With its code.
        case error(String)
    }

    /// What is none of the caller's dialect, if anything is.
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    var text: String
    var end: End

    init(_ answer: TestClient.Answer, _ dialect: Dialect, streams: Bool) throws(Fault) {
        guard answer.isComplete else { throw Fault(description: "the answer breaks off: \(answer)") }
        guard answer["x-request-id"] != nil else { throw Fault(description: "no request id: \(answer)") }
        guard answer.status == 200 else {
            guard [502, 503, 504].contains(answer.status) else {
                throw Fault(description: "status \(answer.status): \(answer)")
            }
            let code = try Self.code(of: Self.object(answer.body), dialect)
            guard code == answer["x-tuppence-error-code"] else { throw Fault(description: "two codes: \(answer)") }
            (text, end) = ("", .error(code))
            return
        }
        if streams {
            self = try Self(events: answer.body, dialect)
        } else {
            text = try Self.text(of: Self.object(answer.body), dialect)
            end = .complete
        }
    }

    private init(text: String, end: End) {
        self.text = text
        self.end = end
    }

    private init(events: String, _ dialect: Dialect) throws(Fault) {
        self.init(text: "", end: .complete)
        var hasEnded = false
        for json in try Self.data(of: events) {
            guard !hasEnded else { throw Fault(description: "something behind the end: \(events)") }
            if dialect == .openAI, json == "[DONE]" {
                hasEnded = true
                continue
            }
            let object = try Self.object(json)
            if object["error"] != nil {
                end = .error(try Self.code(of: object, dialect))
                hasEnded = true
                continue
            }
            switch dialect {
            case .anthropic:
                hasEnded = object["type"] as? String == "message_stop"
                text += (object["delta"] as? [String: Any])?["text"] as? String ?? ""
            default:
                let choices = object["choices"] as? [[String: Any]] ?? []
                text += (choices.first?["delta"] as? [String: Any])?["content"] as? String ?? ""
            }
        }
        guard hasEnded else { throw Fault(description: "a stream without an end: \(events)") }
    }

    /// What the events of a stream say, read as a browser reads them: lines end in any way, and unknown fields are nothing.
    private static func data(of events: String) throws(Fault) -> [String] {
        // One grapheme, in Swift.
        let lines = events.replacing("\r\n", with: "\n").replacing("\r", with: "\n").components(separatedBy: "\n")
        var messages: [String] = []
        var message: [Substring] = []
        for line in lines {
            if line.hasPrefix("data:") { message.append(line.dropFirst(line.hasPrefix("data: ") ? 6 : 5)) }
            guard line.isEmpty, !message.isEmpty else { continue }
            messages.append(message.joined(separator: "\n"))
            message = []
        }
        guard message.isEmpty else { throw Fault(description: "a stream that ends within an event: \(events)") }
        return messages
    }

    private static func object(_ json: String) throws(Fault) -> [String: Any] {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            throw Fault(description: "no JSON object: \(json)")
        }
        return object
    }

    private static func text(of object: [String: Any], _ dialect: Dialect) throws(Fault) -> String {
        let text: String? =
            switch dialect {
            case .anthropic: (object["content"] as? [[String: Any]])?.first?["text"] as? String
            default:
                ((object["choices"] as? [[String: Any]])?.first?["message"] as? [String: Any])?["content"] as? String
            }
        guard let text else { throw Fault(description: "no answer: \(object)") }
        return text
    }

    private static func code(of object: [String: Any], _ dialect: Dialect) throws(Fault) -> String {
        guard let error = object["error"] as? [String: Any], let message = error["message"] as? String,
            !message.isEmpty, error["type"] is String, dialect != .anthropic || object["type"] as? String == "error"
        else { throw Fault(description: "no error: \(object)") }
        // Anthropic's own have none.
        return error["code"] as? String ?? ""
    }
}
