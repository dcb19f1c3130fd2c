import NIOCore
import TuppenceCore
import TuppenceDialects

/// An answer of Responses or Gemini on its way to a caller of the same dialect, by its own bytes. The event that ends a stream
/// has the cost in it, and waits until that is known.
final class ScannedPassage {
    /// Is given the object that a whole answer is, before it goes out.
    var whenWritten: (([UInt8]) -> Void)?
    private let dialect: Dialect
    private var scan: any StreamScan
    /// Whether a stream is written as one array, which is how Gemini's is where nobody asks for events.
    private let isArray: Bool
    private let isEmbeddings: Bool
    private let isCount: Bool
    /// The answer that the request goes on from, which its provider has not been told of.
    private let previousID: String?
    private var held: (event: ByteBuffer, data: Range<Int>?, piece: AnswerPiece)?
    /// The answer as the stream has last told of it.
    private var told: ByteBuffer?
    private var nextNumber = 0
    private var saidDone = false
    private var hasWritten = false
    private var isOver = false
    /// A whole answer.
    private var whole = AnswerPiece()

    init(_ request: ScannedRequest, previousID: String?) {
        dialect = request.endpoint.dialect
        isArray = dialect == .gemini && request.address.form == .array
        isEmbeddings = request.endpoint.isEmbeddings
        isCount = request.endpoint.isCount
        self.previousID = previousID
        scan = dialect == .gemini ? GeminiScan() : ResponsesScan()
    }

    // MARK: Streams

    var isComplete: Bool { scan.isComplete }

    /// Reads one event, and puts it into `output` unless it is to wait.
    ///
    /// - Parameters:
    ///   - output: nil where nobody is left to see it.
    ///   - hidesReported: whether what the provider says of its charge is taken out where no cost of ours is put in its place.
    /// - Returns: nil for one that means nothing.
    func read(
        _ event: ByteBuffer, hidesReported: Bool, into output: inout ByteBuffer?
    ) throws(JSONError) -> AnswerPiece? {
        let reading: Result<(piece: AnswerPiece?, data: Range<Int>?), JSONError> = event.withUnsafeReadableBytes {
            do throws(JSONError) { return .success(try scan.read(event: $0)) } catch { return .failure(error) }
        }
        let (piece, data) = try reading.get()
        guard let piece else {
            // A comment is none in an array.
            if !isArray { output?.writeImmutableBuffer(event) }
            return nil
        }
        guard !piece.isDone else {
            saidDone = true
            return piece
        }
        guard output != nil, !isOver else { return piece }
        if let held {
            let edits = hidesReported ? hidden(held.piece, held.event, held.data) : []
            write(held.event, held.data, held.piece, edits, to: &output)
        }
        held = nil
        if piece.isEnd, piece.error == nil {
            held = (event, data, piece)
        } else {
            tell(event, data, piece)
            write(event, data, piece, hidesReported ? hidden(piece, event, data) : [], to: &output)
            if piece.error != nil, isArray { end(&output) }
        }
        return piece
    }

    private func tell(_ event: ByteBuffer, _ data: Range<Int>?, _ piece: AnswerPiece) {
        // An object with nothing in it tells nothing.
        guard let data, let object = piece.object, object.count > 2 else { return }
        told = event.getSlice(at: event.readerIndex + data.lowerBound + object.lowerBound, length: object.count)
    }

    /// Writes the end of a stream with what the answer has cost.
    func writeEnd(cost: Cost, earlier: EarlierCost, into output: inout ByteBuffer) {
        var written: ByteBuffer? = output
        output = ByteBuffer()
        if let (event, data, piece) = held {
            let figures = figures(piece, event, data, cost: cost, earlier: earlier)
            if let whenWritten, let data, let object = piece.object {
                // What is hidden may stand beside it, too.
                let inside = figures.filter { object.contains($0.range.lowerBound) }
                let edits = edits(piece, inside, from: object.lowerBound)
                whenWritten(
                    event.withUnsafeReadableBytes { bytes in
                        let place = (data.lowerBound + object.lowerBound)..<(data.lowerBound + object.upperBound)
                        return edits.applied(to: UnsafeRawBufferPointer(rebasing: bytes[place]))
                    })
            }
            write(event, data, piece, figures, to: &written)
        }
        held = nil
        if saidDone { written?.writeStaticString("data: [DONE]\n\n") }
        if isArray { end(&written) }
        if let written { output = written }
    }

    private func end(_ output: inout ByteBuffer?) {
        isOver = true
        output?.writeStaticString("\r\n]")
    }

