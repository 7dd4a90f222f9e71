/* SPDX-License-Identifier: MIT */
/* Stand-ins for the entry points of NCCL that the backend loads (see cublas.cpp): threads
 * and processes meet in a file, mapped by all, that the unique id names (in EMULATE_DIR).
 * A collective runs when its stream gets there, and waits for the others, so that calls
 * in another order on two ranks end in a deadlock here too. Sums are made in the order of
 * the ranks. */
#include "cuda/emulate/runtime.h"
#include "cuda/nccl.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { RANKS = 8, ROOM = 1 << 22 };

struct meeting {
	volatile int ready, aborted;
	volatile int waiting, round; /* a barrier that an abort opens */
	char data[RANKS][ROOM]; /* pages that nobody touches cost nothing */
};

struct communicator {
	meeting *with;
	int rank, ranks;
	communicator *next; /* of those that were given up */
};

int emulate_bad_rank = -1, emulate_aborts;

static void meet(communicator *c)
{
	meeting *m = c->with;
	int round = __atomic_load_n(&m->round, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&m->waiting, 1, __ATOMIC_ACQ_REL) == c->ranks) {
		m->waiting = 0;
		__atomic_add_fetch(&m->round, 1, __ATOMIC_ACQ_REL);
		return;
	}
	while (__atomic_load_n(&m->round, __ATOMIC_ACQUIRE) == round &&
		!__atomic_load_n(&m->aborted, __ATOMIC_ACQUIRE))
		usleep(100);
}

static size_t size_of(int type)
{
	return type == NCCL_FLOAT ? sizeof(float) : sizeof(double);
}

static void exchange(communicator *c, const void *from, size_t bytes)
{
	memcpy(c->with->data[c->rank], from, bytes);
	meet(c);
}

template <class T> static void add_up(communicator *c, T *to, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		T sum = 0;

		for (int r = 0; r < c->ranks; r++)
			sum += reinterpret_cast<T *>(c->with->data[r])[i];
		to[i] = sum;
	}
	meet(c);
}

extern "C" {

int ncclGetUniqueId(nccl_id *id)
{
	static int counter;
	const char *dir = getenv("EMULATE_DIR");
	int n;

	memset(id, 0, sizeof(*id));
	n = snprintf(id->bytes, sizeof(id->bytes), "%s/nccl-%d-%d",
		dir ? dir : "/dev/shm", (int)getpid(),
		__atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED));
	return n < (int)sizeof(id->bytes) ? 0 : 4;
}

int ncclCommInitRank(void **comm, int ranks, nccl_id id, int rank)
{
	communicator *c = new communicator{nullptr, rank, ranks, nullptr};
	int fd = open(id.bytes, O_RDWR | O_CREAT, 0600);
	void *at = MAP_FAILED;

	if (fd >= 0 && ranks <= RANKS && ftruncate(fd, sizeof(meeting)) == 0)
		at = mmap(nullptr, sizeof(meeting), PROT_READ | PROT_WRITE, MAP_SHARED,
			fd, 0);
	if (fd >= 0)
		close(fd);
	if (at == MAP_FAILED) {
		delete c;
		return 2;
	}
	c->with = static_cast<meeting *>(at);
	if (rank == 0)
		__atomic_store_n(&c->with->ready, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&c->with->ready, __ATOMIC_ACQUIRE))
		usleep(1000);
	meet(c);
	if (rank == 0)
		unlink(id.bytes); /* all are in */
	*comm = c;
	return 0;
}

int ncclCommDestroy(void *comm)
{
	communicator *c = static_cast<communicator *>(comm);

	munmap(c->with, sizeof(meeting));
	delete c;
	return 0;
}

/* It stays, and what is mapped: another thread may still be in there. */
int ncclCommAbort(void *comm)
{
	static communicator *given_up;
	communicator *c = static_cast<communicator *>(comm);

	c->next = __atomic_exchange_n(&given_up, c, __ATOMIC_ACQ_REL);
	__atomic_add_fetch(&emulate_aborts, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&c->with->aborted, 1, __ATOMIC_RELEASE);
	return 0;
}

int ncclCommGetAsyncError(void *, int *status)
{
	*status = 0;
	return 0;
}

int ncclAllGather(
	const void *from, void *to, size_t count, int type, void *comm, cudaStream_t s)
{
	communicator *c = static_cast<communicator *>(comm);
	size_t bytes = count * size_of(type);

	if (c->rank == emulate_bad_rank)
		return 2;
	if (bytes > ROOM)
		return 4;
	emulate_push(s, [=] {
		exchange(c, from, bytes);
		for (int r = 0; r < c->ranks; r++)
			memcpy(static_cast<char *>(to) + (size_t)r * bytes,
				c->with->data[r], bytes);
		meet(c);
	});
	return 0;
}

int ncclAllReduce(const void *from, void *to, size_t count, int type, int op, void *comm,
	cudaStream_t s)
{
	communicator *c = static_cast<communicator *>(comm);

	if (op != NCCL_SUM || count * size_of(type) > ROOM)
		return 4;
	emulate_push(s, [=] {
		exchange(c, from, count * size_of(type));
		if (type == NCCL_FLOAT)
			add_up(c, static_cast<float *>(to), count);
		else
			add_up(c, static_cast<double *>(to), count);
	});
	return 0;
}

const char *ncclGetErrorString(int status)
{
	return status == 4 ? "invalid argument" : "unhandled system error";
}
}
