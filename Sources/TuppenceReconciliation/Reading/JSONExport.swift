import TuppenceCore
import TuppenceDialects

/// An export as JSON: one page as an API answers it, pages in an array, or values one after the other (JSON Lines, or
/// the answers of several calls in one file). Members that are not known are passed over; what they stand in says what
/// the export is.
struct JSONExport {
    private enum Step {
        case member(StaticString)
        case element(Int)
    }

    let bytes: UnsafeRawBufferPointer
    var builder: ExportBuilder
    /// Where in the document reading is at the moment, for messages.
    private var path: [Step] = []
    private var hasFurtherPages = false

    static func read(_ bytes: UnsafeRawBufferPointer, _ builder: inout ExportBuilder) throws(ExportError) {
        var export = JSONExport(bytes: bytes, builder: builder)
        do throws(JSONError) {
            var cursor = JSONCursor(bytes)
            repeat {
                export.path = []
                cursor.skipWhitespace()
                try export.value(&cursor)
                cursor.skipWhitespace()
            } while cursor.position < bytes.count
        } catch {
            throw ExportError(place: export.place(of: error.offset), "\(error.reason).")
        }
        if export.hasFurtherPages {
            export.builder.note("The export says that there are further pages (has_more), which are not in this file.")
        }
        builder = export.builder
    }

    private init(bytes: UnsafeRawBufferPointer, builder: ExportBuilder) {
        self.bytes = bytes
        self.builder = builder
    }

    /// `line 3, column 40, at data[0].results[2].amount`.
    private func place(of offset: Int) -> String {
        let before = bytes.prefix(offset)
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let column = offset - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
        let way = path.reduce("") { way, step in
            switch step {
            case .member(let name): way.isEmpty ? "\(name)" : "\(way).\(name)"
            case .element(let index): "\(way)[\(index)]"
            }
        }
        return "line \(line), column \(column)" + (way.isEmpty ? "" : ", at \(way)")
    }

    // MARK: Walking

    /// Reads `body` as the value of the member `name`. A step that fails stays on the path.
    mutating func member(
        _ name: StaticString, _ body: (inout JSONExport) throws(JSONError) -> Void
    ) throws(JSONError) {
        path.append(.member(name))
        try body(&self)
        path.removeLast()
    }

    /// Reads each element of an array.
    mutating func elements(
        _ cursor: inout JSONCursor, _ body: (inout JSONExport, inout JSONCursor) throws(JSONError) -> Void
    ) throws(JSONError) {
        var index = 0
        try cursor.array { (cursor) throws(JSONError) in
            path.append(.element(index))
            try body(&self, &cursor)
            path.removeLast()
            index += 1
        }
    }

    private mutating func value(_ cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.kind() {
        case .object: try object(&cursor)
        case .array: try elements(&cursor) { (export, cursor) throws(JSONError) in try export.value(&cursor) }
        default: throw JSONError(cursor.position, "an object of an export is expected here")
        }
    }

    /// A page, a bucket, a day's activity or a generation: its members say which.
    private mutating func object(_ cursor: inout JSONCursor) throws(JSONError) {
        let start = cursor.position
        var isPage = false
        var bucket = JSONBucket()
        var item = OpenRouterItem()
        try cursor.object { (cursor, key) throws(JSONError) in
            if key.equals("data") {
                isPage = true
                try member("data") { (export) throws(JSONError) in try export.value(&cursor) }
            } else if key.equals("has_more") {
                // The last page's word counts.
                if try cursor.kind() == .bool { hasFurtherPages = try cursor.bool() } else { try cursor.skipValue() }
            } else if try !bucket.read(key, &cursor, &self), try !item.read(key, &cursor, &self) {
                try cursor.skipValue()
            }
        }
        if isPage { return }
        if bucket.results != nil {
            try read(bucket, at: start)
        } else if item.isAny {
            try read(item, at: start)
        } else {
            throw JSONError(start, "this is no page, bucket or line of an export known")
        }
    }
}
