"""One producer of the Swift library, shared by tasks."""


def run(bench):
    # The library goes by the file alone, and other groups have left their profiles there.
    bench.shell("fluvio-admin -q profile switch bench")
    bench.group("library: records sent by tasks", [
        (f"{count} tasks" if count > 1 else "1 task", bench.fresh_topic,
         f"produce-tasks {count} {bench.lines} {{topic}}") for count in (1, 2, 4)
    ])
