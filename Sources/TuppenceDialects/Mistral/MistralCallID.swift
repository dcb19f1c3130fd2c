/// Ids of calls as Mistral wants them: nine letters and digits. Others are made into such, each always into the same, so
/// that call and result still find each other, whichever turn they stand in.
enum MistralCallID {
    static let length = 9
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func id(for id: JSONString) -> JSONString {
        if !id.isEscaped, id.escaped.count == length, id.escaped.allSatisfy(alphabet.contains) { return id }
        // FNV-1a, of which 62⁹ keeps 53 bits: two of a conversation's ids do not meet.
        var hash = id.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var text: [UInt8] = []
        for _ in 0..<length {
            text.append(alphabet[Int(hash % 62)])
            hash /= 62
        }
        return JSONString(escaped: text[...], isEscaped: false)
    }
}
