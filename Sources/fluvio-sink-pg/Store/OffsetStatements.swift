import FluvioClient

/// The statements that keep the offsets: made as texts, so that one round trip carries several.
struct OffsetStatements: Sendable {
    /// The sink's name.
    let id: String
    /// For how many seconds a partition is held after each commit; nil: until somebody takes it over.
    var leaseSeconds: String?

    private var lease: String { leaseSeconds.map { ",lease_until=clock_timestamp()+\($0)*interval '1 s'" } ?? "" }

    private var sink: String { Identifier.literal(id) }

    /// Counts the partitions of the batch that are still ours and where we think they are; locks them first, and does
    /// not wait: whoever is not the owner any more finds out at once.
    func fence(_ lanes: [Lane], _ advances: [LaneAdvance]) -> String {
        let keys = advances.map { advance in
            let lane = lanes[advance.lane]
            return "(\(Identifier.literal(lane.topic)),\(lane.partition),\(lane.epoch),\(advance.from))"
        }
        return """
            SELECT count(*) FROM (SELECT 1 FROM fluvio_sink.offsets WHERE sink_id=\(sink) AND \
            (topic,partition,epoch,next_offset) IN (\(keys.joined(separator: ","))) \
            ORDER BY topic,partition FOR UPDATE\(leaseSeconds == nil ? " NOWAIT" : "")) locked
            """
    }

    /// Moves the partitions forward. If one of them is not where it should be, it fails with a division by zero, and the
    /// COMMIT of the same text does not run.
    func advance(_ lanes: [Lane], _ advances: [LaneAdvance]) -> String {
        let rows = advances.map { advance in
            let lane = lanes[advance.lane]
            // The first row gives the types; the others may be bare.
            let time = advance.lastTimestamp.map { "to_timestamp(\($0)/1000.0)" } ?? "NULL::timestamptz"
            let checksum = advance.lastChecksum.map { "\($0)::bigint" } ?? "NULL::bigint"
            return """
                (\(Identifier.literal(lane.topic)),\(lane.partition),\(lane.epoch)::bigint,\(advance.from)::bigint,\
                \(advance.to)::bigint,\(time),\(checksum),\(advance.records)::bigint,\(advance.dead)::bigint)
                """
        }
        return """
            WITH v(topic,partition,epoch,old,new,ts,crc,n,dead) AS (VALUES \(rows.joined(separator: ","))), \
            u AS (UPDATE fluvio_sink.offsets o SET next_offset=v.new,last_ts=v.ts,last_crc=v.crc,\
            records=o.records+v.n,dead=o.dead+v.dead,updated_at=clock_timestamp()\(lease) FROM v WHERE o.sink_id=\(sink) \
            AND o.topic=v.topic AND o.partition=v.partition AND o.epoch=v.epoch AND o.next_offset=v.old RETURNING 1) \
            SELECT 1/(count(*)=\(advances.count))::int FROM u
            """
    }

    /// Writes down how far producers are, so that what stands in the log twice is known after a start, too; nil if
    /// nobody numbers what is in the batch.
    func producers(_ lanes: [Lane], _ advances: [LaneAdvance]) -> String? {
        var rows: [String] = []
        for advance in advances {
            let lane = lanes[advance.lane]
            for producer in advance.seen {
                rows.append(
                    """
                    (\(sink),\(Identifier.literal(lane.topic)),\(lane.partition),\(producer.producerID),\
                    \(producer.epoch),\(producer.sequence),clock_timestamp())
                    """)
            }
        }
        guard !rows.isEmpty else { return nil }
        return """
            INSERT INTO fluvio_sink.producers \
            (sink_id,topic,partition,producer_id,epoch,last_sequence,seen_at) VALUES \(rows.joined(separator: ",")) \
            ON CONFLICT (sink_id,topic,partition,producer_id) DO UPDATE SET epoch=EXCLUDED.epoch,\
            last_sequence=EXCLUDED.last_sequence,seen_at=EXCLUDED.seen_at
            """
    }

    /// Takes a partition over, unless somebody holds it by a lease: raises the epoch. Waits for a transaction of the last
    /// owner, and so reads what it left.
    static let takeOver = """
        UPDATE fluvio_sink.offsets SET epoch=epoch+1,owner=$4,lease_until=clock_timestamp()+$5::float8*interval '1 s' \
        WHERE sink_id=$1 AND topic=$2 AND partition=$3::int \
        AND (lease_until IS NULL OR lease_until < clock_timestamp() OR owner=$4) \
        RETURNING epoch,next_offset,(extract(epoch FROM last_ts)*1000)::bigint,last_crc,mapping_hash
        """

    /// The same where the partition is still ours: after a lost connection.
    static let renew = """
        UPDATE fluvio_sink.offsets SET epoch=epoch+1,lease_until=clock_timestamp()+$6::float8*interval '1 s' WHERE sink_id=$1 AND topic=$2 AND partition=$3::int \
        AND epoch=$4::bigint AND owner=$5 RETURNING epoch,next_offset
        """

    static let begin = """
        INSERT INTO fluvio_sink.offsets (sink_id,topic,partition,next_offset,mapping_hash,owner) \
        VALUES ($1,$2,$3::int,$4::bigint,$5,$6) ON CONFLICT DO NOTHING
        """

    static let read = """
        SELECT epoch,next_offset,owner FROM fluvio_sink.offsets WHERE sink_id=$1 AND topic=$2 AND partition=$3::int
        """

    static let seen = """
        SELECT producer_id,epoch,last_sequence FROM fluvio_sink.producers WHERE sink_id=$1 AND topic=$2 \
        AND partition=$3::int ORDER BY seen_at
        """

    static let prune = "DELETE FROM fluvio_sink.producers WHERE sink_id=$1 AND seen_at < now() - interval '30 days'"

    static let dead = """
        INSERT INTO fluvio_sink.dead (sink_id,topic,partition,"offset",ts,key,value,sqlstate,message,detail,context,\
        column_name,constraint_name,epoch) VALUES ($1,$2,$3::int,$4::bigint,to_timestamp($5::bigint/1000.0),$6::bytea,\
        $7::bytea,$8,$9,$10,$11,$12,$13,$14::bigint) ON CONFLICT DO NOTHING
        """

    /// A lock for as long as the session lives: a courtesy, so that a second sink of the same name says so at once.
    static let lock = "SELECT pg_try_advisory_lock(hashtextextended('fluvio-sink/'||$1||'/'||$2||'/'||$3,0))"

    /// The same for those who share an id: beside each other, but not beside one who does not share.
    static let sharedLock =
        "SELECT pg_try_advisory_lock_shared(hashtextextended('fluvio-sink/'||$1||'/'||$2||'/'||$3,0))"

    /// Who holds it; whoever does not share comes first.
    static let holder = """
        SELECT a.pid, coalesce(a.client_addr::text, 'this machine'), o.owner, l.mode='ShareLock' FROM pg_locks l \
        JOIN pg_stat_activity a USING (pid) LEFT JOIN fluvio_sink.offsets o ON o.sink_id=$1 AND o.topic=$2 \
        AND o.partition=$3::int WHERE l.locktype='advisory' AND l.granted AND l.objsubid=1 AND \
        ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended('fluvio-sink/'||$1||'/'||$2||'/'||$3,0) ORDER BY l.mode LIMIT 1
        """
}
