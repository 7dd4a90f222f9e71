/* SPDX-License-Identifier: MIT */
/* replay CORPUS [MILLISECONDS]: a fuzzer without libFuzzer. Every file of the corpus,
 * then mutations of them by a seeded generator for so long. TAP; an input that crashes is
 * written to crash-NAME in the working directory or $TMPDIR. */
#include "input.h"

#include <dirent.h>
#include <time.h>

enum { INPUTS_MAX = 1000, INPUT_BYTES = 8192, KNOWN_BYTES = 1 << 20 };

struct input {
	uint8_t *p;
	size_t n;
};

static struct input inputs[INPUTS_MAX];
static size_t n_inputs;
static uint8_t current[KNOWN_BYTES];
static size_t size;
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
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/crash-%s", dir ? dir : "/tmp", name);
	f = fopen(path, "wbe");
	if (f && fwrite(current, 1, size, f) == size)
		printf("# the input is in %s\n", path);
	if (f)
		fclose(f);
	fflush(stdout);
}

static void run_one(void)
{
	/* a block of its own size, so that reading beyond it is seen */
	uint8_t *data = malloc(size ? size : 1);

	assert(data);
	memcpy(data, current, size);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static void load(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *f;

	while (d && (f = readdir(d)) && n_inputs < INPUTS_MAX) {
		char path[4096];
		FILE *in;

		snprintf(path, sizeof path, "%s/%s", dir, f->d_name);
		in = f->d_name[0] == '.' ? NULL : fopen(path, "rbe");
		if (!in)
			continue;
		size = fread(current, 1, sizeof current, in);
		fclose(in);
		inputs[n_inputs].p = malloc(size ? size : 1);
		assert(inputs[n_inputs].p);
		memcpy(inputs[n_inputs].p, current, size);
		inputs[n_inputs++].n = size;
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

static void insert(size_t at, const uint8_t *data, size_t n)
{
	if (size + n > INPUT_BYTES)
		return;
	memmove(current + at + n, current + at, size - at);
	memcpy(current + at, data, n);
	size += n;
}

static void mutate(void)
{
	static const char odd[] = "\0\n\r\t \"'\\:/=,.-{}[]()$#*?!%\x7f\x80\xff"
				  "09azAZ";
	const struct input *other = &inputs[below(n_inputs)];
	size_t at = below(size + 1), n = below(16) + 1, from;
	uint8_t c = below(2) ? (uint8_t)odd[below(sizeof odd)] : (uint8_t)below(256);
	uint8_t piece[16];

	switch (size ? below(6) : 5) {
	case 0: /* another byte */
		current[at < size ? at : size - 1] = c;
		break;
	case 1: /* one bit */
		current[at < size ? at : size - 1] ^= (uint8_t)(1 << below(8));
		break;
	case 2: /* less */
		n = n < size - at ? n : size - at;
		memmove(current + at, current + at + n, size - at - n);
		size -= n;
		break;
	case 3: /* a piece of another */
		from = below(other->n + 1);
		n = below(other->n - from + 1);
		insert(at, other->p + from, n);
		break;
	case 4: /* a piece again */
		n = n < size - at ? n : size - at;
		memcpy(piece, current + at, n);
		insert(at, piece, n);
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
		size = inputs[i].n;
		memcpy(current, inputs[i].p, size);
		run_one();
	}
	printf("%s 1 - %s: %zu known inputs\n", n_inputs ? "ok" : "not ok", name,
		n_inputs);
	fflush(stdout);
	end = now() + (argc > 2 ? atof(argv[2]) : 1000) / 1000;
	for (; n_inputs && now() < end; runs++) {
		const struct input *from = &inputs[below(n_inputs)];

		size = from->n < INPUT_BYTES ? from->n : INPUT_BYTES;
		memcpy(current, from->p, size);
		for (size_t i = below(6) + 1; i; i--)
			mutate();
		run_one();
	}
	printf("ok 2 - %s: mutations\n# %zu of them\n", name, runs);
	for (size_t i = 0; i < n_inputs; i++)
		free(inputs[i].p);
	return 0;
}
