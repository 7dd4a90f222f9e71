/* SPDX-License-Identifier: MIT */
#include "cuda/workers.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

static const std::chrono::seconds patience(5);

struct workers {
	int count;
	std::function<void()> release;
	std::vector<std::thread> threads; /* empty with one device: the caller works */
	std::mutex lock;
	std::condition_variable changed;
	/* under lock */
	worker_job job;
	long round; /* jobs given out */
	int busy;
	bool failed, quit;
	struct err err;
};

static void worker_main(workers *w, int i)
{
	std::unique_lock<std::mutex> lock(w->lock);

	for (long done = 0;; done++) {
		worker_job job;
		struct err e;
		int result;

		w->changed.wait(lock, [&] { return w->quit || w->round > done; });
		if (w->quit)
			return;
		job = w->job;
		lock.unlock();
		result = job(i, &e);
		lock.lock();
		w->busy--;
		if (result < 0 && !w->failed) {
			w->failed = true;
			w->err = e;
		}
		w->changed.notify_all();
	}
}

workers *workers_new(int count, const std::function<void()> &release)
{
	workers *w = new workers();

	w->count = count;
	w->release = release;
	for (int i = 0; count > 1 && i < count; i++)
		w->threads.emplace_back(worker_main, w, i);
	return w;
}

int workers_run(workers *w, const worker_job &job, struct err *e)
{
	if (w->count == 1)
		return job(0, e);

	std::unique_lock<std::mutex> lock(w->lock);

	if (w->busy > 0)
		return err_set(e, "a GPU does not answer");
	w->job = job;
	w->failed = false;
	w->busy = w->count;
	w->round++;
	w->changed.notify_all();
	w->changed.wait(lock, [&] { return w->busy == 0 || w->failed; });
	if (!w->failed)
		return 0;
	if (w->busy > 0) {
		lock.unlock();
		w->release();
		lock.lock();
	}
	w->changed.wait_for(lock, patience, [&] { return w->busy == 0; });
	*e = w->err;
	return -1;
}

bool workers_free(workers *w)
{
	std::unique_lock<std::mutex> lock(w->lock);

	w->quit = true;
	w->changed.notify_all();
	if (w->busy > 0) {
		for (std::thread &t : w->threads)
			t.detach();
		return false;
	}
	lock.unlock();
	for (std::thread &t : w->threads)
		t.join();
	delete w;
	return true;
}
