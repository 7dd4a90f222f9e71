/* SPDX-License-Identifier: MIT */
#include "team/ring.h"
#include "team/wire.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* Two threads may see it; the first one says so. */
static _Noreturn void give_up(const struct ring *r, int end)
{
	static atomic_int lost;
	int other = (r->rank + (end < 0 ? 1 : r->world - 1)) % r->world;

	if (atomic_exchange(&lost, 1))
		for (;;)
			pause();
	fflush(NULL);
	if (end == WIRE_OTHER_SIZE)
		fprintf(stderr,
			"cnntrain: rank %d: rank %d has other images or options; start "
			"all ranks with the same\n",
			r->rank, other);
	else
		fprintf(stderr,
			"cnntrain: rank %d: lost rank %d, and with it the team; start "
			"all ranks again with --resume\n",
			r->rank, other);
	_exit(1);
}

static void exchange(const struct ring *r, int to, const void *out, size_t out_size,
	int from, void *in, size_t in_size)
{
	int end = wire_exchange(to, out, out_size, from, in, in_size);

	if (end)
		give_up(r, end);
}

void ring_gather(const struct ring *r, enum lane lane, char *bytes, const size_t *starts)
{
	for (int i = 0; i < r->world - 1; i++) {
		int out = (r->rank - i + r->world) % r->world;
		int in = (out - 1 + r->world) % r->world;

		exchange(r, r->next[lane], bytes + starts[out],
			starts[out + 1] - starts[out], r->previous[lane],
			bytes + starts[in], starts[in + 1] - starts[in]);
	}
}

void ring_broadcast(const struct ring *r, enum lane lane, void *bytes, size_t size)
{
	if (r->rank > 0)
		exchange(r, -1, NULL, 0, r->previous[lane], bytes, size);
	if (r->rank < r->world - 1)
		exchange(r, r->next[lane], bytes, size, -1, NULL, 0);
}

long ring_part(const struct ring *r, long count)
{
	return count / r->world + 1;
}

/* Part p of the sum begins with rank p's, takes the others' on its way around, and goes
 * around once more when it is whole. */
void ring_add(
	const struct ring *r, enum lane lane, float *array, long count, float *received)
{
	int world = r->world;

	for (int i = 0; i < 2 * (world - 1); i++) {
		int out = (r->rank - i + 2 * world) % world;
		int in = (out - 1 + world) % world;
		long out_at = count * out / world, in_at = count * in / world;
		long out_size = count * (out + 1) / world - out_at;
		long in_size = count * (in + 1) / world - in_at;
		bool whole = i >= world - 1;

		exchange(r, r->next[lane], array + out_at,
			(size_t)out_size * sizeof(float), r->previous[lane],
			whole ? array + in_at : received,
			(size_t)in_size * sizeof(float));
		for (long j = 0; !whole && j < in_size; j++)
			array[in_at + j] += received[j];
	}
}
