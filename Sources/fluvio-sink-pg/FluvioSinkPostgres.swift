import ToolSupport

/// The tool: its commands, and what its manual says of it as a whole.
let fluvioSinkPostgres = Tool(
    "fluvio-sink-pg", "write the records of Fluvio topics into PostgreSQL, each exactly once",
    manual: Manual(
        description: """
            `fluvio-sink-pg` takes in the records of topics as rows of PostgreSQL tables, by COPY, in the order of the log. How \
            far it is stands in the same database, in the schema `fluvio_sink`, and moves in the transactions that bring the \
            rows: whatever is killed at whatever moment, every record is a row once. A record that is no row goes to the table \
            `fluvio_sink.dead`, also once, and holds up nobody.

            The last operand is the database if it holds `=` or `://`: a connection string or URI of libpq. Without one, \
            libpq's defaults, `PG*` variables, service files and the password file say where it is; TLS is theirs as well.
            """,
        exitStatus: [
            Manual.Entry("4", "Some records are no rows: they are in `fluvio_sink.dead`."),
            Manual.Entry("5", "Another process has the id, or has taken it over."),
        ],
        signals: """
            `run` stops reading, commits what it has read, for at most `--grace`, and dies by the signal. What is not \
            committed then is read again the next time.
            """,
        environment: Manual.Entry.clusterEnvironment + [
            Manual.Entry("PGHOST, PGDATABASE, …", "All that libpq knows.")
        ],
        files: [
            Manual.Entry("~/.fluvio/config", "Profiles: which clusters there are, and which is the current one."),
            Manual.Entry("~/.pgpass, ~/.pg_service.conf", "Passwords and services of libpq."),
        ],
        seeAlso: ["fluvio-admin(1)", "fluvio-cat(1)", "psql(1)"]),
    standard: "run",
    [
        run, check, infer, initialize, status,
        Command(group: "dead", "Show dead letters, and make rows of them.", [deadList, deadRetry, deadExport]),
    ])

private let check = Command(
    "check", "Show what `run` would do with the same options.", RunOptions.self,
    manual: """
        Looks at topics and tables, and prints which column is filled from what, and where the sink goes on. Writes nothing \
        (but the tables that `--create` makes).
        """
) { options, context in try await CheckCommand(options: options, context: context).run() }

private let infer = Command(
    "infer", "Print a mapping that fits the records of a topic.", InferOptions.self,
    manual: """
        Looks at records, and prints a mapping for `--mapping` with the types that hold all values of each member as they are; \
        or, with `--sql`, a table. A member that every record has, and none as null, is required, and its column NOT NULL: \
        have a look at these first, as one record that lacks it later is a dead letter.
        """,
    examples: [
        Example(
            "fluvio-sink-pg infer events >mapping.json && fluvio-sink-pg -e --create --mapping mapping.json events",
            "Makes a typed table for a topic, and fills it.")
    ]
) { options, context in try await options.run(context) }

private let initialize = Command(
    "init", "Make the schema `fluvio_sink`, in which sinks keep where they are.", InitOptions.self,
    manual: """
        `run` makes it as well, where its role may. With `--role`, prints what another role must be granted to run the sink.
        """,
    examples: [
        Example(
            "fluvio-sink-pg init --role postgres --table public.logs postgresql:///",
            "Makes the schema, and prints the GRANTs.")
    ]
) { options, context in try await options.run(context) }

private let status = Command(
    "status", "Show how far the sinks of a database are, one JSON object a line.", StatusOptions.self
) { options, context in try await options.run(context) }

private let deadList = Command(
    "list", "Show dead letters, one JSON object a line.", DeadListOptions.self
) { options, context in try await options.run(context) }

private let deadRetry = Command(
    "retry", "Make rows of dead letters, as tables and mapping are now.", DeadRetryOptions.self,
    manual: """
        Takes the records again, one after the other, each in a transaction that marks the letter as it brings the row. What \
        still is no row stays, and the exit status is 4. With upsert, a row that a later record has made is replaced by \
        that of the older one: look first whether there is one.
        """
) { options, context in try await options.run(context) }

private let deadExport = Command(
    "export", "Write the records of dead letters as `fluvio-cat produce -J` reads them.", DeadExportOptions.self
) { options, context in try await options.run(context) }

private let run = Command(
    "run", "Write the records of topics into tables, and go on as new ones come.", RunOptions.self,
    manual: """
        Takes in the records of every TOPIC as rows. Without `--table` each topic goes to the table of its name.
        """,
    examples: [
        Example(
            "fluvio-sink-pg -e --create events postgresql:///",
            "Makes a table `events` that holds whole records, and fills it with those there are."),
        Example(
            """
            cat >mapping.json <<'END'
            {"columns": {
              "id": {"type": "bigint", "key": true},
              "name": {"path": "/user/name", "type": "text", "default": "nobody"},
              "at": {"from": "timestamp", "type": "timestamptz"}}}
            END
            fluvio-sink-pg -e --create --mapping mapping.json --table public.people events
            """,
            "Takes members of JSON values into typed columns of a table that is made for them."),
        Example(
            """
            cat >users.json <<'END'
            {"mode": "upsert", "columns": {
              "id": {"from": "key", "type": "text", "key": true}, "name": {"type": "text"}}}
            END
            fluvio-sink-pg -e --create --mapping users.json users
            """,
            "Keeps the last record of every key as a row; an empty value deletes it."),
        Example(
            "psql -qc 'CREATE TABLE events (id bigint, \"user\" jsonb)' && fluvio-sink-pg --dry-run events",
            "Tries whether all records would be rows, and writes nothing."),
    ]
) { options, context in try await RunCommand(options: options, context: context).run() }
