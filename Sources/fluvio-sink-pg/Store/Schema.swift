/// The tables in which a sink keeps where it is, beside the rows it writes.
enum Schema {
    static let name = "fluvio_sink"

    /// Makes what is missing. Run in one transaction.
    static let statements = [
        "CREATE SCHEMA IF NOT EXISTS fluvio_sink",
        """
        CREATE TABLE IF NOT EXISTS fluvio_sink.offsets (
          sink_id      text   NOT NULL,
          topic        text   NOT NULL,
          partition    int    NOT NULL,
          next_offset  bigint NOT NULL CHECK (next_offset >= 0),
          epoch        bigint NOT NULL DEFAULT 0,
          last_ts      timestamptz,
          last_crc     bigint,
          mapping_hash text   NOT NULL,
          owner        text   NOT NULL,
          lease_until  timestamptz,
          records      bigint NOT NULL DEFAULT 0,
          dead         bigint NOT NULL DEFAULT 0,
          updated_at   timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (sink_id, topic, partition)
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)
        """,
        """
        CREATE TABLE IF NOT EXISTS fluvio_sink.producers (
          sink_id       text   NOT NULL,
          topic         text   NOT NULL,
          partition     int    NOT NULL,
          producer_id   bigint NOT NULL,
          epoch         int    NOT NULL,
          last_sequence int    NOT NULL,
          seen_at       timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (sink_id, topic, partition, producer_id)
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)
        """,
        """
        CREATE TABLE IF NOT EXISTS fluvio_sink.dead (
          sink_id text NOT NULL, topic text NOT NULL, partition int NOT NULL, "offset" bigint NOT NULL,
          ts timestamptz, key bytea, value bytea NOT NULL,
          sqlstate text, message text, detail text, context text, column_name text, constraint_name text,
          epoch bigint, failed_at timestamptz NOT NULL DEFAULT now(), retried_at timestamptz,
          PRIMARY KEY (sink_id, topic, partition, "offset"))
        """,
        """
        CREATE TABLE IF NOT EXISTS fluvio_sink.members (
          sink_id text NOT NULL, owner text NOT NULL, lease_until timestamptz NOT NULL, PRIMARY KEY (sink_id, owner))
        """,
    ]

    /// Whether all of it is there.
    static func isThere(_ connection: borrowing Connection) throws(DatabaseError) -> Bool {
        try connection.execute(check).truth(0, 0)
    }

    /// What a role needs that is not the owner.
    ///
    /// - Parameter database: where it may make tables for as long as a session lasts; nil: it is not said.
    static func grants(to role: String, tables: [TableName], database: String?) -> [String] {
        let role = Identifier.quote(role)
        let schemas = Set(tables.compactMap(\.schema)).sorted()
        return [
            "GRANT USAGE ON SCHEMA fluvio_sink TO \(role)",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA fluvio_sink TO \(role)",
        ] + schemas.map { "GRANT USAGE ON SCHEMA \(Identifier.quote($0)) TO \(role)" }
            + tables.map { "GRANT SELECT, INSERT, UPDATE, DELETE ON \($0.quoted) TO \(role)" }
            + (database.map { ["GRANT TEMPORARY ON DATABASE \(Identifier.quote($0)) TO \(role)"] } ?? [])
    }

    /// Whether all of it is there, and the role may use it.
    static let check = """
        SELECT bool_and(to_regclass('fluvio_sink.' || t) IS NOT NULL) \
        FROM unnest(ARRAY['offsets','producers','dead','members']) t
        """
}
