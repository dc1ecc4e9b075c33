extension Manual.Entry {
    /// What every tool that talks to a cluster reads of its environment, beside its options.
    package static let clusterEnvironment = [
        Manual.Entry("FLV_PROFILE_PATH", "The file of profiles, in place of `~/.fluvio/config`."),
        Manual.Entry(
            "FLUVIO_WS_TOKEN",
            "What a `ws://` or `wss://` endpoint is told of who asks, in place of `ws_token` in the profile. It is no "
                + "option: others would see it."),
        Manual.Entry(
            "http_proxy, https_proxy, no_proxy",
            "The HTTP proxy that connects with a `ws://` or `wss://` endpoint, as `http://[USER:PASSWORD@]HOST[:PORT]`, "
                + "and the names, separated by commas, that are reached without; `*` is all."),
    ]
}
