# SPDX-License-Identifier: MIT
# What is made of the programs for others to install. Included by the Makefile.

# Pages for man, of the same tables as --help and docs/; their date is that of the last change.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)
MAN := $(BUILD)/man/cnnrun.1 $(BUILD)/man/cnnrun-profile.5 $(BUILD)/man/cnntrain.1
man_page = @mkdir -p $(@D) && SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) $(BUILD)/embed -x \
	scripts/man.lua $1 > $@.new && mv $@.new $@
$(BUILD)/help.json: $(BUILD)/cnnrun
	@$< help --json > $@
$(BUILD)/help.txt: $(BUILD)/cnntrain
	@$< --help > $@
$(BUILD)/man/cnnrun.1: $(BUILD)/help.json docs/command-line.md scripts/testing/json.lua
	$(call man_page,commands $<)
$(BUILD)/man/cnntrain.1: $(BUILD)/help.txt trainer/README.md
	$(call man_page,trainer $<)
$(BUILD)/man/cnnrun-profile.5: scripts/docs.lua $(SCRIPTS)
	$(call man_page,profiles)
$(MAN): README.md scripts/man.lua $(BUILD)/embed
man: $(MAN)

# Of this tree, compiled anew as Debian does it.
.PHONY: deb
deb:
	@scripts/setup.sh deb
	@packaging/deb.sh $(BUILD)/deb

# For any Linux of this processor with the GNU C library: all other libraries are linked in, those
# that are loaded when needed too. What has no archive here goes into the tarball's lib/.
DIST_LIBS := -lseccomp -lnettle -lnghttp2 -larchive -lssl -lcrypto -lxcb -lXau -lXdmcp -lyaml
$(BUILD)/linked.o: packaging/linked.c $(BUILD)/.flags
	$(call say,CC  )$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(BUILD)/dist/cnnrun: $(MAIN) $(BUILD)/linked.o $(BUILD)/libcnnrun.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -s -Wl,--wrap=dlopen,--wrap=dlsym,--wrap=dlclose \
		-Wl,-rpath,'$$ORIGIN/../lib' -o $@ $^ -Wl,-Bstatic $(LUA_LIBS) $(DIST_LIBS) \
		-Wl,-Bdynamic $(or $(call archive,-lcjson),-lcjson) -ldl -lm
.PHONY: dist
dist:
	@scripts/setup.sh build
	@$(MAKE) --no-print-directory all $(BUILD)/dist/cnnrun
	@SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) VERSION=$(VERSION) packaging/dist.sh $(BUILD)

.PHONY: test-packages
test-packages:
	@scripts/setup.sh packages
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/run.sh packages/all
