import TuppenceCore

/// Parameters laid out as libpq takes them.
struct PostgresParameters {
    private enum Place {
        case null
        case stored(Range<Int>)
        case elsewhere(UnsafeRawBufferPointer)
    }

    private var storage: [UInt8] = []
    private var places: [Place] = []

    init(_ values: [PostgresValue]) {
        places.reserveCapacity(values.count)
        for value in values {
            switch value {
            case .null: places.append(.null)
            case .int(let value): store(value.bigEndian)
            case .double(let value): store(value.bitPattern.bigEndian)
            case .bool(let value): store(UInt8(value ? 1 : 0))
            case .text(let text): store(text.utf8)
            case .bytes(let bytes): store(bytes)
            case .buffer(let buffer): places.append(.elsewhere(buffer))
            }
        }
    }

    private mutating func store(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number) { store($0) }
    }

    private mutating func store(_ bytes: some Collection<UInt8>) {
        let start = storage.count
        storage.append(contentsOf: bytes)
        places.append(.stored(start..<storage.count))
    }

    /// Calls `body` with their count, values, lengths and formats.
    func use(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) throws(StoreError) -> Void
    ) throws(StoreError) {
        // An empty value is no null: its pointer has to be some.
        let stored = storage + [0]
        let result: Result<Void, StoreError> = stored.withUnsafeBytes { stored in
            var values: [UnsafePointer<CChar>?] = []
            var lengths: [Int32] = []
            for place in places {
                let (pointer, count): (UnsafeRawPointer?, Int) =
                    switch place {
                    case .null: (nil, 0)
                    case .stored(let range): (stored.baseAddress! + range.lowerBound, range.count)
                    case .elsewhere(let buffer): (buffer.baseAddress ?? stored.baseAddress, buffer.count)
                    }
                values.append(pointer?.assumingMemoryBound(to: CChar.self))
                lengths.append(Int32(count))
            }
            let formats = [Int32](repeating: 1, count: places.count)
            do throws(StoreError) {
                return .success(try body(Int32(places.count), values, lengths, formats))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
