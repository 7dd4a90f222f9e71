# SPDX-License-Identifier: MIT
# build/cnntrain. Included by the Makefile; alone, `make -f trainer/trainer.mk` builds it too.
# Needs a C compiler, make and zlib; everything else is found by pkg-config or left out.

CC      ?= cc
BUILD   ?= build
CFLAGS  ?= -O2 -g
VERSION ?= 0.1.0

.PHONY: trainer
trainer: $(BUILD)/cnntrain
all: trainer

TR_CPPFLAGS := -Itrainer -D_GNU_SOURCE -DCNNTRAIN_VERSION='"$(VERSION)"'
TR_CFLAGS   := -std=c11 -fPIE -fstack-protector-strong -pthread -Wall -Wextra -Wpedantic \
	-Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef \
	-Wcast-qual -Wwrite-strings $(if $(CI),-Werror)
TR_LDFLAGS  := -pie -Wl,-z,relro,-z,now
TR_LIBS     := -lz -lm -ldl

# What is there is used: $(call TR_USE,pkg-config name,macro)
define TR_USE
ifeq ($(shell pkg-config --exists $(1) 2>/dev/null && echo yes),yes)
TR_CPPFLAGS += -D$(2) $(shell pkg-config --cflags $(1) 2>/dev/null)
TR_LIBS     += $(shell pkg-config --libs $(1) 2>/dev/null)
endif
endef
$(eval $(call TR_USE,libdeflate,HAVE_LIBDEFLATE))
$(eval $(call TR_USE,libpng,HAVE_PNG))
# loaded when it is needed
TR_CPPFLAGS += $(shell pkg-config --exists libcurl 2>/dev/null && echo -DHAVE_CURL)
$(eval $(call TR_USE,cairo-xlib x11,HAVE_CAIRO))
$(eval $(call TR_USE,libjpeg,HAVE_JPEG))

