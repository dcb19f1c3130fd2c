extension Timestamp {
    /// Reads a date of HTTP (RFC 9110 section 5.6.7) in the form that is sent today: `Fri, 27 Feb 2026 17:15:31 GMT`. Which day of the
    /// week that was is not looked at.
    package init?(httpDate text: String) {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = Self.months.firstIndex(of: String(words[2])) else {
            return nil
        }
        // Some write one digit where there are to be two.
        let day = words[1].utf8.count == 1 ? "0\(words[1])" : String(words[1])
        self.init(iso8601: "\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(day)T\(words[4])Z")
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
