import Foundation

extension Error {
    /// What the system says of a file: Foundation's errors are many lines of what a program may want to know.
    var reason: String {
        let code: Int32? =
            switch (self as? CocoaError)?.code {
            case .fileWriteNoPermission?, .fileReadNoPermission?: EACCES
            case .fileWriteOutOfSpace?: ENOSPC
            case .fileWriteVolumeReadOnly?: EROFS
            case .fileNoSuchFile?, .fileReadNoSuchFile?: ENOENT
            default: nil
            }
        return code.map { String(cString: strerror($0)) } ?? localizedDescription
    }
}
