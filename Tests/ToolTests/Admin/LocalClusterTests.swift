import TestSupport
import Testing

@Suite("fluvio-admin: the cluster on this machine and its settings", .onOwnThreads, .timeLimit(.minutes(60)))
struct LocalClusterCommandTests {
    /// A shell without a profile, in whose directory a cluster can be started on free ports.
    let shell: Shell

    init() throws { shell = try Shell(nil) }

    @Test func `logs are written, the last lines alone, and as they come`() throws {
        let ran = try shell.run(
            """
            fluvio-admin cluster logs; echo $?
            trap 'fluvio-admin -q cluster stop' EXIT
            fluvio-admin -q cluster start --port 0 --spu-port 0
            log=$HOME/.fluvio/local-cluster/cluster.log
            printf 'one\\ntwo\\n' >>$log
            fluvio-admin cluster logs | cmp - $log && echo same
            fluvio-admin cluster logs -n 2; fluvio-admin cluster logs -n 0
            fluvio-admin cluster logs -n 1 -f >followed &
            until grep -q two followed; do sleep 0.05; done
            echo three >>$log
            until grep -q three followed; do sleep 0.05; done
            kill -TERM $!; wait $!; echo $?; cat followed
            """)
        #expect(ran.lines == ["1", "same", "one", "two", "143", "two", "three"], "\(ran.errors)")
        #expect(ran.errors.contains("there is no log"))
    }

    @Test func `a cluster is deleted when it does not run and nobody else's files are in the way`() throws {
        let ran = try shell.run(
            """
            fluvio-admin cluster delete --yes; echo $?
            fluvio-admin -q cluster start --port 0 --spu-port 0
            d=$HOME/.fluvio/local-cluster
            fluvio-admin cluster delete --yes; echo $?
            fluvio-admin cluster delete </dev/null; echo $?
            fluvio-admin -q cluster stop; echo mine >$d/mine.txt
            fluvio-admin -q cluster delete --yes; echo $?; ls $d
            rm $d/mine.txt; fluvio-admin cluster delete --yes; echo $?
            """)
        #expect(ran.lines == ["1", "5", "2", "0", "mine.txt", "1"], "\(ran.errors)")
    }

    @Test func `an ephemeral cluster takes its directory and its profile with it`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q profile add usual nowhere:1
            export TMPDIR=$PWD/tmp; mkdir tmp
            fluvio-admin cluster start --ephemeral --port 0 --spu-port 0 || exit
            seq 2 | fluvio-cat produce -q --create t && fluvio-cat consume -e --raw t
            fluvio-admin profile current; ls tmp | wc -l
            fluvio-admin cluster stop
            ls tmp | wc -l; fluvio-admin profile list -O name
            fluvio-admin profile current
            """)
        #expect(ran.lines == ["1", "2", "ephemeral", "1", "0", "usual", "usual"], "\(ran.errors)")
        #expect(ran.errors.contains(" and goes when it stops") && ran.errors.contains(" is deleted"))
    }

    @Test func `one in the foreground does the same, and never to a cluster that was there`() throws {
        let ran = try shell.run(
            """
            fluvio-admin cluster run --ephemeral --data-dir d --port 0 --spu-port 0 -P mine 2>said &
            until grep -q 'current one now' said; do sleep 0.05; done
            fluvio-admin cluster status -O json | jq -r .directory | grep -c /d$
            kill -TERM $!; wait $!; echo $?; ls -d d; fluvio-admin profile list -O name
            fluvio-admin -q cluster start --data-dir kept --port 0 --spu-port 0
            fluvio-admin -q cluster stop --data-dir kept
            fluvio-admin cluster start --ephemeral --data-dir kept --port 0 --spu-port 0; echo $?; ls -d kept/metadata
            """)
        #expect(ran.lines == ["1", "0", "2", "kept/metadata"], "\(ran.errors)")
        #expect(ran.errors.contains("holds a cluster already, which --ephemeral would delete"))
    }

    @Test func `where the cluster dies at its start, the end of its log is told, and nothing older`() throws {
        // It waits for ever for somebody to write what a topic is.
        let ran = try shell.run(
            """
            mkdir -p d/metadata/Topic; mkfifo d/metadata/Topic/t.yaml; seq 20 >d/cluster.log
            fluvio-admin cluster start --data-dir d --port 0 --spu-port 0 & start=$!
            until pid=$(pgrep -f "cluster run .*--data-dir $PWD/d "); do sleep 0.05; done
            seq 100 119 >>d/cluster.log; kill -KILL $pid; wait $start; echo $?
            """)
        #expect(ran.lines == ["1"])
        let path = shell.directory.path("d/cluster.log")
        #expect(
            ran.errors.split(separator: "\n").map(String.init)
                == (110..<120).map { "fluvio-admin: cluster.log: \($0)" } + [
                    "fluvio-admin: the cluster did not start; above is the end of \(path)"
                ])
    }

    @Test func `the settings that hold are told with their origins, in their order of precedence`() throws {
        let ran = try shell.run(
            """
            fluvio-admin -q profile add one one:1; fluvio-admin -q profile add --no-switch two two:2
            show() { "$@" | jq -r 'select(.setting == "cluster" or .setting == "profile") | [.value, .origin] | @tsv'; }
            show fluvio-admin config show --origin -O jsonl
            FLUVIO_PROFILE=two show fluvio-admin config show --origin -O jsonl
            FLUVIO_PROFILE=two show fluvio-admin -P one config show --origin -O jsonl
            FLUVIO_CLUSTER=three:3 show fluvio-admin config show --origin -O jsonl
            FLUVIO_CLUSTER=three:3 show fluvio-admin config show --origin -O jsonl -c four:4
            """)
        let path = "\(shell.directory.path)/config"
        #expect(
            ran.lines == [
                "one\tcurrent_profile in \(path)", "one:1\tcluster.one in \(path)", "two\tFLUVIO_PROFILE",
                "two:2\tcluster.two in \(path)", "one\t-P", "one:1\tcluster.one in \(path)", "three:3\tFLUVIO_CLUSTER",
                "four:4\t-c",
            ], "\(ran.errors)")
    }
}
