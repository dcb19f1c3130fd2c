import TuppenceCore

extension Refusal {
    static func invalid(_ message: String, _ parameter: String? = nil) -> Refusal {
        Refusal(.invalidRequest, message, parameter: parameter)
    }
}
