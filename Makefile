# SPDX-License-Identifier: MIT
# make            build/cnnrun and build/cnntrain
# make demo       build the image and train the network in a container
# make test       every test; installs what is missing first
# make V=1        shows the commands
# make fuzz       every parser for FUZZ_SECONDS (300) with libFuzzer
# make test-engines  a table of behaviours on a dozen engines
# make test-doors  compose files and devcontainers, beside docker-compose and the devcontainer CLI
# make test-cluster  jobs of a real Slurm of two nodes on this machine, and Kubernetes objects
# make soak       hundreds of kills, engines that die, full disks: nothing may stay
# make man        cnnrun(1) and cnnrun-profile(5)
# make deb | dist Debian packages, in build/deb; a tarball for any Linux, in build/dist
# make test-packages  all of them installed, used and removed in bare Debian 12 and 13
# make bench | install | uninstall | lint | docs | asan | tsan | fmt | compdb | clean

CC       ?= cc
PREFIX   ?= /usr/local
BUILD    ?= build
VERSION  := 0.1.0

# One short line a file, unless V=1.
say = $(if $(V),,@echo "  $1  $@";)

# What the demo trains: `make demo DEMO_ARGS="--fashion --num_epochs 5"` for more.
DEMO_ARGS ?= --fashion --num_epochs 1

CFLAGS   ?= -O2 -g
override CPPFLAGS += -Isrc -D_GNU_SOURCE -DCNNRUN_VERSION='"$(VERSION)"' \
	-DCNNRUN_PREFIX='"$(PREFIX)"'
override CFLAGS += -std=c11 -fPIE -ffunction-sections -fdata-sections -fstack-protector-strong -Wall -Wextra -Wpedantic -Wshadow \
	-Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef \
	-Wcast-qual -Wwrite-strings
override LDFLAGS += -pie -Wl,-z,relro,-z,now,-O1,--as-needed,--gc-sections
ifdef CI
override CFLAGS += -Werror
endif
# Hardening, as far as this compiler has it; tests/c/test_hardening.c looks at the result.
# _FORTIFY_SOURCE needs an optimiser, and hides errors from AddressSanitizer.
hash := \#
accepts = $(shell echo '$(hash)include <string.h>' | \
	$(CC) -Werror $1 -x c -c -o /dev/null - 2>/dev/null && echo '$1')
ifndef HARDEN
HARDEN := $(call accepts,-fstack-clash-protection) $(call accepts,-fcf-protection) \
	$(if $(findstring -O2,$(CFLAGS)),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(if \
	$(call accepts,-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3),3,2))
export HARDEN
endif
harden := $(if $(findstring -fsanitize,$(CFLAGS)),,$(HARDEN))
override CFLAGS += $(harden)

# Distributions name Lua 5.4 differently.
LUA_PC     := $(firstword $(foreach p,lua5.4 lua-5.4 lua54 lua,$(shell \
	pkg-config --exists '$p >= 5.4' 2>/dev/null && echo $p)))
LUA_CFLAGS := $(if $(LUA_PC),$(shell pkg-config --cflags $(LUA_PC)),-I/usr/include/lua5.4)
LUA_LIBS   := $(if $(LUA_PC),$(shell pkg-config --libs $(LUA_PC)),-llua5.4)
LUA_VERSION := $(if $(LUA_PC),$(shell pkg-config --modversion $(LUA_PC)),5.4)
override CPPFLAGS += $(LUA_CFLAGS) -DCNNRUN_LUA_VERSION='"$(LUA_VERSION)"'
# Each shared library costs every start 0.1 to 0.2 ms: where there is an archive of one of
# these it is linked in. `make STATIC=` for none.
STATIC ?= lua5.4 lua-5.4 lua54 lua cjson seccomp nettle nghttp2 yaml
archive = $(and $(filter $(STATIC:%=-l%),$1),$(filter /%,$(shell \
	$(CC) -print-file-name=$(1:-l%=lib%.a))))
LIBS := $(foreach l,$(LUA_LIBS) -lcjson -lseccomp -lnettle -lnghttp2 -lyaml -ldl -lm,$(or $(call archive,$l),$l))

