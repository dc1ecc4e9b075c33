import FluvioProtocol

// What can be created beside topics.
extension Admin {
    /// Registers an SPU that somebody runs.
    ///
    /// - Parameters:
    ///   - name: of its object.
    ///   - spec: its id, and where it listens.
    ///   - dryRun: only checks whether it would work.
    /// - Throws: ``FluvioError/Code/objectExists``, ``FluvioError/Code/objectInvalid``.
    public func registerSpu(_ name: String, _ spec: CustomSpuSpec, dryRun: Bool = false) async throws(FluvioError) {
        _ = try await create(name, spec, dryRun: dryRun)
    }

    /// Forgets an SPU that was registered with this id.
    ///
    /// - Throws: ``FluvioError/Code/objectNotFound``, ``FluvioError/Code/objectInvalid``.
    public func unregisterSpu(id: Int32) async throws(FluvioError) {
        try await delete(DeleteRequest<CustomSpuSpec>(key: .id(id)), name: "\(id)")
    }

    /// Creates an SPU group.
    ///
    /// - Throws: ``FluvioError/Code/objectExists``, ``FluvioError/Code/objectInvalid``.
    public func createSpuGroup(_ name: String, _ spec: SpuGroupSpec) async throws(FluvioError) {
        _ = try await create(name, spec)
    }

    /// Creates a SmartModule.
    ///
    /// - Returns: the name under which it is stored: that of its package, if it has one.
    /// - Throws: ``FluvioError/Code/objectExists``, ``FluvioError/Code/objectInvalid``.
    @discardableResult
    public func createSmartModule(_ name: String, _ spec: SmartModuleSpec) async throws(FluvioError) -> String {
        try await create(name, spec)
    }

    /// Creates a table format, under the name that it says itself.
    ///
    /// - Throws: ``FluvioError/Code/objectExists``, ``FluvioError/Code/objectInvalid``.
    public func createTableFormat(_ spec: TableFormatSpec) async throws(FluvioError) {
        _ = try await create(spec.name, spec)
    }

    /// Registers a remote cluster, whose topics this one mirrors, or connects to a home, which mirrors topics of this one.
    ///
    /// - Throws: ``FluvioError/Code/objectExists``, ``FluvioError/Code/objectInvalid``.
    public func createMirror(_ spec: MirrorSpec) async throws(FluvioError) {
        let name =
            switch spec {
            case .remote(let remote): remote.id
            case .home(let home): home.id
            }
        _ = try await create(name, spec)
    }
}
