/// What helps where the configuration is at fault.
enum Advice {
    static func text(for error: DatabaseError, _ id: String) -> String {
        let isOurs = error.message.contains("fluvio_sink")
        let advice: String? =
            switch error.state.code {
            case "42501": "'fluvio-sink-pg init --role ROLE --table TABLE' prints what the role is to be granted"
            case "42P01" where isOurs, "3F000" where isOurs: "no sink has written into this database yet"
            case "3F000": "'CREATE SCHEMA' makes a schema"
            case "42P01": "the table has gone, or was renamed: make it again, or run with --create"
            case "42703": "a column has gone, or was renamed: the mapping no longer fits the table"
            case "42804", "42846": "a column has another type now: start again, so that it is looked at anew"
            case "28000", "28P01": "see the connection string, PG* variables and the password file"
            case "3D000": "'createdb' makes a database"
            default: nil
            }
        return "\(error)" + (advice.map { "; \($0)" } ?? "")
    }
}
