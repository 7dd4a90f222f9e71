/* SPDX-License-Identifier: MIT */
/* One training step on given weights and images, for parity.py to compare with PyTorch.
 *
 *   step CHANNELS COUNT ISA THREADS < in > out
 *   step CHANNELS names
 *
 * in:  every tensor in PyTorch's layout (table order), images, labels as floats
 * out: eval logits (count, 10); keep of each block (count, co); loss; every trained
 * tensor's gradient; every tensor after one Adam step */
#include "base/mem.h"
#include "base/rng.h"
#include "net/backend.h"
#include "net/dropout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "step: %s\n", what);
	exit(1);
}

static void get(float *p, long n)
{
	need(fread(p, sizeof(float), (size_t)n, stdin) == (size_t)n, "input ends early");
}

static void put(const float *p, long n)
{
	need(fwrite(p, sizeof(float), (size_t)n, stdout) == (size_t)n, "cannot write");
}

static void put_tensor(const struct tensor *t, const float *array)
{
	AUTO_FREE float *theirs = mem_floats(tensor_elements(t));

	tensor_export(t, array + t->at, theirs);
	put(theirs, tensor_elements(t));
}

static void load_weights(struct backend *b, struct err *e)
{
	const struct net *net = b->net;
	AUTO_FREE float *trained = mem_floats(net->trained_count);
	AUTO_FREE float *stats = mem_floats(net->stat_count);

	for (int i = 0; i < net->tensor_count; i++) {
		const struct tensor *t = &net->tensors[i];
		AUTO_FREE float *theirs = mem_floats(tensor_elements(t));

		get(theirs, tensor_elements(t));
		tensor_import(t, theirs, (t->trained ? trained : stats) + t->at);
	}
	need(!b->ops->write(b, ARRAY_TRAINED, trained, e), e->msg);
	need(!b->ops->write(b, ARRAY_STATS, stats, e), e->msg);
}

static void put_keeps(const struct net *net, uint64_t key, int count)
{
	for (int i = 0; i < NET_BLOCKS; i++) {
		for (int j = 0; j < count; j++) {
			float keep[128];

			dropout_keep(key, i, j, net->block[i].co, keep);
			put(keep, net->block[i].co);
		}
	}
}

static void put_arrays(struct backend *b, bool gradients, struct err *e)
{
	const struct net *net = b->net;
	enum array first = gradients ? ARRAY_GRAD : ARRAY_TRAINED;
	AUTO_FREE float *trained = mem_floats(net->trained_count);
	AUTO_FREE float *stats = mem_floats(net->stat_count);

	need(!b->ops->read(b, first, trained, e), e->msg);
	need(!b->ops->read(b, ARRAY_STATS, stats, e), e->msg);
	for (int i = 0; i < net->tensor_count; i++) {
		const struct tensor *t = &net->tensors[i];

		if (t->trained || !gradients)
			put_tensor(t, t->trained ? trained : stats);
	}
}

static void run(struct backend *b, int count)
{
	long size = (long)count * b->net->channels * NET_SIDE * NET_SIDE;
	AUTO_FREE float *images = mem_floats(size);
	AUTO_FREE float *labels = mem_floats(count);
	AUTO_FREE float *logits = mem_floats(count * 10L);
	AUTO_FREE uint8_t *bytes = mem_alloc((size_t)count);
	struct adam adam = adam_usual(1e-3);
	struct batch in = {.images = images, .labels = bytes, .count = count};
	uint64_t key = rng_key(1, RNG_DROPOUT, 0);
	struct outcome out;
	struct err e;
	float loss;

	load_weights(b, &e);
	get(images, size);
	get(labels, count);
	for (int i = 0; i < count; i++)
		bytes[i] = (uint8_t)labels[i];
	need(!b->ops->eval(b, &in, logits, &out, &e), e.msg);
	put(logits, count * 10L);
	put_keeps(b->net, key, count);
	need(!b->ops->train(b, &in, key, &out, &e), e.msg);
	loss = (float)(out.loss / count);
	put(&loss, 1);
	put_arrays(b, true, &e);
	need(!b->ops->update(b, &adam, 1, &e), e.msg);
	put_arrays(b, false, &e);
}

int main(int argc, char **argv)
{
	const struct gpu_options gpu = {.device = -1};
	struct net net;
	struct backend *b;
	struct err e;

	need(argc >= 3, "usage: step CHANNELS COUNT ISA THREADS");
	net_describe(&net, atoi(argv[1]));
	if (!strcmp(argv[2], "names")) {
		for (int i = 0; i < net.tensor_count; i++)
			printf("%s %d\n", net.tensors[i].name, net.tensors[i].trained);
		return 0;
	}
	need(argc == 5, "usage: step CHANNELS COUNT ISA THREADS");
	b = strcmp(argv[3], "cuda")
		    ? cpu_open(&net, atoi(argv[2]), atoi(argv[4]), argv[3], NULL, &e)
		    : cuda_open(&net, atoi(argv[2]), &gpu, NULL, &e);
	need(b != NULL, e.msg);
	run(b, atoi(argv[2]));
	b->ops->close(b);
	return 0;
}
