import Foundation
import TuppenceCore

/// Everything that the operator decides, checked and resolved.
public struct Configuration: Sendable {
    public var server: ServerSettings
    public var store: StoreSettings
    /// The file that takes what budgets allow while the store cannot be written: the one that is named, or the usual one where a budget
    /// of the file allows something. Nil where there is none.
    public var emergencyJournal: String?
    public var providers: [ProviderSettings]
    public var keys: [KeySettings]
    public var policy: Policy
    /// nil where nothing is cached.
    public var cache: CachePolicy?
    public var loops: LoopRules
    public var notifications: NotificationSettings
    public var telemetry: TelemetryChoice
    /// Prices that are not in force yet, in the order of their times.
    public internal(set) var priceChanges: [PriceChange] = []
    /// What its providers have offered once and no longer do: priced, and not listed.
    public internal(set) var formerTargets: Set<Target> = []
    /// Why providers are not there whose variables are set in the environment.
    public internal(set) var environmentTroubles: [String] = []
    /// Where `server.tls` stands in the file.
    public internal(set) var tlsPlace: FilePlace?
    /// Where the budgets of the file are named in it.
    public internal(set) var budgetPlaces: [String: FilePlace] = [:]
    var zones: TimeZoneDatabase

    public init(
        server: ServerSettings = ServerSettings(), store: StoreSettings = .standard, emergencyJournal: String? = nil,
        providers: [ProviderSettings],
        keys: [KeySettings] = [], policy: Policy, cache: CachePolicy? = .onRequest, loops: LoopRules = LoopRules(),
        notifications: NotificationSettings = NotificationSettings(), telemetry: TelemetryChoice = .unsaid
    ) {
        self.server = server
        self.store = store
        self.emergencyJournal = emergencyJournal
        self.providers = providers
        self.keys = keys
        self.policy = policy
        self.cache = cache
        self.loops = loops
        self.notifications = notifications
        self.telemetry = telemetry
        zones = TimeZoneDatabase(environment: [:])
    }

    /// Reads the file at `path`; `environment` is where `${VAR}` and the providers' keys come from.
    ///
    /// - Parameter needsSecrets: whether secrets whose variables are not set are a mistake. Who sends nothing, and only needs to know
    ///   where the store is and what things are called, can do without.
    public static func load(
        path: String, environment: [String: String], needsSecrets: Bool = true
    ) throws(ConfigurationError) -> Configuration {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            let problem = Problem(
                file: path, message: "this is a folder.", remedy: "Name a file in it, such as \(path)/tuppence.yaml.")
            throw ConfigurationError(problems: [problem])
        }
        guard let bytes = contents(of: path) else {
            let problem = Problem(
                file: path, message: "there is no such file, or it may not be read.",
                remedy: "Write one with: tuppence init")
            throw ConfigurationError(problems: [problem])
        }
        guard let yaml = String(validating: bytes, as: UTF8.self) else {
            let problem = Problem(file: path, message: "this is no UTF-8 text.", remedy: "Save it as UTF-8.")
            throw ConfigurationError(problems: [problem])
        }
        return try parse(
            yaml, file: path, environment: environment, updates: PriceUpdates(besides: path),
            zones: TimeZoneDatabase(environment: environment), needsSecrets: needsSecrets)
    }

    /// - Returns: nil where it may not be read.
    private static func contents(of path: String) -> Data? {
        if let bytes = FileManager.default.contents(atPath: path) { return bytes }
        // A pipe, as a shell's <(…) is one, is of no size that could be gone by.
        guard let pipe = FileHandle(forReadingAtPath: path) else { return nil }
        do { return try pipe.readToEnd() ?? Data() } catch { return nil }
    }

    /// Reads the text of a file; `file` is what problems call it. An empty one is as good as none.
    public static func parse(
        _ yaml: String, file: String, environment: [String: String], updates: PriceUpdates? = nil
    ) throws(ConfigurationError) -> Configuration {
        let zones = TimeZoneDatabase(environment: environment)
        return try parse(yaml, file: file, environment: environment, updates: updates, zones: zones)
    }

    static func parse(
        _ yaml: String, file: String, environment: [String: String], updates: PriceUpdates? = nil,
        zones: TimeZoneDatabase, needsSecrets: Bool = true
    ) throws(ConfigurationError) -> Configuration {
        let reader = YAMLReader(yaml, file: file, environment: environment, needsSecrets: needsSecrets)
        let configuration = reader.root().flatMap {
            Configuration($0, environment: environment, updates: updates, zones: zones)
        }
        guard reader.problems.isEmpty else { throw ConfigurationError(problems: reader.problems) }
        return configuration ?? fromEnvironment(environment, updates: updates)
    }

    /// Without a file: the providers whose keys are in the environment, and the defaults for all else.
    public static func fromEnvironment(
        _ environment: [String: String], updates: PriceUpdates? = nil
    ) -> Configuration {
        let found = EnvironmentProviders(environment)
        let providers = found.settings
        let names = providers.map(\.id)
        let prices = PricesSection(catalogueOf: names, updates: updates)
        var configuration = Configuration(
            providers: providers,
            policy: Policy(
                routes: [:], providers: Set(names), prices: prices.book, onDisconnect: providers.onDisconnect,
                leastOutputLimits: providers.leastOutputLimits, yielding: providers.yielding))
        configuration.zones = TimeZoneDatabase(environment: environment)
        configuration.formerTargets = prices.former
        configuration.environmentTroubles = found.troubles.sorted { $0.key < $1.key }.map(\.value)
        return configuration
    }
}

