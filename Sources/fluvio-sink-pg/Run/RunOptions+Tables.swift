import ToolSupport

/// Which tables, and how they are filled.
extension RunOptions {
    static func declareTables(_ table: inout OptionTable<Self>) {
        table.group("Tables")
        table.value(
            "-t", "--table", to: \.table, as: .text("TABLE"), fallback: "{topic}", help: "Write to this table",
            manual:
                "Write to this table: `TABLE` or `SCHEMA.TABLE`, quoted with `\"` where a name holds a dot. `{topic}` "
                + "stands for the topic's name. Names are taken as they are, and those of more than 63 bytes are refused, "
                + "as PostgreSQL would cut them.")
        table.value(
            "--route", to: \.route, as: .text("POINTER"), help: "Take the table's name from the record",
            manual:
                "Take the table's name from this place of the JSON value, a pointer such as `/type`. Only tables that "
                + "`--tables` lists are written to; a record that names another is a bad one.")
        table.list("--tables", to: \.routeTables, as: .table, help: "A table that --route may name")
        table.value(
            "-m", "--mapping", to: \.mapping, as: .file, help: "Fill columns as this file says",
            manual:
                "Fill columns as this JSON file says: `{\"mode\": MODE, \"columns\": {NAME: {…}}}`. A column has one of "
                + "`path` (a JSON pointer such as `/user/id`; the empty one is the whole value), `dotted` (`user.id`, "
                + "`items[0]`) or `from` (`key`, `value`, `topic`, `partition`, `offset`, `timestamp`), else the member of "
                + "its own name; and perhaps `type` (for `--create`), `default` (where the record has nothing), `required`, "
                + "`key` (for `--mode upsert`), `unit` (`s`, `ms`, `us`, `ns`: what a number that is a time counts) and "
                + "`encoding` (`base64`, `hex`: how bytes are written). Anything else is refused. Without a mapping, a "
                + "table with the columns topic, partition, offset, timestamp, key and value takes whole records, and "
                + "every other table the members that are named as its columns are.")
        table.value(
            "--select", to: \.select, as: .text("EXPRESSIONS"),
            help: "Make the table's columns of the mapping's, in SQL",
            manual:
                "Make the table's columns of the mapping's, in SQL: what stands behind SELECT, as in `id, lower(name) AS "
                + "name, at::date AS day`. The columns of the mapping are then those of a temporary table, and take their "
                + "types from the mapping, or from the table's column of the same name. Keys must pass unchanged.")
        table.value(
            "--mode", to: \.mode, as: .choice("MODE"), fallback: "append, or the mapping's",
            help: "Append, upsert or insert-ignore",
            manual:
                "`append`: every record is a row. `upsert`: the last record of a key is the row, and one with an empty "
                + "value deletes it. `insert-ignore`: the first record of a key is the row. Keys are the columns that the "
                + "mapping marks, or the primary key; the table must have a unique index of just these.")
        table.flag(
            "--partial", to: \.isPartial, help: "Leave columns as they are where records lack them",
            manual:
                "With `--mode upsert`: records hold only what changes. A column whose member a record lacks stays as it is, "
                + "or takes its default where the row is new; `null` is a value. Several records of a key add up, in their "
                + "order. The mapping can say so as well: `\"partial\": true`.")
        table.flag(
            "--create", to: \.creates, help: "Make the table if it is missing",
            manual: "Make the table if it is missing: by the mapping, whose columns then need types; without one, with "
                + "the columns topic, partition, offset, timestamp, key and value (jsonb).")
        table.flag(
            "--evolve", to: \.evolves, help: "Add columns that the table lacks",
            manual:
                "Add the columns to the table that the mapping has and the table has not, at the start. They need a `type` "
                + "and can be null; nothing else of a table is changed. Rows that are there have NULL in them. Without a "
                + "mapping, the members that the last thousand records of each partition have get columns of types that "
                + "hold them, unless the table takes whole records. The sink goes on where it was "
                + "(`--accept-mapping`).")
        table.value(
            "--format", to: \.format, as: .choice("FORM"), help: "Send rows as text or in binary",
            manual:
                "`auto` sends rows in binary if values of all columns can be made here, else as text, which the server "
                + "reads.")
        table.flag(
            "--assume-utc", to: \.assumesUTC, help: "Take times without a zone for UTC",
            manual:
                "Take times without a zone for UTC. Without it they are bad records in a column that is timestamptz.")
    }
}
