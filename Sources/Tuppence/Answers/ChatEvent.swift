/// One step of an answer that is still being written.
public enum ChatEvent: Hashable, Sendable {
    /// More of the text.
    case text(String)
    /// More of what the model thinks before it answers.
    case thinking(String)
    /// An image that the model has made, whole.
    case image(Image)
    /// The model begins to call a tool: the first is 0. Several may be written at once.
    case toolCallStarted(index: Int, id: String, name: String)
    /// More of a call's arguments, which are JSON once they are whole.
    case toolCallArguments(index: Int, String)
    /// The whole answer, last and once. What it cost is in the ledger.
    case finished(ChatAnswer)
}
