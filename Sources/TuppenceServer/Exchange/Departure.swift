import TuppenceDialects

/// What an attempt goes out with, and how its answer is read.
struct Departure {
    let provider: ConnectedProvider
    /// Nil where the caller's own bytes go out.
    var outbound: OutboundRequest?
    /// What the target's dialect could not say.
    var dropped: DroppedFields?
    /// How the answer is put into the caller's dialect; nil where it is in that already.
    var translation: AnswerTranslation?
}
