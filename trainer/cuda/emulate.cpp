/* SPDX-License-Identifier: MIT */
#include "cuda/emulate.h"

#include <csetjmp>
#include <cstdio>
#include <ucontext.h>
#include <vector>

enum state { NEW, RUNNABLE, AT_BARRIER, DONE };

struct fiber {
	emulate_place place;
	state at;
	jmp_buf resume;
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

static void leave(state s)
{
	fiber *me = current;

	me->at = s;
	if (!_setjmp(me->resume))
		_longjmp(scheduler, 1);
}

void __syncthreads()
{
	leave(AT_BARRIER);
}

static void fiber_main()
{
	entry(entry_arg);
	current->at = DONE;
	_longjmp(scheduler, 1);
}

static void start(fiber *f)
{
	f->at = RUNNABLE;
	if (f->stack.empty())
		f->stack.resize(STACK);
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
			if (f->at == NEW)
				start(f);
			f->at = RUNNABLE;
			_longjmp(f->resume, 1);
		}
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
