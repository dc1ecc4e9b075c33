package import FluvioClient

// The client library advises in terms of its own settings; who uses a tool knows them as options.
extension FluvioError {
    /// What sets the same in a tool. A name that begins as another one does comes before it.
    private static let options = [
        (setting: "ProducerSettings.batchSize", option: "--batch-size"),
        (setting: "ChunkReader.skipsCorrupt", option: "--on-corrupt skip"),
        (setting: "ConsumerSettings.maximumDecompressed", option: "--max-decompressed"),
        (setting: "TLSSettings.authority", option: "--ca-cert"),
        (setting: "TLSSettings.domain", option: "--domain"),
        (setting: "TLSSettings.certificate and key", option: "--client-cert and --client-key"),
        (setting: "TLSSettings", option: "--tls"),
    ]

    /// The same error with options in the place of settings.
    ///
    /// - Parameter names: the options that there are; what is said of others is left out. Nil: all.
    package func naming(_ names: Set<String>? = nil) -> FluvioError {
        guard let advice else { return self }
        let parts = advice.split(separator: ", ").compactMap { part -> String? in
            guard let (setting, option) = Self.options.first(where: { part.contains($0.setting) }) else {
                return String(part)
            }
            if let names, let name = option.split(separator: " ").first, !names.contains(String(name)) { return nil }
            return String(part.replacing(setting, with: option))
        }
        return FluvioError(
            code, message, at: place, advice: parts.isEmpty ? nil : parts.joined(separator: ", "),
            underlying: underlying)
    }
}
