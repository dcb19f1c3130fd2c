import Foundation
import Synchronization
import TuppenceHTTP

/// A request, once all of it has come.
struct SandboxRequest: Hashable, Sendable {
    let method: String
    /// The target without its query.
    let path: String
    /// What stands behind the question mark.
    let query: Substring
    let contentType: String?
    let body: [UInt8]
}

extension SandboxRequest {
    init(_ head: RequestHead, body: [UInt8]) {
        let method =
            switch head.method {
            // HEAD is answered as GET is; the connection leaves the body out.
            case .get, .head: "GET"
            case .post: "POST"
            case .options: "OPTIONS"
            case .other(let name): name
            }
        let query = head.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        self.init(
            method: method, path: head.path, query: query, contentType: head.fields.first("content-type"), body: body)
    }
}

/// What all connections share: the bill, the counters of `times=N` and the numbers of answers.
final class SandboxService: Sendable {
    let ledger = SandboxLedger()
    private let counters = SandboxCounters()
    private let answers = Atomic(0)

    func answer(_ request: SandboxRequest) -> SandboxAnswer {
        let stamp = nextStamp()
        return SandboxAnswer(requestID: stamp.requestID, steps: steps(for: request, stamp))
    }

    func answer(_ refusal: SandboxRefusal) -> SandboxAnswer {
        SandboxAnswer(requestID: nextStamp().requestID, steps: refusal.steps(in: .openAI))
    }

    private func nextStamp() -> SandboxStamp {
        let number = answers.wrappingAdd(1, ordering: .relaxed).newValue
        return SandboxStamp(number: number, created: Int(Date().timeIntervalSince1970))
    }

    private func steps(for request: SandboxRequest, _ stamp: SandboxStamp) -> [SandboxStep] {
        do throws(SandboxRefusal) {
            switch (request.method, request.path) {
            case ("POST", "/v1/chat/completions"): return try steps(SandboxChat.self, request.body, stamp)
            case ("POST", "/v1/completions"): return try steps(SandboxCompletions.self, request.body, stamp)
            case ("POST", "/v1/embeddings"): return try steps(SandboxEmbeddings.self, request.body, stamp)
            case ("POST", "/v1/messages"): return try steps(SandboxMessages.self, request.body, stamp)
            case ("POST", "/v1/messages/count_tokens"):
                return try steps(SandboxTokenCount.self, request.body, stamp)
            case ("POST", "/v1/responses"): return try steps(SandboxResponses.self, request.body, stamp)
            case ("POST", "/v1/responses/input_tokens"):
                return try steps(SandboxInputTokens.self, request.body, stamp)
            case ("POST", "/v2/chat"): return try steps(SandboxCohere.self, request.body, stamp)
            case ("POST", "/v2/embed"): return try steps(SandboxCohereEmbeddings.self, request.body, stamp)
            case ("POST", let path) where path.hasPrefix(SandboxAddress.geminiPrefix):
                return try geminiSteps(request, stamp)
            case ("POST", let path) where path.hasPrefix(SandboxAddress.conversePrefix):
                return try converseSteps(request, stamp)
            case ("POST", "/v1/moderations"): return try steps(SandboxModerations.self, request.body, stamp)
            case ("POST", "/v1/images/generations"): return try steps(SandboxImages.self, request.body, stamp)
            case ("POST", "/v1/images/edits"):
                return try steps(SandboxImageEdits.self, try SandboxForm.decode(request), stamp)
            case ("POST", "/v1/audio/speech"): return try steps(SandboxSpeech.self, request.body, stamp)
            case ("POST", "/v1/audio/transcriptions"):
                return try steps(SandboxTranscriptions.self, try SandboxForm.decode(request), stamp)
            case ("POST", "/v1/rerank"): return try steps(SandboxRanking.self, request.body, stamp)
            case ("GET", "/v1/models"): return SandboxStep.document(models.bytes)
            case ("GET", let path) where path.hasPrefix("/v1/models/"):
                let name = String(path.dropFirst("/v1/models/".count))
                return SandboxStep.document(try model(named: name).json.bytes)
            case ("GET", "/v1beta/models"): return SandboxStep.document(SandboxGeminiModels.list.bytes)
            case ("GET", let path) where path.hasPrefix(SandboxAddress.geminiPrefix):
                let name = String(path.dropFirst(SandboxAddress.geminiPrefix.count))
                return SandboxStep.document(try SandboxGeminiModels.one(model(named: name)).bytes)
            // None is kept: answers say `"store": false`.
            case ("GET", let path) where path.hasPrefix("/v1/responses/"):
                throw .unknownResponse(String(path.dropFirst("/v1/responses/".count)))
            case ("GET", "/sandbox/bill"): return bill
            case ("POST", "/sandbox/reset"):
                ledger.reset()
                counters.reset()
                return bill
            default: throw .unknownURL(request.method, request.path)
            }
        } catch {
            return error.steps(in: SandboxRefusal.Wording(path: request.path))
        }
    }

