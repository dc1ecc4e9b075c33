import TestSupport
import Testing

/// nginx in between, as the ingress of many clusters: it ends TLS, and passes WebSockets on.
@Suite("nginx in between", .onOwnThreads, .timeLimit(.minutes(60)))
struct NginxTests {
    let shell: Shell

    init() throws { shell = try Shell(nil) }

    private func run(_ script: String) throws -> Shell.Ran {
        let certificates = try TestCertificates.shared.get()
        return try shell.run(
            """
            nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || { echo "nginx is missing: make deps" >&2; exit 97; }
            trap 'test -s nginx.pid && kill $(cat nginx.pid); fluvio-admin -q cluster stop --data-dir data' EXIT
            fluvio-admin -q cluster start --data-dir data --port 0 --spu-port 0 --ws-port 0 --spus 2 || exit 98
            to=$(fluvio-admin cluster status -O json | jq -r .webSocket | cut -d/ -f3)
            front() {
                free=$(python3 -c 'import socket
            one, two = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
            print(one.getsockname()[1], two.getsockname()[1])')
                set -- "$1" $free
                http=$2 https=$3
                cat > nginx.conf <<END
            pid $WORK/nginx.pid; error_log $WORK/nginx.log warn; daemon on; worker_processes 1; user root;
            events {}
            http {
                access_log off; client_body_temp_path $WORK/a; proxy_temp_path $WORK/b; fastcgi_temp_path $WORK/c;
                uwsgi_temp_path $WORK/d; scgi_temp_path $WORK/e;
                server {
                    listen 127.0.0.1:$http; listen 127.0.0.1:$https ssl;
                    ssl_certificate $1/server.crt; ssl_certificate_key $1/server.key;
                    location /fluvio {
                        proxy_pass http://$to; proxy_http_version 1.1; proxy_read_timeout 30s;
                        proxy_set_header Upgrade \\$http_upgrade; proxy_set_header Connection Upgrade;
                    }
                    location /page { return 200 "hello"; }
                }
            }
            END
                $nginx -c $WORK/nginx.conf || { cat nginx.log >&2; return 1; }
            }
            for i in 1 2 3 4 5; do front "$1" && break; done
            \(script)
            """, certificates.directory)
    }

    @Test func `The main job, plain and with TLS that ends at nginx`() throws {
        let ran = try run(
            """
            plain="-c ws://localhost:$http/fluvio"; secure="-c wss://localhost:$https/fluvio --ca-cert $1/ca.crt"
            seq 100000 | fluvio-cat produce -q $plain --create=2 t
            fluvio-cat consume $secure -e --raw t | sort -n | cmp - <(seq 100000) && echo same
            head -c 5000000 /dev/urandom > big
            fluvio-cat produce -q $secure --create --max-record 8M --raw whole big
            fluvio-cat consume $plain -e --raw -n 1 whole | cmp <(head -c 5000000) big && echo big
            fluvio-cat consume -c ws://localhost:$http/page --retry-for 0 -e t; echo $?
            fluvio-cat consume -c ws://localhost:$http/nowhere --retry-for 0 -e t; echo $?
            fluvio-admin -q cluster stop --data-dir data
            fluvio-cat consume $plain --retry-for 0 -e t; echo $?
            cat nginx.log >&2
            """)
        #expect(ran.lines == ["same", "big", "2", "2", "3"], "\(ran)")
        for text in ["with 200 OK", "with 404 Not Found", "with 502 Bad Gateway"] {
            #expect(ran.errors.contains(text), "\(ran.errors)")
        }
    }
}
