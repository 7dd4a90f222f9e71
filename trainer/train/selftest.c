/* SPDX-License-Identifier: MIT */
/* `cnntrain selftest`: whole steps of a backend against the plain CPU kernels, tensor by
 * tensor, for a machine that the project's tests never saw; of a GPU also every
 * operation; in every precision that the device has. */
#include "train/selftest.h"
#include "base/mem.h"
#include "base/rng.h"
#include "cpu/ops.h"
#include "train/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Few images, and chosen so that no ReLU's input is near 0, where rounding decides: one
 * element on the other side moves a gradient by a hundredth. */
enum { COUNT = 20, STEPS = 1 };

struct sample {
	float *images;
	uint8_t labels[COUNT];
	struct batch in;
};

/* One backend's results after STEPS steps. */
struct result {
	float *logits;
	float *arrays[ARRAYS];
	double loss;
};

static int compute(
	struct backend *b, const struct sample *s, struct result *r, struct err *e)
{
	const struct net *net = b->net;
	AUTO_FREE float *trained = mem_floats(net->trained_count);
	AUTO_FREE float *stats = mem_floats(net->stat_count);
	struct adam adam = adam_usual(1e-3);
	struct outcome out;

	net_init(net, 1, trained, stats);
	if (b->ops->write(b, ARRAY_TRAINED, trained, e) < 0 ||
		b->ops->write(b, ARRAY_STATS, stats, e) < 0)
		return -1;
	for (int i = 0; i < STEPS; i++)
		if (b->ops->train(b, &s->in, rng_key(1, RNG_DROPOUT, (uint64_t)i), &out,
			    e) < 0 ||
			b->ops->update(b, &adam, i + 1, e) < 0)
			return -1;
	r->loss = out.loss / COUNT;
	r->logits = mem_floats(COUNT * NET_CLASSES);
	if (b->ops->eval(b, &s->in, r->logits, &out, e) < 0)
		return -1;
	for (int i = 0; i < ARRAYS; i++) {
		r->arrays[i] = mem_floats(array_count(net, (enum array)i));
		if (b->ops->read(b, (enum array)i, r->arrays[i], e) < 0)
			return -1;
	}
	return 0;
}

static void release(struct result *r)
{
	mem_free(&r->logits);
	for (int i = 0; i < ARRAYS; i++)
		mem_free(&r->arrays[i]);
}

/* Distance of two vectors relative to the second's length. */
static double distance(const float *a, const float *b, long count)
{
	double apart = 0, length = 0;

	for (long i = 0; i < count; i++) {
		double d = (double)a[i] - (double)b[i];
		apart += d * d;
		length += (double)b[i] * (double)b[i];
	}
	return sqrt(apart / (length + 1e-30));
}

int selftest_report(const char *what, double apart, double limit)
{
	bool good = apart <= limit;

	printf("%-6s %-48s %.1e\n", good ? "ok" : "FAIL", what, apart);
	return !good;
}

/* How far a step may be off in each precision. fp32: by the order of sums. Else factors
 * have a relative error u of 2⁻¹¹ or 2⁻⁹. The loss sees some of it averaged; gradients
 * see more: an input of a ReLU within about u of 0 may fall on the other side, the share
 * of those is in proportion to u, and each turns its gradient on or off: their distance
 * goes with √u. One wrong operation gives distances of 1. Adam's first step is
 * lr·sign(g), so weights differ where signs do. */
struct limits {
	double loss, logits, weights, stats, grads;
};

static const struct limits limits[] = {
	[PRECISION_FP32] = {1e-4, 1e-3, 1e-3, 1e-3, 1e-3},
	[PRECISION_TF32] = {2e-3, 2e-2, 1e-2, 2e-3, 0.2},
	[PRECISION_BF16] = {8e-3, 8e-2, 4e-2, 8e-3, 0.4},
};

