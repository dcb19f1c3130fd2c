/// Tokens of sound that is heard, spoken and written down by models that charge for those.
///
/// OpenAI estimates $0.015 a minute at $12 per million tokens spoken (`gpt-4o-mini-tts`: 1,250 a minute), and $0.003 a
/// minute at $3 per million heard (`gpt-4o-mini-transcribe`: 1,000 a minute)
/// (https://platform.openai.com/docs/pricing, by way of https://community.openai.com/t/1151816 and
/// https://halfpower.work/?p=3800, read 2026-11-27). Nobody says how slowly a model may speak, nor how much it writes for
/// a second: the most are several times what people do.
enum SpeechTokens {
    /// Mistral's hears in pieces of half a minute and charges for whole ones: 375 tokens for three seconds in a recorded
    /// answer of `voxtral-mini`.
    static func mostHeard(seconds: Int) -> Int { ((seconds + 29) / 30).saturatingProduct(30 * 25) }
    static let usualOfSecondHeard = 17

    /// Some 15 characters are spoken in a second, which has 21 tokens; the most is for one that takes its time.
    static func mostSpoken(characters: Int) -> Int { characters.saturatingProduct(8) + 500 }
    static func usualSpoken(characters: Int) -> Int { (characters.saturatingProduct(7) + 4) / 5 }

    static func mostWritten(seconds: Int) -> Int { seconds.saturatingProduct(25) + 100 }
    static func usualWritten(seconds: Int) -> Int { seconds.saturatingProduct(4) }
}
