PREFIX ?= /usr/local

.PHONY: deps build test lint man docs bench fuzz torture tsan quickstart install uninstall clean

deps: ; @scripts/deps

build: ; @scripts/build

test: deps ; @scripts/test

lint: ; @scripts/lint

man: build ; @scripts/man

docs: ; @scripts/docs

bench: deps build ; @bench/run

fuzz: deps ; @scripts/fuzz $(FUZZ_SECONDS)

tsan: deps ; @scripts/tsan

torture: deps ; @scripts/torture $(ROUNDS) $(SEED)

quickstart: ; @scripts/quickstart

install: build ; @PREFIX="$(PREFIX)" scripts/install "$(DESTDIR)$(PREFIX)"

uninstall: ; @scripts/install --remove "$(DESTDIR)$(PREFIX)"

clean: ; rm -rf .build