    private var models: SandboxJSON { ["object": "list", "data": .array(SandboxModel.all.map(\.json))] }

    private func model(named escaped: String) throws(SandboxRefusal) -> SandboxModel {
        let name = (escaped.removingPercentEncoding ?? escaped).prefix { $0 != "?" }
        guard let model = SandboxModel.named(name) else { throw .unknownModel(String(name)) }
        return model
    }

    private var bill: [SandboxStep] { SandboxStep.document(ledger.bill.json.bytes) }
}

extension SandboxService {
    /// Reads the model and its faults, lets those strike that need no answer, and asks the endpoint otherwise.
    private func steps<Endpoint: SandboxEndpoint>(
        _: Endpoint.Type, _ body: [UInt8], _ stamp: SandboxStamp
    ) throws(SandboxRefusal) -> [SandboxStep] {
        try steps(Endpoint.self, try Self.decode(body), stamp)
    }

    private func steps<Endpoint: SandboxEndpoint>(
        _: Endpoint.Type, _ request: SandboxJSON, _ stamp: SandboxStamp
    ) throws(SandboxRefusal) -> [SandboxStep] {
        guard let value = request["model"] else { throw .missing("model") }
        guard let name = value.string else { throw .wrongType("model", expected: "a string", got: value) }
        let parts = name.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let id = parts.first, let model = SandboxModel.named(id) else { throw .unknownModel(name) }
        var faults = try SandboxFaults(query: parts.count > 1 ? parts[1] : "")
        if let times = faults.times, counters.count(name) > times { faults = faults.afterRecovery }
        let wait = faults.delay.map { [SandboxStep.wait($0)] } ?? []
        do throws(SandboxRefusal) {
            if faults.resets { return wait + [.reset] }
            if faults.hangs { return wait + [.hang] }
            if let status = faults.status { throw .onRequest(status: status) }
            guard model.kind == Endpoint.kind else { throw .unsuitable(model) }
            return wait + (try Endpoint(request)).steps(model, faults: faults, stamp: stamp)
        } catch {
            return wait + error.steps(in: Endpoint.wording)
        }
    }

    private func geminiSteps(_ request: SandboxRequest, _ stamp: SandboxStamp) throws(SandboxRefusal) -> [SandboxStep] {
        guard let address = SandboxAddress(gemini: request.path) else {
            throw .unknownURL(request.method, request.path)
        }
        let body = try Self.decode(request.body)
        switch address.verb {
        case "generateContent": return try steps(SandboxGemini.self, address.complete(body, stream: .null), stamp)
        case "streamGenerateContent":
            let form: SandboxJSON = request.query.split(separator: "&").contains("alt=sse") ? "sse" : "array"
            return try steps(SandboxGemini.self, address.complete(body, stream: form), stamp)
        case "countTokens":
            return try steps(SandboxGeminiTokenCount.self, address.complete(body, stream: .null), stamp)
        case "embedContent", "batchEmbedContents":
            return try steps(SandboxGeminiEmbeddings.self, address.complete(body, stream: .null), stamp)
        default: throw .unknownURL(request.method, request.path)
        }
    }

    private func converseSteps(
        _ request: SandboxRequest, _ stamp: SandboxStamp
    ) throws(SandboxRefusal) -> [SandboxStep] {
        guard let address = SandboxAddress(converse: request.path) else {
            throw .unknownURL(request.method, request.path)
        }
        let body = try Self.decode(request.body)
        switch address.verb {
        case "converse": return try steps(SandboxConverse.self, address.complete(body, stream: false), stamp)
        case "converse-stream": return try steps(SandboxConverse.self, address.complete(body, stream: true), stamp)
        default: throw .unknownURL(request.method, request.path)
        }
    }

    private static func decode(_ body: [UInt8]) throws(SandboxRefusal) -> SandboxJSON {
        do throws(SandboxJSONParser.Failure) {
            let request = try SandboxJSONParser.parse(body)
            guard request.members != nil else { throw .init(reason: "the body is not an object", offset: 0) }
            return request
        } catch {
            throw .invalid("We could not parse the JSON body of your request: \(error.reason) at byte \(error.offset).")
        }
    }
}