SRC  := $(sort $(shell find src -mindepth 2 -name "*.c" -not -path "src/hold/*" -not -path "src/porter/*"))
OBJ  := $(SRC:%.c=$(BUILD)/%.o) $(BUILD)/scripts.o $(BUILD)/words.o $(BUILD)/packages.o $(BUILD)/hold.o $(BUILD)/porter.o
MAIN := $(BUILD)/src/main.o

.PHONY: all meta man
all: $(BUILD)/cnnrun $(BUILD)/cnntrain meta man

$(BUILD)/cnnrun: $(MAIN) $(BUILD)/libcnnrun.a
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libcnnrun.a: $(OBJ)
	@rm -f $@
	$(call say,AR  )$(AR) qcs $@ $^ # q: several files have one name

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Before the first file is compiled: are the headers there, and if not, which package?
$(OBJ) $(MAIN): | $(BUILD)/.headers
$(BUILD)/.headers: scripts/setup.sh
	@NO_INSTALL=1 scripts/setup.sh build 2>&1 || { \
		echo "make: to install that: scripts/setup.sh build"; exit 1; }
	@mkdir -p $(@D)
	@touch $@

# Other flags (another PREFIX, CI=1) make other objects.
FLAGS := $(CC) $(CPPFLAGS) $(CFLAGS)
$(OBJ) $(MAIN): $(BUILD)/.flags
$(BUILD)/.flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS))' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
.PHONY: FORCE
FORCE:

