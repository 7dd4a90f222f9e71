/* SPDX-License-Identifier: MIT */
#include "cuda/emulate/emulate.h"

#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <ucontext.h>
#include <vector>

/* AddressSanitizer must be told when the stack changes. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#define START_SWITCH(save, bottom, size)                                                 \
	__sanitizer_start_switch_fiber(save, bottom, size)
#define FINISH_SWITCH(saved, bottom, size)                                               \
	__sanitizer_finish_switch_fiber(saved, bottom, size)
#else
#define START_SWITCH(save, bottom, size)   ((void)(save), (void)(bottom), (void)(size))
#define FINISH_SWITCH(saved, bottom, size) ((void)(saved), (void)(bottom), (void)(size))
#endif

enum state { UNBORN, READY, AT_BARRIER, DONE };

/* A fiber lives on from block to block: it begins the next thread where it ended one. */
struct fiber {
	emulate_place place;
	state at;
	jmp_buf resume;
	void *fake_stack;
	std::vector<char> stack;
	ucontext_t context;
};

emulate_place *emulate_here;
int emulate_order;

static std::mutex one_grid; /* at a time, whatever the host's threads */
static fiber *current;
static jmp_buf scheduler;
static void (*entry)(void *);
static void *entry_arg;

enum { STACK = 64 << 10 };

static void *scheduler_fake;
static const void *scheduler_bottom;
static size_t scheduler_size;

static void leave(state s)
{
	fiber *me = current;

	me->at = s;
	if (!_setjmp(me->resume)) {
		START_SWITCH(&me->fake_stack, scheduler_bottom, scheduler_size);
		_longjmp(scheduler, 1);
	}
	FINISH_SWITCH(me->fake_stack, &scheduler_bottom, &scheduler_size);
}

void __syncthreads()
{
	if (!current) {
		fprintf(stderr,
			"emulate: a barrier in a kernel that was launched flat\n");
		abort();
	}
	leave(AT_BARRIER);
}

static void fiber_main()
{
	FINISH_SWITCH(nullptr, &scheduler_bottom, &scheduler_size);
	for (;;) {
		entry(entry_arg);
		leave(DONE);
	}
}

static void start(fiber *f)
{
	getcontext(&f->context);
	f->context.uc_stack.ss_sp = f->stack.data();
	f->context.uc_stack.ss_size = STACK;
	f->context.uc_link = nullptr;
	makecontext(&f->context, fiber_main, 0);
	setcontext(&f->context);
}

/* A permutation of 0 … count-1. */
static unsigned place_of(unsigned i, unsigned count)
{
	unsigned step = (unsigned)emulate_order * 2654435761u | 1;

	if (emulate_order == 0)
		return i;
	if (emulate_order == 1)
		return count - 1 - i;
	for (step %= count; step > 1; step--) {
		unsigned a = count, b = step;

		while (b) {
			unsigned rest = a % b;

			a = b;
			b = rest;
		}
		if (a == 1)
			break;
	}
	return (unsigned)(((uint64_t)i * (step ? step : 1) + (unsigned)emulate_order) %
			  count);
}

typedef std::vector<std::unique_ptr<fiber>> fiber_list;

/* Runs each thread up to its next barrier, or its end. */
static void run_until_barrier(fiber_list &fibers, const unsigned *order, unsigned count)
{
	for (volatile unsigned i = 0; i < count; i = i + 1) {
		fiber *f = fibers[order[i]].get();

		if (f->at == DONE)
			continue;
		current = f;
		emulate_here = &f->place;
		if (_setjmp(scheduler) == 0) {
			START_SWITCH(&scheduler_fake, f->stack.data(), STACK);
			if (f->at == UNBORN)
				start(f);
			_longjmp(f->resume, 1);
		}
		FINISH_SWITCH(scheduler_fake, nullptr, nullptr);
		current = nullptr;
	}
}

static void run_block(fiber_list &fibers, const unsigned *order, unsigned count)
{
	for (;;) {
		unsigned done = 0;

		run_until_barrier(fibers, order, count);
		for (unsigned i = 0; i < count; i++)
			done += fibers[i]->at == DONE;
		if (done == count)
			return;
		if (done > 0) {
			fprintf(stderr,
				"emulate: a barrier that %u of %u threads never reach\n",
				done, count);
			abort();
		}
	}
}

static emulate_place place_in(dim3 grid, dim3 block, unsigned b, unsigned i)
{
	return emulate_place{
		dim3(i % block.x, i / block.x % block.y, i / block.x / block.y),
		dim3(b % grid.x, b / grid.x % grid.y, b / grid.x / grid.y), block, grid};
}

static void run_flat(dim3 grid, dim3 block, unsigned b, const unsigned *order)
{
	for (unsigned i = 0; i < block.x * block.y * block.z; i++) {
		emulate_place place = place_in(grid, block, b, order[i]);

		emulate_here = &place;
		entry(entry_arg);
	}
}

static void run_fibers(dim3 grid, dim3 block, unsigned b, const unsigned *order)
{
	static fiber_list fibers;
	unsigned count = block.x * block.y * block.z;

	while (fibers.size() < count) {
		fibers.emplace_back(new fiber());
		fibers.back()->stack.resize(STACK);
	}
	for (unsigned i = 0; i < count; i++) {
		fiber *f = fibers[i].get();

		f->place = place_in(grid, block, b, i);
		f->at = f->at == UNBORN ? UNBORN : READY;
	}
	run_block(fibers, order, count);
}

void emulate_grid(dim3 grid, dim3 block, bool flat, void (*run)(void *), void *arg)
{
	std::lock_guard<std::mutex> lock(one_grid);
	unsigned blocks = grid.x * grid.y * grid.z, count = block.x * block.y * block.z;
	std::vector<unsigned> order(count);

	entry = run;
	entry_arg = arg;
	for (unsigned i = 0; i < count; i++)
		order[i] = place_of(i, count);
	for (unsigned i = 0; i < blocks; i++) {
		unsigned b = place_of(i, blocks);

		if (flat)
			run_flat(grid, block, b, order.data());
		else
			run_fibers(grid, block, b, order.data());
	}
}
