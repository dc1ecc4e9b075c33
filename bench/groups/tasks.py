"""One producer of the Swift library, shared by tasks."""


def run(bench):
    bench.group("library: records sent by tasks", [
        (f"{count} tasks" if count > 1 else "1 task", bench.fresh_topic,
         f"produce-tasks {count} {bench.lines} {{topic}}") for count in (1, 2, 4)
    ])