static int compare(const struct net *net, enum precision precision,
	const struct result *a, const struct result *b)
{
	const struct limits *l = &limits[precision];
	int failed = 0;

	failed += selftest_report("loss", fabs(a->loss - b->loss) / b->loss, l->loss);
	failed += selftest_report(
		"logits", distance(a->logits, b->logits, COUNT * NET_CLASSES), l->logits);
	failed += selftest_report("weights after Adam",
		distance(a->arrays[ARRAY_TRAINED], b->arrays[ARRAY_TRAINED],
			net->trained_count),
		l->weights);
	for (int i = 0; i < net->tensor_count; i++) {
		const struct tensor *t = &net->tensors[i];
		enum array which = t->trained ? ARRAY_GRAD : ARRAY_STATS;
		AUTO_FREE char *what =
			mem_printf("%s %s", t->trained ? "grad" : "stat", t->name);

		failed += selftest_report(what,
			distance(a->arrays[which] + t->at, b->arrays[which] + t->at,
				t->count),
			t->trained ? l->grads : l->stats);
	}
	return failed;
}

/* A backend under test against the plain kernels; the number of failed lines. */
static int check(const struct net *net, struct backend *b, enum precision precision,
	const struct sample *s, struct err *e)
{
	struct result a = {0}, plain = {0};
	struct backend *reference = cpu_open(net, COUNT, 1, "plain", NULL, e);
	char device[300];
	int failed = -1;

	b->ops->describe(b, device, sizeof(device));
	printf("selftest of %s, %d channel%s, %d steps\n", device, net->channels,
		net->channels == 1 ? "" : "s", STEPS);
	if (compute(b, s, &a, e) == 0 && compute(reference, s, &plain, e) == 0)
		failed = compare(net, precision, &a, &plain);
	release(&a);
	release(&plain);
	reference->ops->close(reference);
	return failed;
}

static void make_sample(struct sample *s, int channels)
{
	long count = (long)COUNT * channels * NET_SIDE * NET_SIDE;

	s->images = mem_floats(count);
	for (long i = 0; i < count; i++)
		s->images[i] = (float)(2 * rng_uniform(15, (uint64_t)i) - 1);
	for (int i = 0; i < COUNT; i++)
		s->labels[i] = (uint8_t)(i % NET_CLASSES);
	s->in = (struct batch){.images = s->images, .labels = s->labels, .count = COUNT};
}

/* One whole step, and whether it was on a GPU. */
static int check_step(const struct options *o, int channels, bool *on_gpu, struct err *e)
{
	struct options with = *o;
	struct run r = {.o = &with};
	struct sample s;
	int failed;

	with.batch_size = COUNT;
	with.kind = channels == 1 ? DATASET_FASHION : DATASET_CIFAR10;
	if (run_open_model(&r, e) < 0)
		return -1;
	*on_gpu = !strcmp(r.b->ops->name, "cuda");
	make_sample(&s, channels);
	failed = check(&r.net, r.b, o->precision, &s, e);
	mem_free(&s.images);
	run_close(&r);
	return failed;
}

static void count_report(void *arg, const char *what, double apart, double limit)
{
	int *failed = arg;

	*failed += selftest_report(what, apart, limit);
}

/* Everything in one precision. */
static int check_all(const struct options *o, bool *on_gpu, struct err *e)
{
	struct gpu_options gpu = {.precision = o->precision, .device = -1};
	int failed = 0;

	for (int channels = 1; channels <= 3; channels += 2) {
		int more = check_step(o, channels, on_gpu, e);

		if (more >= 0 && *on_gpu) {
			failed += more;
			more = selftest_graphs(o, channels, e);
		}
		if (more < 0)
			return -1;
		failed += more;
	}
	if (*on_gpu && cuda_check_ops(&gpu, count_report, &failed, e) < 0)
		return -1;
	return failed;
}

/* Of what is not fp32 */
static bool cpu_has(const struct options *o)
{
	return o->precision == PRECISION_BF16 && !o->isa && ops_find("bf16");
}

int selftest_run(const struct options *o, struct err *e)
{
	struct options with = *o;
	bool on_gpu = false;
	int failed;

	with.precision = o->isa ? o->precision : PRECISION_FP32;
	failed = check_all(&with, &on_gpu, e);
	for (int i = PRECISION_TF32; failed >= 0 && i <= PRECISION_BF16; i++) {
		int more;

		with.precision = (enum precision)i;
		if (!on_gpu && !cpu_has(&with))
			continue;
		more = check_all(&with, &on_gpu, e);
		if (more < 0 && i == PRECISION_TF32 && strstr(e->msg, " needs ")) {
			printf("-      not tested: %s\n", e->msg);
			break;
		}
		failed = more < 0 ? -1 : failed + more;
	}
	if (failed > 0)
		return err_set(e,
			"selftest: %d results are too far from the plain kernels'",
			failed);
	return failed;
}
