/* SPDX-License-Identifier: MIT */
/* The settings of a container that a plan and its resolved plan have in common. */
#ifndef CNNRUN_PLAN_SETTINGS_H
#define CNNRUN_PLAN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/fields.h"

enum gpu_select { GPU_NONE, GPU_ALL, GPU_COUNT, GPU_IDS };
enum gpu_vendor { GPU_NVIDIA, GPU_AMD };
enum gpu_pick { GPU_PICK_FIRST, GPU_PICK_FREE };
enum { GPU_PICK_MAX = 64 };

struct plan_gpus {
	enum gpu_select select;
	enum gpu_vendor vendor;
	int count;
	struct strv ids;          /* "0", "GPU-…", "MIG-…" */
	struct strv capabilities; /* empty = as the image says, all with a display */
	char *type;               /* COUNT: in its product's name, "h100" */
	bool runtime;             /* by the engine's runtime "nvidia", as on Jetson */
	bool optional;
	enum gpu_pick pick; /* COUNT: FREE = the least busy, held while it runs */
	int64_t min_free;   /* FREE: bytes that each must have free */
	int64_t wait;       /* FREE: so many seconds for some, -1 = for ever */
};

struct plan_port {
	char *host_ip;      /* default 127.0.0.1 */
	unsigned host;      /* 0 = engine chooses */
	unsigned container; /* 1…65535 */
	/* The last of a range, 0 = a single one. Where the host's alone is a range, the
	 * engine chooses one of it. */
	unsigned host_end, container_end;
	bool typed;     /* by the user, who so granted it; not in JSON */
	char *protocol; /* tcp | udp | sctp */
};

enum { PORTS_MAX = 256 }; /* the engine may run a program for each */

/* How many ports of the container it publishes. */
unsigned port_count(const struct plan_port *p);
/* Is it for programs of this machine alone? */
bool port_is_here(const struct plan_port *p);
/* "8080", "[::1]:8000-8010", for people: where it is to answer. The caller frees. */
char *port_where(const struct plan_port *p);

struct plan_device {
	char *source, *target, *permissions; /* "rwm" */
	bool optional;
	bool typed; /* by the user, who so granted it; not in JSON */
};
/* Is its source a name of the Container Device Interface, "vendor.com/class=name"? */
static inline bool device_is_cdi(const struct plan_device *d)
{
	return *d->source != '/';
}

enum prepare_user { PREPARE_OWN, PREPARE_ROOT }; /* OWN: the container's */

struct plan_prepare {
	struct strv command;
	bool has_command;
	enum prepare_user user;
};

/* Before its time is over, by when it may save what it has; how it ends says whether it
 * wants to be run again. */
struct plan_checkpoint {
	bool wanted;
	int signal;     /* see checkpoint_signal() */
	int64_t before; /* seconds before the end of its time */
	int status;     /* "not done: again" */
};
enum { CHECKPOINT_STATUS = 75 }; /* EX_TEMPFAIL of sysexits.h, where nothing is said */
int checkpoint_signal(const struct plan_checkpoint *c);              /* its number */
const char *checkpoint_signal_name(const struct plan_checkpoint *c); /* "USR1" */

/* An option of the profile, and what it is in each of the tasks. */
struct plan_sweep {
	char *option;
	struct strv values;
};
enum { SWEEP_MAX = 10000 }; /* tasks in all */

/* A job of the cluster that goes before. */
enum after_state { AFTER_OK, AFTER_ANY, AFTER_FAILED, AFTER_STARTED };
struct plan_after_job {
	char *job; /* "42", "42_3" of an array */
	enum after_state state;
};

struct plan_ulimit {
	char *name;
	int64_t soft, hard; /* -1 = unlimited */
};

/* Strings and lists are owned. In a plan NULL, 0 and the like are "not asked for"; in a
 * resolved plan they are "left to the engine". */
struct settings {
	bool init;     /* default true */
	char *restart; /* no | on-failure[:N] | always | unless-stopped; needs keep */
	char *stop_signal;
	int stop_timeout;  /* seconds, -1 = engine's default */
	char *detach_keys; /* "ctrl-p,ctrl-q" */
	bool detach;       /* run in the background */
	bool changes;      /* say at the end what is new in the directories it wrote */
	bool keep;         /* leave the container after its end */
	bool box;          /* one that stays; commands enter it */
	struct plan_prepare *prepare; /* once in a new box, in this order */
	size_t n_prepare;
	bool log; /* keep the engine's log for a foreground container */
	int tty;  /* -1 = as the terminal says, 0, 1; resolved: 0, 1 */
	struct kvs labels;
	char *name, *hostname;
	char *workdir;
	char *timezone;                   /* "host" or a tz name; NULL = image's */
	bool has_command, has_entrypoint; /* an empty list is not the same as none */
	struct strv command, entrypoint;
	struct plan_gpus gpus;
	struct plan_device *devices;
	size_t n_devices;
	struct strv device_rules; /* "c 189:* rmw" */
	char *network; /* bridge | none | host | name of a network; NULL = bridge */
	struct strv network_allow; /* not empty: none but to these hosts: host_rule.h */
	struct plan_port *ports;
	size_t n_ports;
	struct kvs extra_hosts; /* name → address */
	struct strv dns;
	bool privileged;
	char *rights; /* least | docker; NULL = least */
	struct strv cap_add,
		cap_drop; /* without CAP_; cap_drop is beyond what rights say */
	struct strv security_opt;
	bool readonly_rootfs;
	char *ipc; /* private | shareable | host | none; NULL = private */
	char *pid; /* NULL = private | host */
	struct kvs sysctls;
	char *cgroup_parent; /* the control group that its own is made below */
	int64_t shm;         /* bytes, 0 = engine's default */
	double cpus;         /* 0 = no limit */
	char *cpuset;        /* "0-3,7" */
	int64_t memory;      /* bytes, 0 = no limit */
	int64_t memory_swap; /* bytes in all, -1 = unlimited, 0 = as memory */
	int64_t pids;        /* 0 = no limit */
	int64_t time;        /* seconds that it may run, 0 = no limit; needs init */
	struct plan_ulimit *ulimits;
	size_t n_ulimits;
	int nodes;    /* machines that it runs on at once, 0 = one */
	int per_node; /* tasks on each of them, 0 = one */
	int retries;  /* so often again, when it ends with the checkpoint's status */
	struct plan_checkpoint checkpoint;
	struct plan_sweep *sweep; /* a task for each combination */
	size_t n_sweep;
	int parallel; /* so many of them at once, 0 = as many as there is room for */
	struct plan_after_job *after_jobs;
	size_t n_after_jobs;
	/* By the user, who so granted it; not in JSON. */
	struct {
		bool gpus, network, user;
	} typed;
};

/* The one table: settings.c. In the order of the docker run line. */
extern const struct field settings_fields[];
/* What docker gives to a container that says nothing; ends with NULL. */
extern const char *const docker_capabilities[];
bool settings_as_docker(const struct settings *s); /* have they docker's rights? */
/* Those that leave everything to the engine: what a resolved plan is compared with. */
extern const struct settings settings_nothing;

#endif
