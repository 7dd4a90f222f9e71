/* SPDX-License-Identifier: MIT */
#include "cuda/emulate.h"

#include <csetjmp>
#include <cstdio>
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

enum state { NEW, RUNNABLE, AT_BARRIER, DONE };

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
	leave(AT_BARRIER);
}

static void fiber_main()
{
	FINISH_SWITCH(nullptr, &scheduler_bottom, &scheduler_size);
	entry(entry_arg);
	current->at = DONE;
	START_SWITCH(nullptr, scheduler_bottom, scheduler_size);
	_longjmp(scheduler, 1);
}

static void start(fiber *f)
{
	f->at = RUNNABLE;
	getcontext(&f->context);
	f->context.uc_stack.ss_sp = f->stack.data();
	f->context.uc_stack.ss_size = STACK;
	f->context.uc_link = nullptr;
	makecontext(&f->context, fiber_main, 0);
	setcontext(&f->context);
}

/* Runs each thread up to its next barrier, or its end. */
static void run_until_barrier(std::vector<fiber> &fibers)
{
	for (volatile size_t i = 0; i < fibers.size(); i = i + 1) {
		fiber *f = &fibers[emulate_order ? fibers.size() - 1 - i : i];

		if (f->at == DONE)
			continue;
		current = f;
		emulate_here = &f->place;
		if (_setjmp(scheduler) == 0) {
			f->stack.resize(STACK);
			START_SWITCH(&scheduler_fake, f->stack.data(), STACK);
			if (f->at == NEW)
				start(f);
			f->at = RUNNABLE;
			_longjmp(f->resume, 1);
		}
		FINISH_SWITCH(scheduler_fake, nullptr, nullptr);
	}
}

static void run_block(std::vector<fiber> &fibers)
{
	for (;;) {
		size_t done = 0;

		run_until_barrier(fibers);
		for (fiber &f : fibers)
			done += f.at == DONE;
		if (done == fibers.size())
			return;
		if (done > 0) {
			fprintf(stderr,
				"emulate: a barrier that %zu of %zu threads never "
				"reach\n",
				done, fibers.size());
			abort();
		}
	}
}

void emulate_grid(dim3 grid, dim3 block, void (*run)(void *), void *arg)
{
	static std::vector<fiber> fibers;
	unsigned count = block.x * block.y * block.z;

	entry = run;
	entry_arg = arg;
	fibers.resize(count);
	for (unsigned b = 0; b < grid.x * grid.y * grid.z; b++) {
		for (unsigned i = 0; i < count; i++) {
			emulate_place *p = &fibers[i].place;

			p->thread = dim3(i % block.x, i / block.x % block.y,
				i / block.x / block.y);
			p->block = dim3(
				b % grid.x, b / grid.x % grid.y, b / grid.x / grid.y);
			p->block_size = block;
			p->grid = grid;
			fibers[i].at = NEW;
		}
		run_block(fibers);
	}
}
