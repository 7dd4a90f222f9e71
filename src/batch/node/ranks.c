/* SPDX-License-Identifier: MIT */
/* Ranks: who they are, and where they meet. */
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "batch/node/node.h"
#include "host/claim.h"

#define PORT_CLAIM "cnnrun/port/%d"

enum {
	PORTS = 12000,
	PORT_FIRST = 20000, /* where nobody says which come by themselves */
	PORT_STEP = 2018,   /* the next job's number is no neighbour's port */
	PORT_TRIES = 100
};

/* Up to a comma outside of brackets; of each pair of them the first alternative. */
char *first_host(const char *list)
{
	AUTO_BUF struct buf b = {0};

	for (; *list && *list != ','; list++) {
		if (*list != '[') {
			buf_addc(&b, *list);
			continue;
		}
		list++;
		buf_add(&b, list, strcspn(list, "-,]"));
		list += strcspn(list, "]");
		if (!*list)
			break;
	}
	return buf_take(&b);
}

static int port_of(int job, int try)
{
	AUTO_BUF struct buf b = {0};
	int first = PORT_FIRST, low;

	if (file_read("/proc/sys/net/ipv4/ip_local_port_range", 64, &b, NULL) == 0 &&
		b.n && (low = atoi(b.p)) > PORTS + 1024)
		first = low - PORTS;
	/* even: some programs take the port above it as well */
	return first + (int)(((long)job * 2 + (long)try * PORT_STEP) % PORTS);
}

/* Nobody listens there, and no job that begins just now will. */
static bool is_free(int port)
{
	AUTO_FREE char *name = xasprintf(PORT_CLAIM, port);
	struct sockaddr_in6 a = {.sin6_family = AF_INET6};
	struct sockaddr_in a4 = {.sin_family = AF_INET};
	int claim = claim_take(name);
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), rc;

	a.sin6_port = a4.sin_port = htons((uint16_t)port);
	if (fd >= 0) { /* both kinds of addresses */
		rc = bind(fd, (const struct sockaddr *)&a, sizeof a);
	} else {
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		rc = bind(fd, (const struct sockaddr *)&a4, sizeof a4);
	}
	if (fd >= 0)
		close(fd);
	if (claim >= 0)
		close(claim);
	return !rc && claim >= 0;
}

/* The job's own; the next where that is taken on this machine. */
int node_port(struct err *e)
{
	int job = task_number("SLURM_JOB_ID", 0), port;

	if (job < 1)
		return err_set(
			e, ERR_USAGE, "--port is for the script that --on slurm submits");
	port = port_of(job, 0);
	for (int i = 1; i < PORT_TRIES && !is_free(port); i++)
		port = port_of(job, i);
	return port;
}

/* Its name, where names lead to nodes; else where srun is, which is there too. */
static char *master_address(const struct task *t)
{
	const char *list = getenv("SLURM_STEP_NODELIST"),
		   *address = getenv("SLURM_LAUNCH_NODE_IPADDR");
	struct addrinfo *found = NULL;
	char *host;

	if (t->n <= t->per_node)
		return xstrdup("127.0.0.1");
	host = first_host(list ? list : "");
	if (getaddrinfo(host, NULL, NULL, &found) == 0)
		freeaddrinfo(found);
	else if (address)
		str_set(&host, address);
	return host;
}

void task_ranks(struct plan *p, struct task *t)
{
	AUTO_FREE char *address = master_address(t), *claim = NULL;
	int port = task_number("MASTER_PORT", 0);
	struct kvs *env = &p->env;

	if (port <= 0)
		port = port_of(atoi(t->job), 0);
	claim = xasprintf(PORT_CLAIM, port);
	if (t->rank == 0)
		t->port = claim_take(claim);
	kvs_setf(env, "RANK", "%d", t->rank);
	kvs_setf(env, "WORLD_SIZE", "%d", t->n);
	kvs_setf(env, "LOCAL_RANK", "%d", t->local);
	kvs_setf(env, "LOCAL_WORLD_SIZE", "%d", t->per_node);
	kvs_setf(env, "NODE_RANK", "%d", t->node);
	kvs_setf(env, "GROUP_RANK", "%d", t->node);
	kvs_set(env, "MASTER_ADDR", address);
	kvs_setf(env, "MASTER_PORT", "%d", port);
	/* what a lock of the program's own tells an earlier start by */
	kvs_set(env, "SLURM_JOB_ID", t->job);
	kvs_setf(env, "SLURM_RESTART_COUNT", "%d", t->turn);
}
