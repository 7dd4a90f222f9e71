/* SPDX-License-Identifier: MIT */
/* A step: values and images go to the device, both passes and the update run there, the
 * loss comes back. All of it but images from the host is one graph, captured once for
 * each shape of batch. */
#include "cuda/device.h"
#include "cuda/check.h"

#include <cmath>
#include <cstdio>
#include <cstring>

static int *indices(step_values *step)
{
	return reinterpret_cast<int *>(step + 1);
}

static void set_rates(step_values *v, const struct adam *a, long step)
{
	v->rate = (float)(a->lr / (1 - pow(a->beta1, (double)step)));
	v->v_scale = (float)(1 / sqrt(1 - pow(a->beta2, (double)step)));
	v->beta1 = (float)a->beta1;
	v->beta2 = (float)a->beta2;
	v->eps = (float)a->eps;
}

/* The device has read the values of the step before: each step is waited for. */
static void set_values(gpu_device *d, const gpu_part *p)
{
	step_values *v = d->step_host;

	v->dropout_key = p->dropout_key;
	v->flip_key = p->flip_key;
	if (p->adam)
		set_rates(v, p->adam, p->step);
	if (p->held)
		memcpy(indices(v), p->index, (size_t)p->count * sizeof(int));
}

static void send(gpu_device *d, void *to, const void *from, size_t size)
{
	if (size > 0)
		GPU_DO(cudaMemcpyAsync(
			to, from, size, cudaMemcpyHostToDevice, d->work.stream));
}

static void fetch(gpu_device *d, void *to, const void *from, size_t size)
{
	if (size > 0)
		GPU_DO(cudaMemcpyAsync(
			to, from, size, cudaMemcpyDeviceToHost, d->work.stream));
}

static void gather(gpu_device *d, const gpu_part *p)
{
	gpu_gather g = {p->held->channels, p->held->side, p->held->pixels,
		p->held->labels, indices(d->step), d->step};

	gpu_gather_input(&d->work, &g, p->count, d->block[0].x, d->labels);
}

static void apply_adam(gpu_device *d)
{
	gpu_adam(&d->work, d->model->trained_count, d->step, d->arrays[ARRAY_GRAD],
		d->arrays[ARRAY_TRAINED], d->arrays[ARRAY_ADAM_M],
		d->arrays[ARRAY_ADAM_V]);
}

/* Everything but images from the host: what a graph holds. */
static void enqueue(gpu_device *d, const gpu_part *p)
{
	size_t count = p->held ? (size_t)p->count : 0;

	send(d, d->step, d->step_host, sizeof(step_values) + count * sizeof(int));
	if (p->held)
		gather(d, p);
	else
		gpu_dwt_input(
			&d->work, p->count, d->model->channels, d->images, d->block[0].x);
	device_forward(d, p);
	if (p->labelled) {
		gpu_softmax(&d->work, p->count, p->total, d->logits, d->labels, d->losses,
			d->dlogits, d->loss);
		fetch(d, d->loss_host, d->loss, 2 * sizeof(double));
	}
	if (p->training)
		device_backward(d, p);
	if (p->adam)
		apply_adam(d);
}

/* A failure within, of a library too, may only show at the end; the stream must leave the
 * capture whatever happens. */
static int try_capture(gpu_device *d, const gpu_part *p, gpu_graph *g)
{
	cudaGraph_t graph = nullptr;
	int bad;

	if (GPU_DO(cudaStreamBeginCapture(
		    d->work.stream, cudaStreamCaptureModeThreadLocal)) < 0)
		return -1;
	enqueue(d, p);
	if (GPU_DO(cudaStreamEndCapture(d->work.stream, &graph)) < 0 || !graph)
		return -1;
	bad = GPU_DO(cudaGraphInstantiateWithFlags(&g->exec, graph, 0));
	GPU_DO(cudaGraphDestroy(graph));
	return bad;
}

/* Steps go on without graphs then: what is really broken fails there as well. */
static void capture(gpu_device *d, const gpu_part *p, gpu_graph *g)
{
	struct err why;
	int bad = try_capture(d, p, g);

	if (gpu_status(&why) == 0 && bad == 0)
		return;
	if (g->exec)
		GPU_DO(cudaGraphExecDestroy(g->exec));
	g->exec = nullptr;
	cudaGetLastError(); /* forgets it */
	d->no_graphs = true;
	fprintf(stderr,
		"cnntrain: steps are not captured as a graph, which --no_graph says "
		"from the start: %s\n",
		why.msg);
}

/* NULL: there are too many shapes already. *seen: not for the first time. */
static gpu_graph *find_graph(gpu_device *d, const gpu_part *p, bool *seen)
{
	gpu_graph *g = d->graphs;

	for (int i = 0; i < d->graph_count; i++, g++)
		if (g->held == p->held && g->count == p->count && g->total == p->total) {
			*seen = true;
			return g;
		}
	*seen = false;
	if (d->graph_count == GPU_GRAPHS)
		return nullptr;
	d->graph_count++;
	*g = gpu_graph{p->held, p->count, p->total, nullptr};
	return g;
}

static void run_graph(gpu_device *d, const gpu_part *p)
{
	bool seen;
	gpu_graph *g = find_graph(d, p, &seen);

	if (g && seen && !g->exec && !d->no_graphs)
		capture(d, p, g);
	if (g && g->exec)
		GPU_DO(cudaGraphLaunch(g->exec, d->work.stream));
	else
		enqueue(d, p);
}

int device_run(gpu_device *d, const gpu_part *p, const gpu_part *next, bool graphs,
	float *logits, struct outcome *out)
{
	int bad;

	set_values(d, p);
	if (!p->held)
		device_take_images(d, p);
	if (graphs && p->adam)
		run_graph(d, p);
	else
		enqueue(d, p);
	if (logits)
		fetch(d, d->logits_host, d->logits,
			(size_t)p->count * NET_COLUMNS * sizeof(float));
	if (next->images)
		device_begin_images(d, next);
	bad = nccl_wait(&d->work.group, d->work.stream);
	if (p->labelled)
		*out = outcome{d->loss_host[0], (int)d->loss_host[1]};
	for (int i = 0; logits && i < p->count; i++)
		memcpy(logits + (long)i * NET_CLASSES,
			d->logits_host + (long)i * NET_COLUMNS,
			NET_CLASSES * sizeof(float));
	return bad;
}

int device_update(gpu_device *d, const struct adam *a, long step)
{
	set_rates(d->step_host, a, step);
	send(d, d->step, d->step_host, sizeof(step_values));
	apply_adam(d);
	return GPU_DO(cudaStreamSynchronize(d->work.stream));
}

void device_free_graphs(gpu_device *d)
{
	for (int i = 0; i < d->graph_count; i++)
		if (d->graphs[i].exec)
			GPU_DO(cudaGraphExecDestroy(d->graphs[i].exec));
}