# The Lua scripts, unmodified and compiled, as one table in the program.
SCRIPTS := $(sort $(shell find scripts/cnnrun scripts/profiles scripts/testing -name '*.lua' 2>/dev/null) \
	$(wildcard scripts/slurm/*.sh))
$(BUILD)/embed: scripts/embed.c $(BUILD)/.flags | $(BUILD)/.headers
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIBS)
$(BUILD)/scripts.c: $(SCRIPTS) $(BUILD)/embed
	$(call say,LUA )$(BUILD)/embed $(SCRIPTS) > $@.new
	@mv $@.new $@
$(BUILD)/scripts.o: $(BUILD)/scripts.c
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# What docker's options are in a profile.
$(BUILD)/words.c: scripts/words.lua scripts/cnnrun/familiar.lua $(BUILD)/embed
	$(call say,LUA )$(BUILD)/embed -x scripts/words.lua > $@.new
	@mv $@.new $@
# Which packages it tells of, by distribution.
$(BUILD)/packages.c: scripts/packages.lua scripts/setup.sh $(BUILD)/embed
	$(call say,LUA )$(BUILD)/embed -x scripts/packages.lua > $@.new
	@mv $@.new $@
$(BUILD)/words.o $(BUILD)/packages.o: $(BUILD)/%.o: $(BUILD)/%.c
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# The programs that containers begin with, for any image, and that carries files: no C library
# where we have the system calls of this processor; their bytes are in the program, too.
HOLD_CPU := $(shell $(CC) -dumpmachine | grep -cE '^(x86_64|aarch64)-')
HOLD_CFLAGS := -std=c11 -Os -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -fno-pie \
	-fno-asynchronous-unwind-tables -fno-stack-protector $(if $(filter 0,$(HOLD_CPU)),,-ffreestanding)
HOLD_LDFLAGS := -static -no-pie -s -Wl,--build-id=none,-z,noseparate-code,-z,norelro \
	$(if $(filter 0,$(HOLD_CPU)),,-nostdlib)
HELD := $(patsubst %.c,$(BUILD)/%.o,$(wildcard src/hold/*.c src/porter/*.c))
$(HELD): $(BUILD)/%.o: %.c $(BUILD)/.flags
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) -Isrc -D_GNU_SOURCE $(HOLD_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/hold: $(filter $(BUILD)/src/hold/%,$(HELD))
$(BUILD)/porter: $(filter $(BUILD)/src/porter/%,$(HELD))
$(BUILD)/hold $(BUILD)/porter:
	$(call say,LINK)$(CC) $(HOLD_CFLAGS) $(HOLD_LDFLAGS) -o $@ $^
$(BUILD)/hold.c: HEADER = launch/gate/program.h
$(BUILD)/porter.c: HEADER = launch/carry/program.h
$(BUILD)/hold.c $(BUILD)/porter.c: $(BUILD)/%.c: $(BUILD)/%
	@{ echo '#include "$(HEADER)"'; echo 'const unsigned char $*_program[] = {'; \
		od -An -v -tu1 $< | sed 's/  */,/g; s/^,//; s/$$/,/'; echo '};'; \
		echo 'const size_t $*_program_bytes = sizeof $*_program;'; } > $@.new
	@mv $@.new $@
$(BUILD)/hold.o $(BUILD)/porter.o: $(BUILD)/%.o: $(BUILD)/%.c
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# Definitions for editors; those of the verbs are made of the lines above them.
META := $(BUILD)/meta/cnnrun.lua $(BUILD)/meta/testing.lua $(BUILD)/meta/container.lua
$(BUILD)/meta/%.lua: scripts/meta/%.lua
	@mkdir -p $(@D)
	@cp $< $@
$(BUILD)/meta/container.lua: scripts/docs.lua $(SCRIPTS) $(BUILD)/embed
	@mkdir -p $(@D)
	@$(BUILD)/embed -x scripts/docs.lua meta > $@.new
	@mv $@.new $@

meta: $(META)

include packaging/packaging.mk

# One cmocka program per source file under test.
CTESTS := $(patsubst tests/c/%.c,$(BUILD)/tests/%,$(wildcard tests/c/test_*.c \
	tests/c/*/test_*.c))
$(BUILD)/tests/%: tests/c/%.c $(BUILD)/libcnnrun.a
	@mkdir -p $(@D)
	$(call say,TEST)$(CC) $(CPPFLAGS) -Itests/c $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< \
		$(BUILD)/libcnnrun.a -lcmocka -lXau $(LIBS)
.PHONY: ctests
ctests: $(CTESTS)

# Parsers and bytes that mean harm: by libFuzzer (make fuzz), and shortly by a small
# fuzzer of our own, which needs no clang (make test). Both with sanitizers.
FUZZ_SECONDS ?= 300
FUZZ_NAMES   := $(filter-out replay,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
FUZZERS      := $(FUZZ_NAMES:%=$(BUILD)/fuzz/%)
FUZZ_MAIN    ?= tests/fuzz/replay.c
SANITIZE     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
$(BUILD)/fuzz/%: tests/fuzz/%.c $(FUZZ_MAIN) tests/fuzz/fuzz.h tests/fuzz/input.h \
		$(BUILD)/libcnnrun.a
	@mkdir -p $(@D)
	$(call say,FUZZ)$(CC) $(CPPFLAGS) -Itests/fuzz $(CFLAGS) $(LDFLAGS) $(FUZZ_LINK) -o $@ $< \
		$(FUZZ_MAIN) $(BUILD)/libcnnrun.a -lXau $(LIBS)
.PHONY: fuzzers
fuzzers: $(FUZZERS)
.PHONY: fuzz
fuzz:
	@scripts/setup.sh fuzz
	@$(MAKE) --no-print-directory BUILD=build/libfuzzer CC=clang FUZZ_MAIN= \
		FUZZ_LINK=-fsanitize=fuzzer CFLAGS='$(SANITIZE) \
		-fsanitize=fuzzer-no-link,float-cast-overflow' fuzzers
	@tests/fuzz/run.sh build/libfuzzer/fuzz $(FUZZ_SECONDS) $(FUZZ_NAMES)

-include trainer/trainer.mk

.PHONY: demo
demo:
	@scripts/setup.sh demo
	@$(MAKE) --no-print-directory all
	@CNNRUN=$(BUILD)/cnnrun scripts/engine.sh
	$(BUILD)/cnnrun allow profiles/train.lua
	$(BUILD)/cnnrun profiles/train.lua -- --overwrite $(DEMO_ARGS)

.PHONY: test
test:
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory all ctests
	@$(MAKE) --no-print-directory BUILD=build/asan CFLAGS='$(SANITIZE)' fuzzers
	@BUILD=$(BUILD) $(if $(SUITES),tests/run.sh $(SUITES),tests/all.sh)

# The table of docs/engines.md, on engines of three Debian releases: their roots are made once.
.PHONY: test-engines
test-engines:
	@scripts/setup.sh engines
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/run.sh engines/all

# Files of other programs, all of them, beside those programs; make test has some.
.PHONY: test-doors
test-doors:
	@scripts/setup.sh test doors
	@tests/doors/cli.sh
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) DOORS=all tests/run.sh doors

.PHONY: test-cluster
test-cluster:
	@scripts/setup.sh test cluster
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) CLUSTER=all tests/run.sh cluster

# The leak and memory gate: AddressSanitizer, LeakSanitizer, UndefinedBehaviorSanitizer.
.PHONY: asan
asan:
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory BUILD=build/asan CFLAGS='$(SANITIZE)' \
		build/asan/cnnrun ctests
	@ln -sf ../cnntrain build/asan/cnntrain # the one that runs in containers, as it is
	@$(if $(SUITES),,$(MAKE) --no-print-directory BUILD=build/asan-trainer \
		CFLAGS='$(SANITIZE)' trainer-tests && tests/trainer/sanitized.sh build/asan-trainer)
	@BUILD=build/asan tests/run.sh $(or $(SUITES),c engine x11 e2e/test_launch e2e/test_kill)

# The trainer's threads: ThreadSanitizer.
.PHONY: tsan
tsan:
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory BUILD=build/tsan CFLAGS='-O1 -g -fsanitize=thread' trainer-tests
	@tests/trainer/sanitized.sh build/tsan

# The long form of the kill matrix; tests/e2e/soak.py says what can be set: SOAK_SEED,
# SOAK_KILLS, SOAK_SECONDS, ...
.PHONY: soak
soak:
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/run.sh soak

.PHONY: bench
bench:
	@scripts/setup.sh bench
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/bench/run.sh

.PHONY: lint
lint: all compdb
	@scripts/setup.sh lint
	@BUILD=$(BUILD) scripts/lint.sh

# The table of primitives, of the lines above the verbs.
.PHONY: docs
docs: $(BUILD)/embed
	$(BUILD)/embed -x scripts/docs.lua primitives > docs/primitives.md
	$(BUILD)/embed -x scripts/docs.lua compose > docs/compose.md

.PHONY: fmt
fmt:
	find src trainer tests -name '*.[ch]' -exec clang-format -i {} +

# For clangd and clang-tidy.
.PHONY: compdb
compdb:
	@mkdir -p $(BUILD)
	@$(MAKE) --no-print-directory -nB V=1 all ctests 2>/dev/null | sh scripts/compdb.sh \
		> $(BUILD)/compile_commands.json

SHARE := $(DESTDIR)$(PREFIX)/share
COMPLETIONS := bash:bash-completion/completions/cnnrun zsh:zsh/site-functions/_cnnrun \
	fish:fish/vendor_completions.d/cnnrun.fish
.PHONY: install install-files
install: all
	@$(MAKE) --no-print-directory install-files
install-files: # as they were built
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(SHARE)/cnnrun"
	install $(BUILD)/cnnrun $(BUILD)/cnntrain "$(DESTDIR)$(PREFIX)/bin"
	install scripts/base-image.sh "$(SHARE)/cnnrun"
	@[ -z "$(MPI)" ] || [ ! -f $(BUILD)/cnntrain-mpi.so ] || install -D -t "$(DESTDIR)$(PREFIX)/lib/cnnrun" \
		$(BUILD)/cnntrain-mpi.so
	@for f in $$(cd scripts && find cnnrun profiles testing -name '*.lua'); do \
		install -D -m 644 scripts/$$f "$(SHARE)/cnnrun/$$f" || exit 1; done
	install -D -m 644 -t "$(SHARE)/cnnrun/meta" $(META)
	@for f in $(MAN); do \
		install -D -m 644 -t "$(SHARE)/man/man$${f##*.}" $$f || exit 1; done
	@for c in $(COMPLETIONS); do install -d "$(SHARE)/$$(dirname $${c#*:})" && \
		$(BUILD)/cnnrun completion $${c%%:*} > "$(SHARE)/$${c#*:}" || exit 1; done

.PHONY: uninstall
uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/cnnrun" "$(DESTDIR)$(PREFIX)/bin/cnntrain"
	rm -f $(foreach m,$(notdir $(MAN)),"$(SHARE)/man/man$(subst .,,$(suffix $m))/$m")
	rm -rf "$(SHARE)/cnnrun" "$(DESTDIR)$(PREFIX)/lib/cnnrun"
	rm -f $(foreach c,$(COMPLETIONS),"$(SHARE)/$(lastword $(subst :, ,$c))")

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(OBJ:.o=.d) $(MAIN:.o=.d) $(HELD:.o=.d) $(CTESTS:=.d)