    /// The events by which a stream of Responses ends that broke off: an error, and the answer as it has failed.
    ///
    /// - Parameter base: where the caller reaches the gateway.
    func failure(_ error: ProviderError, base: String) -> [UInt8] {
        let event = ResponsesErrors.event(error, base: base, number: nextNumber)
        guard let told else { return event }
        return event
            + ResponsesErrors.failure(
                Array(told.readableBytesView), error, base: base, goingOnFrom: previousID, number: nextNumber + 1)
    }

    // MARK: Bytes

    private func figures(
        _ piece: AnswerPiece, _ event: ByteBuffer, _ data: Range<Int>?, cost: Cost, earlier: EarlierCost
    ) -> [ByteEdit] {
        if let data, let place = piece.place, !place.range.isEmpty {
            return event.withUnsafeReadableBytes { bytes in
                let text = UnsafeRawBufferPointer(rebasing: bytes[data])
                return [CostFields.edit(place, in: text, cost: cost, earlier: earlier)]
            }
        }
        return earlier.hidesReported ? hidden(piece, event, data) : []
    }

    private func hidden(_ piece: AnswerPiece, _ event: ByteBuffer, _ data: Range<Int>?) -> [ByteEdit] {
        guard let data else { return [] }
        return event.withUnsafeReadableBytes { bytes in
            let text = UnsafeRawBufferPointer(rebasing: bytes[data])
            if let place = piece.place, !place.range.isEmpty { return [CostFields.hidingEdit(place, in: text)] }
            // An error has its count elsewhere, and an answer may have one that is none.
            guard piece.error != nil || piece.object != nil else { return [] }
            return CostFields.hidingEdits(inAnswer: text).edits
        }
    }

    /// Of a text that begins at `start`: our figures, and what only we know that the request goes on from.
    private func edits(_ piece: AnswerPiece, _ figures: [ByteEdit], from start: Int = 0) -> ByteEdits {
        var edits = ByteEdits()
        for figure in figures { edits.add(figure.moved(by: -start)) }
        if let previousID, let place = piece.previousID {
            let id = JSONWriting.quoted(previousID)
            let text: [UInt8] =
                place.isEmpty ? Array("\"previous_response_id\":".utf8) + id + [UInt8(ascii: ",")] : id
            edits.add(ByteEdit(place, text).moved(by: -start))
        }
        return edits
    }

    private func write(
        _ event: ByteBuffer, _ data: Range<Int>?, _ piece: AnswerPiece, _ figures: [ByteEdit],
        to output: inout ByteBuffer?
    ) {
        if let number = piece.number { nextNumber = number + 1 }
        if isArray { output?.writeString(hasWritten ? ",\r\n" : "[\n") }
        hasWritten = true
        let edits = edits(piece, figures)
        event.withUnsafeReadableBytes { bytes in
            guard let data else {
                // On several lines, which are one text.
                if isArray, case .lines(let text) = SSE.data(of: bytes) {
                    output?.writeBytes(text)
                } else {
                    output?.writeBytes(bytes)
                }
                return
            }
            if !isArray { output?.writeBytes(bytes[..<data.lowerBound]) }
            edits.forEachPiece(of: UnsafeRawBufferPointer(rebasing: bytes[data])) { output?.writeBytes($0) }
            if !isArray { output?.writeBytes(bytes[data.upperBound...]) }
        }
    }

    // MARK: Whole answers

    func read(whole body: ByteBuffer) throws(JSONError) -> AnswerPiece {
        let reading: Result<AnswerPiece, JSONError> = body.withUnsafeReadableBytes { bytes in
            do throws(JSONError) {
                if isEmbeddings { return .success(try GeminiEmbeddingScan.read(whole: bytes)) }
                // Gemini counts for nobody here.
                if isCount {
                    try ResponsesTokenCount.check(bytes)
                    return .success(AnswerPiece())
                }
                return .success(
                    dialect == .gemini ? try GeminiScan.read(whole: bytes) : try ResponsesScan.read(whole: bytes))
            } catch { return .failure(error) }
        }
        whole = try reading.get()
        return whole
    }

    /// The whole answer as the caller gets it, where more than our figures is to be written into it or somebody keeps it.
    ///
    /// - Parameter figures: ours.
    func body(_ input: ByteBuffer, _ figures: ByteEdit?) -> [UInt8]? {
        guard whenWritten != nil || previousID != nil else { return nil }
        let edits = self.edits(whole, figures.map { [$0] } ?? [])
        let body = input.withUnsafeReadableBytes { edits.applied(to: $0) }
        whenWritten?(body)
        return body
    }
}
