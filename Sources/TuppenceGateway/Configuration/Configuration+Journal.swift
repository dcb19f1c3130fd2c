import TuppenceConfiguration
import TuppenceEmergency

extension Configuration {
    /// The emergency journal that a gateway opens. The usual one is opened for what is left in it, too, where no budget allows anything
    /// any more: what was spent in an outage has to get into the ledger.
    package var openedJournal: String? {
        if let emergencyJournal { return emergencyJournal }
        return EmergencyFile.waitingBytes(at: usualEmergencyJournal) > 0 ? usualEmergencyJournal : nil
    }
}
