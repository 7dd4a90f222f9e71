/* SPDX-License-Identifier: MIT */
/* replay CORPUS [MILLISECONDS]: a fuzzer without libFuzzer. Every file of the corpus,
 * then mutations of them by a seeded generator for so long. TAP; an input that crashes is
 * written to crash-NAME in the working directory or $TMPDIR. */
#include "fuzz.h"

#include <dirent.h>
#include <time.h>

#include "base/path.h"

enum { INPUTS_MAX = 1000, SIZE_MAX_BYTES = 8192 };

static struct buf inputs[INPUTS_MAX];
static size_t n_inputs;
static struct buf current;
static const char *name;

void __sanitizer_set_death_callback(void (*f)(void)) __attribute__((weak));

/* An assertion that fails is a death as well. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "handle_abort=1";
}

static void on_death(void)
{
	const char *dir = getenv("TMPDIR");
	AUTO_FREE char *path = xasprintf("%s/crash-%s", dir ? dir : "/tmp", name);

	file_write(path, buf_str(&current), current.n, 0600, NULL);
	printf("# the input is in %s\n", path);
	fflush(stdout);
}

static void run_one(void)
{
	/* a block of its own size, so that reading beyond it is seen */
	uint8_t *data = xmalloc(current.n);

	memcpy(data, buf_str(&current), current.n);
	LLVMFuzzerTestOneInput(data, current.n);
	free(data);
}

static void load(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *f;
	struct err e;

	while (d && (f = readdir(d)) && n_inputs < INPUTS_MAX) {
		AUTO_FREE char *path = path_join(dir, f->d_name);

		if (f->d_name[0] != '.' && file_read(path, 0, &inputs[n_inputs], &e) == 0)
			n_inputs++;
	}
	if (d)
		closedir(d);
}

static uint64_t state = 88172645463325252u;

static size_t below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (size_t)(state % n) : 0;
}

static void insert(size_t at, const char *data, size_t n)
{
	AUTO_BUF struct buf tail = {0};

	if (current.n + n > SIZE_MAX_BYTES)
		return;
	buf_add(&tail, current.p + at, current.n - at);
	current.n = at;
	buf_add(&current, data, n);
	buf_add(&current, buf_str(&tail), tail.n);
}

static void mutate(void)
{
	static const char odd[] = "\0\n\r\t \"'\\:/=,.-{}[]()$#*?!%\x7f\x80\xff"
				  "09azAZ";
	const struct buf *other = &inputs[below(n_inputs)];
	size_t at = below(current.n + 1), n = below(16) + 1, from;
	char c = below(2) ? odd[below(sizeof odd)] : (char)below(256);

	switch (current.n ? below(6) : 5) {
	case 0: /* another byte */
		current.p[at < current.n ? at : current.n - 1] = c;
		break;
	case 1: /* one bit */
		current.p[at < current.n ? at : current.n - 1] ^= (char)(1 << below(8));
		break;
	case 2: /* less */
		n = n < current.n - at ? n : current.n - at;
		memmove(current.p + at, current.p + at + n, current.n - at - n);
		current.n -= n;
		current.p[current.n] = 0;
		break;
	case 3: /* a piece of another */
		from = below(other->n + 1);
		n = below(other->n - from + 1);
		insert(at, buf_str(other) + from, n);
		break;
	case 4: /* a piece again */
		n = n < current.n - at ? n : current.n - at;
		{
			AUTO_FREE char *piece = xstrndup("", 0);

			piece = xrealloc(piece, n + 1);
			memcpy(piece, current.p + at, n);
			insert(at, piece, n);
		}
		break;
	default:
		insert(at, &c, 1);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	double end;
	size_t runs = 0;

	if (argc < 2)
		return 2;
	name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	LLVMFuzzerInitialize(&argc, &argv);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(on_death);
	load(argv[1]);
	printf("1..2\n");
	for (size_t i = 0; i < n_inputs; i++) {
		current.n = 0;
		buf_add(&current, buf_str(&inputs[i]), inputs[i].n);
		run_one();
	}
	printf("%s 1 - %s: %zu known inputs\n", n_inputs ? "ok" : "not ok", name,
		n_inputs);
	fflush(stdout);
	end = now() + (argc > 2 ? atof(argv[2]) : 1000) / 1000;
	for (; n_inputs && now() < end; runs++) {
		const struct buf *from = &inputs[below(n_inputs)];

		current.n = 0;
		buf_add(&current, buf_str(from),
			from->n < SIZE_MAX_BYTES ? from->n : SIZE_MAX_BYTES);
		for (size_t i = below(6) + 1; i; i--)
			mutate();
		run_one();
	}
	printf("ok 2 - %s: mutations\n# %zu of them\n", name, runs);
	for (size_t i = 0; i < n_inputs; i++)
		buf_free(&inputs[i]);
	buf_free(&current);
	return 0;
}
