import TuppenceCore

/// How pages are written. A change to anything here is another version.
enum PageFormat {
    ///
    /// - Version 1 knows no images, characters and seconds of sound. All else is as in 2.
    /// - Version 2 knows no arms of experiments.
    static let version: UInt8 = 3
    static let oldestVersion: UInt8 = 1
    /// The first version whose subjects end with an arm.
    static let armVersion: UInt8 = 3

    enum Record: UInt8 {
        case hold = 1
        case entry = 2
        case topUp = 3
    }

    /// The texts of a record, by what they are about.
    enum Field: Int {
        case key, provider, model, endpoint, customer, user, route, tags, arm, rateCard, note
    }
    static let fields = 11

    /// Beyond this many, further ones are written again rather than looked for.
    static let rememberedTexts = 64
    static let rememberedAccounts = 128

    /// More than the pieces of any record take, its texts and accounts aside.
    static let recordRoom = 512
    /// A place, and the distance between two windows.
    static let accountRoom = 32

    enum Flag {
        static let estimated: UInt8 = 1
        static let prepaid: UInt8 = 2
        /// The hold was in force until this entry.
        static let releases: UInt8 = 4
        static let reportedCost: UInt8 = 8
        static let firstContent: UInt8 = 16
    }

    static func code(of outcome: AttemptOutcome) -> UInt8 {
        switch outcome {
        case .completed: 0
        case .failed: 1
        case .truncated: 2
        case .aborted: 3
        case .expired: 4
        case .cached: 5
        case .overtaken: 6
        }
    }

    static func outcome(of code: UInt8) -> AttemptOutcome? {
        switch code {
        case 0: .completed
        case 1: .failed
        case 2: .truncated
        case 3: .aborted
        case 4: .expired
        case 5: .cached
        case 6: .overtaken
        default: nil
        }
    }

    /// The bit of a kind in the set of kinds that an entry has counts of.
    static func bit(of kind: UsageKind) -> UInt64 {
        switch kind {
        case .input: 0
        case .cachedInput: 1
        case .cacheWrite: 2
        case .cacheWriteLong: 3
        case .audioInput: 4
        case .output: 5
        case .reasoning: 6
        case .audioOutput: 7
        case .cachedAudioInput: 8
        case .imageInput: 9
        case .imageOutput: 10
        case .search: 11
        case .image: 12
        case .character: 13
        case .audioSecond: 14
        }
    }
}
