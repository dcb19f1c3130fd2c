/// Where something in a text is from.
package struct Citation: Hashable, Sendable {
    /// An address on the web; nil for a document of the request.
    package var url: JSONString?
    package var title: JSONString?
    /// The words that are cited.
    package var citedText: JSONString?
    /// Which document of the request, counted from 0.
    package var document: Int?
    /// The stretch of the answer's text that rests on it, in characters from the beginning of all text; nil where the
    /// dialect says only which block it is.
    package var range: Range<Int>?
    /// The citation as the dialect of origin has it.
    package var native: RawJSON?

    package init(url: JSONString? = nil, title: JSONString? = nil, native: RawJSON? = nil) {
        self.url = url
        self.title = title
        self.native = native
    }

    /// The same where the text before it is `distance` longer; shorter below 0.
    package func moved(by distance: Int) -> Citation {
        // No text is as long as what would not add up.
        guard let range, distance != 0, range.upperBound < 1 << 40 else { return self }
        var citation = self
        let start = max(0, range.lowerBound + distance)
        citation.range = start..<max(start, range.upperBound + distance)
        return citation
    }
}
