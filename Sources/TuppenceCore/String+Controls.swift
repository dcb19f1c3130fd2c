extension String {
    /// Whether it has characters that would break a line or move a cursor where it is shown.
    package var hasControls: Bool { utf8.contains { $0 < 32 || $0 == 127 } }
}
