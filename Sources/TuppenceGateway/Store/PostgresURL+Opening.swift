import TuppenceConfiguration
import TuppenceCore
import TuppenceStore

#if POSTGRES
    import TuppencePostgres

    extension PostgresURL {
        func open(patience: Double, readsOn: Bool) throws -> any Store {
            try PostgresStore(url: text, patience: max(1, patience), readsOn: readsOn)
        }
        func look() throws -> StoreLook { try PostgresStore.look(at: text) }
        func conditions() throws -> [StoreCondition] { try PostgresConditions.look(at: text) }
    }
#else
    /// Of a build without libpq.
    extension PostgresURL {
        func open(patience: Double, readsOn: Bool) throws -> any Store { throw unavailable }
        func look() throws -> StoreLook { throw unavailable }
        func conditions() throws -> [StoreCondition] { throw unavailable }

        private var unavailable: Failure {
            Failure(
                "\(self) can't be opened: this binary was built without PostgreSQL. Use one that scripts/build makes without --static."
            )
        }
    }
#endif
