import ToolSupport

/// Options that people have in their fingers from kcat, and what is here in their place.
enum Foreign {
    static func declare<Options: CommandOptions>(_ table: inout OptionTable<Options>) {
        table.foreign("-b", hint: "-c HOST:PORT names the cluster, or -P a profile")
        table.foreign("-C", hint: "'fluvio-cat consume TOPIC' reads, 'fluvio-cat produce TOPIC' writes")
        table.foreign("-L", hint: "'fluvio-admin topic list' and 'fluvio-admin partition list' show what there is")
        table.foreign("-Q", hint: "'fluvio-admin offset get' finds offsets, by time too")
        table.foreign("-X", hint: "there are options for what librdkafka is told so: see --help")
    }
}
