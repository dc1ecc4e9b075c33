/// The statements by which sinks of one id divide partitions. Time is the server's alone.
enum ShareStatements {
    /// Says that this process lives: `$1` the id, `$2` the owner, `$3` seconds.
    static let join = """
        INSERT INTO fluvio_sink.members (sink_id,owner,lease_until) VALUES ($1,$2,clock_timestamp()+$3::float8*interval '1 s') \
        ON CONFLICT (sink_id,owner) DO UPDATE SET lease_until=EXCLUDED.lease_until
        """

    /// Forgets those who are gone.
    static let prune =
        "DELETE FROM fluvio_sink.members WHERE sink_id=$1 AND lease_until < clock_timestamp()-interval '1 h'"

    static let members =
        "SELECT owner FROM fluvio_sink.members WHERE sink_id=$1 AND lease_until > clock_timestamp() ORDER BY owner"

    /// Holds what this process has. A partition that is being written is locked, and its own transaction holds it.
    static let renew = """
        UPDATE fluvio_sink.offsets o SET lease_until=clock_timestamp()+$3::float8*interval '1 s' FROM \
        (SELECT topic,partition FROM fluvio_sink.offsets WHERE sink_id=$1 AND owner=$2 AND lease_until IS NOT NULL \
        FOR UPDATE SKIP LOCKED) l WHERE o.sink_id=$1 AND o.topic=l.topic AND o.partition=l.partition
        """

    /// Partitions that somebody has.
    static let taken =
        "SELECT topic,partition FROM fluvio_sink.offsets WHERE sink_id=$1 AND lease_until > clock_timestamp()"

    /// Gives one away: `$4` is the epoch under which it was held.
    static let release = """
        UPDATE fluvio_sink.offsets SET lease_until=NULL WHERE sink_id=$1 AND topic=$2 AND partition=$3::int \
        AND epoch=$4::bigint
        """

    /// Gives all away, at the end.
    static let releaseAll = "UPDATE fluvio_sink.offsets SET lease_until=NULL WHERE sink_id=$1 AND owner=$2"

    static let leave = "DELETE FROM fluvio_sink.members WHERE sink_id=$1 AND owner=$2"
}
