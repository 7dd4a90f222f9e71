/* SPDX-License-Identifier: MIT */
/* What a node does of a job: one task, from its frozen plan. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "batch/images.h"
#include "launch/ledger/owner.h"

struct task {
	const char *job;
	int turn; /* so often was it begun before */
	int rank, local, node, n, per_node;
};

static int number(const char *name, int fallback)
{
	const char *s = getenv(name);

	return s && *s ? atoi(s) : fallback;
}

static int task_of(struct task *t, struct err *e)
{
	t->job = getenv("SLURM_JOB_ID");
	t->turn = number("SLURM_RESTART_COUNT", 0);
	t->rank = number("SLURM_PROCID", -1);
	t->local = number("SLURM_LOCALID", 0);
	t->node = number("SLURM_NODEID", 0);
	t->n = number("SLURM_NTASKS", 1);
	t->per_node = number("SLURM_NTASKS_PER_NODE", 1);
	if (!t->job || t->rank < 0)
		return err_set(e, ERR_USAGE,
			"node-run is started by srun: cnnrun --on slurm PROFILE");
	return 0;
}

/* A doubled start would write into the same files. */
static int lock(const char *dir, const struct task *t, struct err *e)
{
	AUTO_FREE char *name = xasprintf("begun.%d.%d", t->turn, t->rank);
	AUTO_FREE char *path = path_join(dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST)
		return err_set(e, EEXIST, "task %d of this run has begun already: %s",
			t->rank, path);
	if (fd < 0)
		return err_errno(e, "%s", path);
	dprintf(fd, "%s\n", t->job);
	close(fd);
	return 0;
}

static int read_json(const char *dir, const char *name, cJSON **out, struct err *e)
{
	AUTO_FREE char *path = path_join(dir, name);
	AUTO_BUF struct buf text = {0};

	if (file_read(path, 0, &text, e) < 0)
		return -1;
	*out = json_parse(text.p, text.n, e);
	return *out ? 0 : err_wrap(e, "%s", path);
}

/* Those of the allocation that are this task's. */
static int use_gpus(struct plan *p, const struct task *t, struct err *e)
{
	struct plan_gpus *g = &p->set.gpus;
	const char *all = getenv("SLURM_STEP_GPUS");
	int each = g->select == GPU_COUNT ? g->count : (int)g->ids.n, at = 0;

	if (g->select == GPU_NONE || g->select == GPU_ALL)
		return 0;
	if (!all)
		all = getenv("SLURM_JOB_GPUS");
	strv_free(&g->ids);
	for (; all && *all; at++) {
		size_t n = strcspn(all, ",");

		if (at / each == t->local)
			strv_addf(&g->ids, "%.*s", (int)n, all);
		all += n + (all[n] == ',');
	}
	if ((int)g->ids.n != each)
		return err_set(e, ERR_NO_GPU,
			"the allocation has %d GPUs here, too few for task %d", at,
			t->rank);
	str_set(&g->type, NULL);
	g->select = GPU_IDS;
	g->count = 0;
	g->pick = GPU_PICK_FIRST;
	p->set.typed.gpus = true; /* the scheduler's choice within what was granted */
	return 0;
}

/* "n[1-2,7]", "gpu3": its first host. */
static char *first_host(void)
{
	const char *list = getenv("SLURM_JOB_NODELIST");
	size_t n = list ? strcspn(list, "[,") : 0;
	char *host = list ? xstrndup(list, n) : xstrdup("127.0.0.1");

	if (list && list[n] == '[') {
		char *with = xasprintf(
			"%s%.*s", host, (int)strcspn(list + n + 1, "-,]"), list + n + 1);

		free(host);
		host = with;
	}
	return host;
}

