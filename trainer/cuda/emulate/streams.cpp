/* SPDX-License-Identifier: MIT */
/* Streams, events and graphs. A lane is a list of operations, each work or a wait for a
 * place in another lane; a stream is a lane that is consumed, a graph has lanes that are
 * kept. */
#include "cuda/emulate/runtime.h"
#include "cuda/emulate/state.h"

#include <memory>
#include <vector>

int emulate_lazy, emulate_no_capture;
long emulate_replays;

struct emulate_op {
	std::function<void()> work; /* empty: a wait */
	emulate_stream *stream;     /* waited for, up to `place`; or */
	int lane;                   /* in a graph */
	size_t place;
};

struct emulate_graph {
	std::vector<std::vector<emulate_op>> lanes;
	std::vector<size_t> joined; /* how much of a lane others waited for */
	std::vector<emulate_stream *> streams;
};

struct emulate_stream {
	int device;
	std::vector<emulate_op> queue;
	size_t done;
	std::shared_ptr<emulate_graph> capture;
	int lane;
};

struct emulate_event {
	emulate_stream *stream;
	size_t place;
	std::shared_ptr<emulate_graph> capture;
	int lane;
};

static thread_local int capturing;

bool emulate_capturing()
{
	return capturing > 0;
}

static void run_stream(emulate_stream *s, size_t place)
{
	while (s->done < place) {
		emulate_op op = std::move(s->queue[s->done++]); /* frees it */

		if (op.work)
			op.work();
		else
			run_stream(op.stream, op.place);
	}
}

static void run_graph(emulate_graph *g, std::vector<size_t> *done, int lane, size_t place)
{
	while ((*done)[(size_t)lane] < place) {
		const emulate_op &op = g->lanes[(size_t)lane][(*done)[(size_t)lane]++];

		if (op.work)
			op.work();
		else
			run_graph(g, done, op.lane, op.place);
	}
}

static void push(emulate_stream *s, emulate_op op)
{
	if (s->capture) {
		s->capture->lanes[(size_t)s->lane].push_back(std::move(op));
		return;
	}
	s->queue.push_back(std::move(op));
	if (!emulate_lazy)
		run_stream(s, s->queue.size());
}

void emulate_push(cudaStream_t s, std::function<void()> work)
{
	push(s, emulate_op{std::move(work), nullptr, 0, 0});
}

int emulate_stream_device(cudaStream_t s)
{
	return s->device;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *s, unsigned)
{
	*s = new emulate_stream{emulate_device(), {}, 0, nullptr, 0};
	return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t s)
{
	run_stream(s, s->queue.size());
	delete s;
	return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t s)
{
	if (capturing)
		return cudaErrorStreamCaptureUnsupported;
	run_stream(s, s->queue.size());
	return cudaSuccess;
}

/* Work begins here at the latest, so that whoever asks again and again comes to an end. */
cudaError_t cudaStreamQuery(cudaStream_t s)
{
	return cudaStreamSynchronize(s);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *e, unsigned)
{
	*e = new emulate_event();
	return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t e)
{
	delete e;
	return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t e, cudaStream_t s)
{
	e->stream = s;
	e->capture = s->capture;
	e->lane = s->lane;
	e->place =
		s->capture ? s->capture->lanes[(size_t)s->lane].size() : s->queue.size();
	return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t e)
{
	if (capturing || e->capture)
		return cudaErrorStreamCaptureUnsupported;
	if (e->stream)
		run_stream(e->stream, e->place);
	return cudaSuccess;
}

static void join_capture(emulate_stream *s, const std::shared_ptr<emulate_graph> &g)
{
	s->capture = g;
	s->lane = (int)g->lanes.size();
	g->lanes.emplace_back();
	g->joined.push_back(0);
	g->streams.push_back(s);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t s, cudaEvent_t e, unsigned)
{
	if (!e->capture && s->capture)
		return cudaErrorStreamCaptureUnsupported; /* recorded outside of it */
	if (!e->stream)
		return cudaSuccess;
	if (!e->capture) {
		push(s, emulate_op{nullptr, e->stream, 0, e->place});
		return cudaSuccess;
	}
	if (!s->capture)
		join_capture(s, e->capture);
	if (s->lane != e->lane)
		push(s, emulate_op{nullptr, nullptr, e->lane, e->place});
	if (e->capture->joined[(size_t)e->lane] < e->place)
		e->capture->joined[(size_t)e->lane] = e->place;
	return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t s, cudaStreamCaptureMode)
{
	if (s->capture || emulate_no_capture == 1)
		return cudaErrorStreamCaptureUnsupported;
	join_capture(s, std::make_shared<emulate_graph>());
	capturing++;
	return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t s, cudaGraph_t *graph)
{
	std::shared_ptr<emulate_graph> g = s->capture;

	if (!g || s->lane != 0)
		return cudaErrorInvalidValue;
	capturing--;
	for (emulate_stream *member : g->streams)
		member->capture = nullptr;
	if (emulate_no_capture == 2)
		return cudaErrorStreamCaptureInvalidated;
	for (size_t i = 1; i < g->lanes.size(); i++)
		if (g->joined[i] < g->lanes[i].size())
			return cudaErrorStreamCaptureUnjoined;
	*graph = new emulate_graph(*g);
	return cudaSuccess;
}

cudaError_t cudaGraphInstantiateWithFlags(
	cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long)
{
	if (emulate_no_capture == 3)
		return cudaErrorMemoryAllocation;
	*exec = new emulate_graph(*graph);
	return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t s)
{
	__atomic_add_fetch(&emulate_replays, 1, __ATOMIC_RELAXED);
	emulate_push(s, [exec] {
		std::vector<size_t> done(exec->lanes.size());

		run_graph(exec, &done, 0, exec->lanes[0].size());
	});
	return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
	delete graph;
	return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec)
{
	delete exec;
	return cudaSuccess;
}