# Kernels, the files with an ISA_NAME, are compiled once per instruction set; ops.c chooses at
# run time.
TR_TABLES  := $(patsubst trainer/cpu/%.c,%,$(sort $(shell grep -l 'ISA_NAME.[a-z]*_ops' trainer/cpu/*.c)))
TR_KERNELS := $(filter-out bf16_%,$(TR_TABLES))
TR_FAST    := -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math -fno-stack-protector
TR_plain   :=
TR_avx2    := -mavx2 -mfma
TR_avx512  := -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512
TR_ISAS    := plain
# Those with factors in bfloat16, where the compiler knows the processors that have it.
TR_HALVES  := $(filter bf16_%,$(TR_TABLES))
TR_plain_bf16  :=
TR_avx512_bf16 := $(TR_avx512) -mavx512bf16
TR_amx_bf16    := $(TR_avx512_bf16) -mamx-tile -mamx-bf16
TR_HALF_ISAS   := plain_bf16
ifneq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),)
TR_ISAS    += avx2 avx512
ifeq ($(shell $(CC) $(TR_amx_bf16) -E -x c /dev/null >/dev/null 2>&1 && echo yes),yes)
TR_HALF_ISAS += avx512_bf16 amx_bf16
TR_CPPFLAGS  += -DHAVE_AMX
endif
endif

TR_SRC  := $(filter-out trainer/main.c $(TR_TABLES:%=trainer/cpu/%.c),$(sort $(wildcard \
	trainer/base/*.c trainer/net/*.c trainer/cpu/*.c trainer/data/*.c trainer/train/*.c \
	trainer/look/*.c trainer/fetch/*.c $(filter-out %/mpi.c,$(wildcard trainer/team/*.c)))))

TR_CXXFLAGS := -std=c++17 -fPIE -pthread -Wall -Wextra -Wshadow $(if $(CI),-Werror)

# make CUDA=1: kernels for every architecture this nvcc knows from sm_75 on, PTX for later
# ones. CUDA_ARCHS=sm_90 for fewer.
# Kernels are .cu, the host's side is .cpp.
TR_CUDA_SRC := $(sort $(wildcard trainer/cuda/*.cu trainer/cuda/*.cpp))
ifdef CUDA
NVCC       ?= $(firstword $(shell command -v nvcc) /usr/local/cuda/bin/nvcc)
CUDA_ARCHS ?= $(filter-out %a %f sm_50 sm_52 sm_53 sm_60 sm_61 sm_62 sm_70 sm_72,$(shell \
	$(NVCC) --list-gpu-code))
TR_ARCHS   := $(CUDA_ARCHS)
TR_GENCODE := $(foreach a,$(TR_ARCHS:sm_%=%),-gencode arch=compute_$(a),code=sm_$(a)) \
	-gencode arch=compute_$(lastword $(TR_ARCHS:sm_%=%)),code=compute_$(lastword $(TR_ARCHS:sm_%=%))
TR_CUDA_OBJ := $(TR_CUDA_SRC:%=$(BUILD)/%.o)
TR_LIBS    += -L$(dir $(NVCC))../lib64 -lcudart_static -ldl -lrt -lpthread -lstdc++
$(BUILD)/trainer/%.cu.o: trainer/%.cu
	@mkdir -p $(@D)
	$(call say,NVCC)$(NVCC) -std=c++17 -O3 -Itrainer $(TR_GENCODE) -Xcompiler -fPIE,-Wall,-Wextra -MMD -MP -c -o $@ $<
$(BUILD)/trainer/%.cpp.o: trainer/%.cpp
	@mkdir -p $(@D)
	$(call say,CXX )$(CXX) $(TR_CPPFLAGS) -isystem $(dir $(NVCC))../include $(TR_CXXFLAGS) -O2 -MMD -MP -c -o $@ $<
else
TR_SRC += trainer/cuda/none.c
endif

TR_OBJ  := $(TR_SRC:%.c=$(BUILD)/%.o) \
	$(foreach i,$(TR_ISAS),$(TR_KERNELS:%=$(BUILD)/trainer/cpu/$(i)/%.o)) \
	$(foreach i,$(TR_HALF_ISAS),$(TR_HALVES:%=$(BUILD)/trainer/cpu/$(i)/%.o)) $(TR_CUDA_OBJ)
TR_MAIN := $(BUILD)/trainer/main.o

# A library that came since the last build, or other flags, make other objects.
TR_FLAGS := $(CC) $(CXX) $(TR_CPPFLAGS) $(CFLAGS) $(TR_CFLAGS) $(TR_CXXFLAGS) $(TR_GENCODE) \
	$(TR_LIBS)
$(TR_OBJ) $(TR_MAIN): $(BUILD)/.trainer-flags
$(BUILD)/.trainer-flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(TR_FLAGS))' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
.PHONY: FORCE
FORCE:

$(BUILD)/cnntrain: $(TR_MAIN) $(BUILD)/libcnntrain.a
	$(call say,LINK)$(CC) $(CFLAGS) $(TR_CFLAGS) $(LDFLAGS) $(TR_LDFLAGS) -o $@ $^ $(TR_LIBS)

# Only a run that mpirun or srun started loads this. MPI= leaves it out.
MPI ?= ompi
ifeq ($(and $(MPI),$(shell pkg-config --exists $(MPI) 2>/dev/null && echo yes)),yes)
trainer: $(BUILD)/cnntrain-mpi.so
TR_MPI_FLAGS = $(shell pkg-config --cflags $(MPI)) \
	$(filter-out -fPIE -pie,$(CFLAGS) $(TR_CFLAGS)) -fPIC -shared
$(BUILD)/cnntrain-mpi.so: trainer/team/mpi.c trainer/team/team.h
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(TR_CPPFLAGS) $(TR_MPI_FLAGS) -o $@ $< $(shell pkg-config --libs $(MPI))
endif

$(BUILD)/libcnntrain.a: $(TR_OBJ)
	@rm -f $@
	$(call say,AR  )$(AR) qcs $@ $^ # q: one gemm.o per instruction set

define TR_ISA_RULE
$(BUILD)/trainer/cpu/$(1)/%.o: trainer/cpu/%.c
	@mkdir -p $$(@D)
	$$(call say,CC  )$(CC) $(TR_CPPFLAGS) -DISA=$(1) $$(CFLAGS) $(TR_CFLAGS) $(TR_FAST) $(TR_$(1)) -MMD -MP -c -o $$@ $$<
endef
$(foreach i,$(TR_ISAS) $(TR_HALF_ISAS),$(eval $(call TR_ISA_RULE,$(i))))

$(BUILD)/trainer/%.o: trainer/%.c
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(TR_CPPFLAGS) $(CFLAGS) $(TR_CFLAGS) -MMD -MP -c -o $@ $<

-include $(TR_OBJ:.o=.d) $(TR_MAIN:.o=.d)

# Tests: cmocka programs (test_*.c), and parity with PyTorch.
TR_TESTS := $(patsubst tests/trainer/%.c,$(BUILD)/tests/trainer/%,$(wildcard tests/trainer/test_*.c))
$(BUILD)/tests/trainer/%: tests/trainer/%.c $(BUILD)/libcnntrain.a
	@mkdir -p $(@D)
	$(call say,TEST)$(CC) $(TR_CPPFLAGS) $(CFLAGS) $(TR_CFLAGS) $(LDFLAGS) $(TR_LDFLAGS) -MMD -MP -o $@ $< \
		$(BUILD)/libcnntrain.a $(if $(findstring test_,$@),-lcmocka) $(TR_LIBS)

# The kernels for AMX on every processor: its tiles in C, in the place of plain_bf16's.
TR_TILES := $(patsubst %,$(BUILD)/tests/trainer/tiles/%.o,bf16_gemm bf16_conv)
TR_TESTS += $(BUILD)/tests/trainer/test_tiles
$(BUILD)/tests/trainer/tiles/%.o: trainer/cpu/%.c tests/trainer/lib/tiles.h
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(TR_CPPFLAGS) -DISA=plain_bf16 -include tests/trainer/lib/tiles.h $(CFLAGS) $(TR_CFLAGS) \
		$(TR_FAST) -MMD -MP -c -o $@ $<
$(BUILD)/tests/trainer/test_tiles: tests/trainer/test_bf16.c $(TR_TILES) $(BUILD)/libcnntrain.a
	@mkdir -p $(@D)
	$(call say,TEST)$(CC) $(TR_CPPFLAGS) $(CFLAGS) $(TR_CFLAGS) $(LDFLAGS) $(TR_LDFLAGS) -o $@ $^ -lcmocka $(TR_LIBS)
-include $(TR_TILES:.o=.d)

.PHONY: test-trainer test-trainer-bf16 test-trainer-c test-trainer-parity test-trainer-checkpoint \
	test-trainer-program test-trainer-fetch test-trainer-cuda test-trainer-ranks test-trainer-honest test-trainer-exact test-trainer-files \
	test-trainer-locked test-trainer-first-run test-trainer-window trainer-tests
trainer-tests: trainer $(TR_TESTS)
test-trainer-program: trainer
	/usr/bin/python3 tests/trainer/program.py $(BUILD)/cnntrain
test-trainer-ranks: trainer
	/usr/bin/python3 tests/trainer/ranks.py $(BUILD)/cnntrain
test-trainer-fetch: $(BUILD)/cnntrain
	/usr/bin/python3 tests/trainer/fetch.py $(BUILD)/cnntrain
test-trainer-honest: trainer
	/usr/bin/python3 tests/trainer/honest.py $(BUILD)/cnntrain
test-trainer-bf16: trainer
	/usr/bin/python3 tests/trainer/bf16.py $(BUILD)/cnntrain
test-trainer-exact: trainer $(BUILD)/tests/trainer/lib/step
	/usr/bin/python3 tests/trainer/exact.py $(BUILD)/cnntrain $(BUILD)/tests/trainer/lib/step
test-trainer-files: trainer
	/usr/bin/python3 tests/trainer/files.py $(BUILD)/cnntrain
test-trainer-first-run: trainer
	/usr/bin/python3 tests/trainer/first_run.py $(BUILD)/cnntrain
test-trainer-window: trainer
	/usr/bin/python3 tests/trainer/window.py $(BUILD)/cnntrain
test-trainer-locked: trainer
	/usr/bin/python3 tests/trainer/locked.py $(BUILD)/cnntrain
test-trainer: test-trainer-bf16 test-trainer-files test-trainer-exact test-trainer-honest test-trainer-c test-trainer-parity test-trainer-checkpoint test-trainer-program \
	test-trainer-fetch test-trainer-cuda test-trainer-ranks test-trainer-locked test-trainer-first-run test-trainer-window
test-trainer-cuda: trainer $(BUILD)/tests/trainer/cnntrain_emulated
	/usr/bin/python3 tests/trainer/cuda.py $(BUILD)/tests/trainer/cnntrain_emulated \
		$(BUILD)/cnntrain-mpi.so
test-trainer-checkpoint: trainer
	/usr/bin/python3 tests/trainer/checkpoint.py $(BUILD)/cnntrain
test-trainer-c: $(TR_TESTS)
	@for t in $(TR_TESTS); do CMOCKA_MESSAGE_OUTPUT=TAP $$t || exit 1; done
test-trainer-parity: $(BUILD)/tests/trainer/lib/step $(BUILD)/tests/trainer/lib/step_emulated
	/usr/bin/python3 tests/trainer/parity.py $^

# The CUDA backend on the CPU. Its stand-ins for cuBLAS and NCCL are found by dlsym(), so
# these programs export their symbols.
TR_EMULATED := $(patsubst trainer/%,$(BUILD)/emulated/%.o,$(basename $(TR_CUDA_SRC) \
	$(wildcard trainer/cuda/emulate/*.cpp)))
TR_CXX       = $(CXX) $(TR_CPPFLAGS) -O3 $(filter -O% -g -fsanitize% -fno-sanitize%,$(CFLAGS)) \
	$(TR_CXXFLAGS) -DCNNTRAIN_EMULATE -MMD -MP
TR_LINK_EMULATED = $(CC) $(TR_CPPFLAGS) $(CFLAGS) $(TR_CFLAGS) $(LDFLAGS) $(TR_LDFLAGS) -rdynamic
$(BUILD)/emulated/%.o: trainer/%.cu
	@mkdir -p $(@D)
	$(call say,CXX )$(TR_CXX) -x c++ -c -o $@ $<
$(BUILD)/emulated/%.o: trainer/%.cpp
	@mkdir -p $(@D)
	$(call say,CXX )$(TR_CXX) -c -o $@ $<
$(BUILD)/tests/trainer/lib/step_emulated: tests/trainer/lib/step.c $(TR_EMULATED) $(BUILD)/libcnntrain.a
	@mkdir -p $(@D)
	$(call say,LINK)$(TR_LINK_EMULATED) -o $@ $^ $(TR_LIBS) -lstdc++
$(BUILD)/tests/trainer/test_cuda%: tests/trainer/test_cuda%.c tests/trainer/lib/cuda_way.h $(TR_EMULATED) $(BUILD)/libcnntrain.a
	@mkdir -p $(@D)
	$(call say,TEST)$(TR_LINK_EMULATED) -o $@ $(filter-out %.h,$^) -lcmocka $(TR_LIBS) -lstdc++
$(BUILD)/tests/trainer/test_cuda: tests/trainer/test_cuda.c tests/trainer/lib/cuda_way.h $(TR_EMULATED) $(BUILD)/libcnntrain.a
	@mkdir -p $(@D)
	$(call say,TEST)$(TR_LINK_EMULATED) -o $@ $(filter-out %.h,$^) -lcmocka $(TR_LIBS) -lstdc++
$(BUILD)/tests/trainer/cnntrain_emulated: $(TR_MAIN) $(TR_EMULATED) $(BUILD)/libcnntrain.a
	@mkdir -p $(@D)
	$(call say,LINK)$(TR_LINK_EMULATED) -o $@ $^ $(TR_LIBS) -lstdc++
-include $(TR_EMULATED:.o=.d)

-include $(TR_TESTS:=.d)

# Fuzzers of the readers, next to cnnrun's: see the Makefile.
TR_FUZZ_NAMES := $(patsubst tests/fuzz/trainer/%.c,trainer-%,$(wildcard tests/fuzz/trainer/*.c))
TR_FUZZ_OBJ   := $(filter $(BUILD)/trainer/base/% $(BUILD)/trainer/data/% $(BUILD)/trainer/fetch/untar.o \
	$(BUILD)/trainer/net/safetensors%.o $(BUILD)/trainer/net/text.o $(BUILD)/trainer/train/options.o,$(TR_OBJ))
$(BUILD)/fuzz/trainer-%: tests/fuzz/trainer/%.c tests/fuzz/trainer/trainer.h $(FUZZ_MAIN) \
		tests/fuzz/input.h $(TR_FUZZ_OBJ)
	@mkdir -p $(@D)
	$(call say,FUZZ)$(CC) $(TR_CPPFLAGS) -Itests/fuzz $(CFLAGS) $(TR_CFLAGS) $(LDFLAGS) $(TR_LDFLAGS) \
		$(FUZZ_LINK) -o $@ $< $(FUZZ_MAIN) $(TR_FUZZ_OBJ) $(TR_LIBS)
fuzzers: $(TR_FUZZ_NAMES:%=$(BUILD)/fuzz/%)
FUZZ_NAMES += $(TR_FUZZ_NAMES)

# bench-trainer-torch2: beside the PyTorch of Debian 13, in a root that is made once.
.PHONY: bench-trainer bench-trainer-torch2 bench-trainer-programs
bench-trainer-programs:
	@scripts/setup.sh bench
	@$(MAKE) --no-print-directory $(BUILD)/tests/trainer/bench/step \
		$(BUILD)/tests/trainer/bench/products trainer
bench-trainer: bench-trainer-programs
	/usr/bin/python3 tests/trainer/bench/bench.py $(BUILD) $(BENCH)
bench-trainer-torch2: bench-trainer-programs
	root=$$(tests/engines/root.sh trixie trixie-torch python3-torch libopenblas0-openmp \
		libtcmalloc-minimal4t64) && \
	/usr/bin/python3 tests/trainer/bench/bench.py $(BUILD) --root $$root $(BENCH)

.PHONY: bench-seeds
bench-seeds: trainer
	nice -n 10 /usr/bin/python3 tests/trainer/bench/seeds.py $(BUILD)/cnntrain

.PHONY: bench-ranks
bench-ranks: trainer
	PYTHONPATH=tests/trainer /usr/bin/python3 tests/trainer/bench/ranks.py $(BUILD)/cnntrain