static void use_ranks(struct plan *p, const struct task *t)
{
	enum {
		PORT_FIRST = 20000,
		PORTS = 10000
	}; /* below those that come by themselves */
	AUTO_FREE char *host = first_host();
	struct kvs *env = &p->env;

	kvs_setf(env, "RANK", "%d", t->rank);
	kvs_setf(env, "WORLD_SIZE", "%d", t->n);
	kvs_setf(env, "LOCAL_RANK", "%d", t->local);
	kvs_setf(env, "LOCAL_WORLD_SIZE", "%d", t->per_node);
	kvs_setf(env, "NODE_RANK", "%d", t->node);
	kvs_set(env, "MASTER_ADDR", t->n > t->per_node ? host : "127.0.0.1");
	kvs_setf(env, "MASTER_PORT", "%d", PORT_FIRST + atoi(t->job) % PORTS);
}

static void use_allocation(struct plan *p, const struct task *t)
{
	int64_t memory = (int64_t)number("SLURM_MEM_PER_NODE", 0) << 20;
	int cpus = number("SLURM_CPUS_PER_TASK", 0);

	if (!p->set.memory && memory)
		p->set.memory = memory / t->per_node;
	if (!(p->set.cpus > 0) && cpus > 0)
		p->set.cpus = cpus;
	p->set.nodes = p->set.per_node = p->set.retries = 0;
	p->set.time = 0; /* the scheduler's */
	p->set.tty = 0;
	kvs_set(&p->set.labels, LABEL_JOB, t->job);
}

static int thaw(struct engine *g, const char *dir, const struct task *t, struct plan *p,
	struct rights *rights, struct profile_source *src, struct err *e)
{
	AUTO_JSON cJSON *frozen = NULL, *vars = NULL;
	const cJSON *v;

	if (read_json(dir, FROZEN_PLAN, &frozen, e) < 0 ||
		read_json(dir, FROZEN_VARIABLES, &vars, e) < 0)
		return -1;
	if (json_int(frozen, "version", 0) != 1)
		return err_set(e, EINVAL, "%s was frozen by another cnnrun", dir);
	if (plan_parse(p, json_get(frozen, "plan"), e) < 0 ||
		rights_parse(json_get(frozen, "rights"), rights, e) < 0 ||
		images_use(g, p, json_get(frozen, "images"), e) < 0)
		return -1;
	cJSON_ArrayForEach(v, vars) if (cJSON_IsString(v))
		setenv(v->string, v->valuestring, 1);
	str_set(&p->profile, json_str(frozen, "profile"));
	str_set(&p->project, json_str(frozen, "project"));
	/* grants of later do not count: nobody has any for this path */
	src->path = path_join(dir, FROZEN_PLAN);
	src->shown = xstrdup(json_str(frozen, "shown"));
	src->project = xstrdup(p->project);
	use_ranks(p, t);
	use_allocation(p, t);
	return use_gpus(p, t, e);
}

/* The script's to see: see slurm.c. */
static int ask_again(const char *dir, const struct task *t, int *status, struct err *e)
{
	AUTO_FREE char *name = xasprintf("again.%d.%d", t->turn, t->rank);
	AUTO_FREE char *path = path_join(dir, name);

	if (file_write(path, "", 0, 0600, e) < 0)
		return -1;
	*status = 0;
	return 0;
}

int node_run(struct engine *g, const char *dir, const struct run_hooks *h, int *status,
	struct err *e)
{
	AUTO_PLAN struct plan p;
	AUTO_RIGHTS struct rights rights = {0};
	AUTO_SOURCE struct profile_source src = {0};
	const struct run_request r = {.plan = &p, .src = &src};
	struct task t;
	int again, rc;

	plan_init(&p);
	if (task_of(&t, e) < 0 || lock(dir, &t, e) < 0 ||
		thaw(g, dir, &t, &p, &rights, &src, e) < 0)
		return -1;
	again = p.set.checkpoint.wanted ? p.set.checkpoint.status : CHECKPOINT_STATUS;
	p.set.checkpoint.wanted = false;
	allow_typed(&rights);
	rc = run_plan(g, &r, h, status, e);
	allow_typed(NULL);
	return rc < 0 ? -1 : *status == again ? ask_again(dir, &t, status, e) : 0;
}
