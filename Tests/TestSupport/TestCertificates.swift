import Foundation

/// Certificates and keys of all kinds, made by the openssl command, in a temporary directory that goes with the process.
///
/// `ca` has signed `server` (for localhost, fluvio.test, *.fluvio.test and 127.0.0.1), `elsewhere` (for another name),
/// `expired`, `future` and `client`; `other-ca` has signed `stranger`; `alone` is signed by itself. `pkcs1` is `client`
/// with its key in the older form, `locked` with its key encrypted.
package struct TestCertificates: Sendable {
    /// Where they are.
    package let directory: String

    /// Those of this process.
    package static let shared = Result { try TestCertificates() }

    /// What the openssl command said instead.
    package struct Failed: Error { let text: String }

    private init() throws {
        directory = "\(NSTemporaryDirectory())/fluvio-certificates-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        atexit {
            if let made = try? TestCertificates.shared.get() {
                try? FileManager.default.removeItem(atPath: made.directory)
            }
        }
        try Self.script.write(toFile: "\(directory)/make.sh", atomically: true, encoding: .utf8)
        let process = Process()
        let output = Foundation.Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-eu", "make.sh"]
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(text: String(decoding: said, as: UTF8.self)) }
    }

    /// The path of a file, as `ca.crt`.
    package func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// The content of a file.
    package func bytes(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    private static let script = """
        new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        for ca in ca other-ca; do
            openssl req -x509 $new -keyout $ca.key -out $ca.crt -subj /CN=$ca -days 30
        done
        : > index.txt
        cat > ca.cnf <<'END'
        [ca]
        default_ca = d
        [d]
        new_certs_dir = .
        database = index.txt
        rand_serial = yes
        default_md = sha256
        policy = p
        unique_subject = no
        copy_extensions = copy
        [p]
        commonName = supplied
        END
        now=$(date -u -d '-1 hour' +%Y%m%d%H%M%SZ)
        later=$(date -u -d '+30 days' +%Y%m%d%H%M%SZ)
        sign() { # NAME CA START END SAN
            openssl req -new $new -keyout $1.key -out $1.csr -subj /CN=$1 -addext "subjectAltName=$5"
            openssl ca -config ca.cnf -cert $2.crt -keyfile $2.key -in $1.csr -out $1.crt -batch -notext \
                -startdate $3 -enddate $4
        }
        here=DNS:localhost,DNS:fluvio.test,DNS:*.fluvio.test,IP:127.0.0.1
        sign server ca $now $later $here
        sign elsewhere ca $now $later DNS:elsewhere.test
        sign expired ca 20200101000000Z 20200201000000Z $here
        sign future ca 20480101000000Z 20490101000000Z $here
        sign client ca $now $later DNS:client
        sign stranger other-ca $now $later DNS:stranger
        openssl req -x509 $new -keyout alone.key -out alone.crt -subj /CN=alone -addext "subjectAltName=$here" -days 30
        cp client.crt pkcs1.crt
        openssl ec -in client.key -out pkcs1.key
        cp client.crt locked.crt
        openssl pkey -in client.key -out locked.key -aes256 -passout pass:x
        cp client.crt mixed.crt
        cp server.key mixed.key
        """
}
