/// What a provider does when the connection that it answers on is closed before the end.
public enum DisconnectHabit: String, Hashable, Sendable, CaseIterable {
    /// It stops, and charges for what it has made.
    case stops = "stop"
    /// It stops streams. Whole answers it finishes, and charges for.
    case stopsStreams = "stop_streams"
    /// It finishes whatever it has begun, and charges for all of it.
    case finishes = "finish"
}
