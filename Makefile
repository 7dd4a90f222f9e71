# SPDX-License-Identifier: MIT
# make            build/cnnrun and build/cnntrain
# make demo       build the image and train the network in a container
# make test       every test; installs what is missing first
# make bench | install | lint | asan | fmt | compdb | clean

CC       ?= cc
PREFIX   ?= /usr/local
BUILD    ?= build
VERSION  := 0.1.0

CFLAGS   ?= -O2 -g
override CPPFLAGS += -Isrc -D_GNU_SOURCE -DCNNRUN_VERSION='"$(VERSION)"' \
	-DCNNRUN_PREFIX='"$(PREFIX)"'
override CFLAGS += -std=c11 -fPIE -fstack-protector-strong -Wall -Wextra -Wpedantic -Wshadow \
	-Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef \
	-Wcast-qual -Wwrite-strings
override LDFLAGS += -pie -Wl,-z,relro,-z,now
ifdef CI
override CFLAGS += -Werror
endif
ifneq ($(findstring -O2,$(CFLAGS)),)
override CPPFLAGS += -D_FORTIFY_SOURCE=2
endif

LUA_VERSION := $(shell pkg-config --modversion lua5.4 2>/dev/null || echo 5.4)
LUA_CFLAGS := $(shell pkg-config --cflags lua5.4 2>/dev/null || echo -I/usr/include/lua5.4)
LUA_LIBS   := $(shell pkg-config --libs lua5.4 2>/dev/null || echo -llua5.4)
override CPPFLAGS += $(LUA_CFLAGS) -DCNNRUN_LUA_VERSION='"$(LUA_VERSION)"'
LIBS := $(LUA_LIBS) -lcjson -lseccomp -lxcb -lXau -lnettle -ldl -lm

SRC  := $(sort $(wildcard src/*/*.c))
OBJ  := $(SRC:%.c=$(BUILD)/%.o) $(BUILD)/scripts.o
MAIN := $(BUILD)/src/main.o

.PHONY: all
all: $(BUILD)/cnnrun

$(BUILD)/cnnrun: $(MAIN) $(BUILD)/libcnnrun.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libcnnrun.a: $(OBJ)
	@rm -f $@
	$(AR) qcs $@ $^ # q: cli/user.o must not replace host/user.o

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The Lua scripts, unmodified, as one table in the program.
SCRIPTS := $(sort $(shell find scripts -name '*.lua' -not -path 'scripts/meta/*'))
$(BUILD)/scripts.c: $(SCRIPTS) scripts/embed.sh
	@mkdir -p $(@D)
	sh scripts/embed.sh $(SCRIPTS) > $@
$(BUILD)/scripts.o: $(BUILD)/scripts.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# One cmocka program per source file under test.
CTESTS := $(patsubst tests/c/%.c,$(BUILD)/tests/%,$(wildcard tests/c/test_*.c))
$(BUILD)/tests/%: tests/c/%.c $(BUILD)/libcnnrun.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/c $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< \
		$(BUILD)/libcnnrun.a -lcmocka $(LIBS)
.PHONY: ctests
ctests: $(CTESTS)

-include trainer/trainer.mk

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(OBJ:.o=.d) $(MAIN:.o=.d) $(CTESTS:=.d)