extension Configuration {
    private static let sections = [
        "server", "store", "providers", "prices", "unpriced", "routes", "keys", "customers", "budgets", "cache",
        "loops", "notifications", "telemetry", "defaults",
    ]

    /// Reads the sections in the order in which one needs another. What is wrong with them the reader has collected.
    private init?(
        _ root: YAMLCursor, environment: [String: String], updates: PriceUpdates?, zones: TimeZoneDatabase
    ) {
        guard !root.isNull, let top = root.fields(of: "the top level", Self.sections) else { return nil }
        server = ServerSettings(top["server"])
        tlsPlace = top["server"]?.field("tls").map { FilePlace(line: $0.line, column: $0.column) }
        let stored = StoreSection(top["store"])
        store = stored.settings
        let providers = ProvidersSection(
            top["providers"], in: root, server: server, environment: environment)
        let prices = PricesSection(top["prices"], providers: providers, updates: updates)
        let unpriced = top["unpriced"]?.choice("answer to 'unpriced'", ["allow", "refuse"]) == "allow"
        let targets = TargetResolver(providers: providers, prices: prices.book, allowsUnpriced: unpriced)
        var routes = RoutesSection(top["routes"], targets: targets)
        let standard = LoopLimits()
        let limits = top["loops"].map { $0.loopLimits(of: "'loops'", standard: standard) } ?? standard
        let keys = KeysSection(
            top["keys"], routes: routes, targets: targets, server: server, loops: limits ?? standard)
        routes.readExperiments(targets: targets, keys: keys)
        let customers = CustomersSection(top["customers"])
        let scopes = BudgetScopes(keys: keys, routes: routes, targets: targets)
        let budgets = BudgetsSection(
            top["budgets"],
            // The first that allows something is what has one be used that nobody names.
            BudgetReader(scopes: scopes, zones: zones, hasEmergencyJournal: true))
        budgetPlaces = budgets.places
        self.zones = zones
        priceChanges = prices.changes
        formerTargets = prices.former
        environmentTroubles = providers.troubles

        cache = CacheSection(top["cache"], routes: routes, keys: keys).policy
        self.providers = providers.settings
        self.keys = keys.settings
        loops = LoopRules(standard: limits, keys: keys.loops)
        notifications = NotificationSettings(top["notifications"])
        telemetry = TelemetryChoice(top["telemetry"])
        policy = Policy(
            routes: routes.routes, providers: providers.inForce, prices: prices.book,
            budgets: budgets.rules.isEmpty && providers.isSandbox ? [SandboxDefaults.budget] : budgets.rules,
            defaults: Policy.Defaults(top["defaults"], server: server),
            allowsUnpriced: unpriced,
            customers: customers.customers, usualServices: providers.usualServices,
            onDisconnect: providers.onDisconnect, limits: providers.settings.limits,
            leastOutputLimits: providers.settings.leastOutputLimits,
            allowsUnpricedOf: providers.settings.allowsUnpriced, yielding: providers.settings.yielding)
        let allows = policy.budgets.contains { $0.allowance != nil }
        emergencyJournal = stored.emergencyJournal ?? (allows ? usualEmergencyJournal : nil)
    }
}

extension Policy.Defaults {
    /// Reads `defaults: { max_output_tokens: 4096 }`; the times are those of `server`.
    fileprivate init(_ section: YAMLCursor?, server: ServerSettings) {
        self.init()
        requestTimeout = server.requestTimeout
        idleTimeout = server.idleTimeout
        lateUsage = server.lateUsage
        holdGrace = server.holdGrace
        queue = server.queue
        let fields = section?.fields(of: "'defaults'", ["max_output_tokens"])
        maxOutputTokens = fields?["max_output_tokens"]?.integer(in: 1...Int.max) ?? maxOutputTokens
    }
}
