/* SPDX-License-Identifier: MIT */
/* A container engine: a table of functions with a set of abilities, and one connection to
 * it. All functions return 0, or -1 with e set; where the engine answered with an error,
 * e->code is the HTTP status or an ERR_* and e->msg its message. */
#ifndef CNNRUN_ENGINE_ENGINE_H
#define CNNRUN_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"

struct engine;

/* --host/--context override, else DOCKER_HOST, DOCKER_CONTEXT, Podman's CONTAINER_HOST
 * and CONTAINER_CONNECTION, the docker config's currentContext, the sockets where engines
 * usually listen. host and context, which may be a connection of Podman's too, may be
 * NULL. *url (wire/endpoint.h, normalised) is the caller's. */
int engine_find(const char *host, const char *context, char **url, struct err *e);

/* What named it: "--host", "DOCKER_HOST", …; NULL = nothing did, it is a usual one. */
const char *engine_named_by(const char *host, const char *context);

/* The names that context may have. */
void engine_names(struct strv *out);

/* The path of this machine's socket in such a url, borrowed from it; NULL = it leads to
 * another machine. */
const char *engine_socket(const char *url);
/* Appends what sockets of engines are called below a directory for run-time files. */
void engine_socket_names(struct strv *out);

/* Connects, asks which engine it is and negotiates the version. */
int engine_open(const char *url, struct engine **out, struct err *e);
void engine_close(struct engine *g); /* NULL is fine */
/* The way to an engine is to stay open, whatever becomes of the process that made it. */
void engine_hold(const char *url);
/* Removes the files of a login that nobody uses: a directory beside the records of
 * launches whose name ends so. */
void engine_sweep(const char *dir);
#define ENGINE_LOGIN ".ssh"
/* Before the process ends, engines closed: a login that nobody uses any more ends. */
void engine_leave(void);
void engine_close_ptr(struct engine **g);
#define AUTO_ENGINE __attribute__((cleanup(engine_close_ptr)))

/* What not every engine can. */
enum engine_can {
	CAN_ATTACH = 1,
	CAN_EXEC = 2,
	CAN_BUILD = 4,
	CAN_PUT = 8,           /* files into a container */
	CAN_BUILDKIT = 16,     /* builds by BuildKit */
	CAN_CONSOLE_SIZE = 32, /* a terminal has its size from the first moment */
	CAN_SAME_HOST = 64,    /* this machine's files, devices and users are its own */
};

struct engine_info {
	const char *url;
	const char *name, *title; /* "docker", "Docker" */
	int api_minor;            /* negotiated: 41 = API 1.41 */
	const char *server;       /* Server: header, "Docker/20.10.24 (linux)" */
	unsigned can;             /* enum engine_can */
};
const struct engine_info *engine_info(const struct engine *g);

/* Who the users of a container are on the host. */
enum engine_users {
	USERS_SAME,    /* the same numbers */
	USERS_SHIFTED, /* others, unless the container gets the host's user namespace */
	USERS_ROOT_IS_YOU, /* root is who runs the engine */
	USERS_KEEP_ID,     /* so it is, but for containers with userns "keep-id" */
};

/* What engines tell only since some release. */
enum engine_found { FOUND_UNTOLD, FOUND_NONE, FOUND_SOME };

/* What the engine tells of itself and its machine. All 0 is a fine guess where no engine
 * was asked. */
struct engine_facts {
	const char *socket;  /* its own; NULL = not known, or elsewhere */
	const char *url;     /* its address; NULL = not known */
	bool elsewhere;      /* on another machine than this one */
	const char *version; /* "20.10.24" */
	enum engine_users users;
	unsigned root_uid, root_gid;  /* of USERS_SHIFTED: who root is; 0 = untold */
	bool nvidia;                  /* the vendor's runtime is known to it */
	bool nvidia_always;           /* and runs every container */
	bool cdi;                     /* CDI devices can be asked for */
	enum engine_found cdi_gpus;   /* NVIDIA's are among them */
	bool cdi_only;                /* GPUs come by CDI or not at all */
	const char *no_gpus;          /* why it passes none on, and the cure */
	const char *security_options; /* joined by spaces */
	const char *storage_driver;
	const char *root; /* the directory it keeps its images in; NULL = untold */
	const char *cgroup_version; /* "1" | "2" */
	const char *processor;      /* base/processor.h; NULL = untold */
	int64_t n_cpu, memory;
};
static inline bool engine_is_rootless(const struct engine_facts *f)
{
	return f->users == USERS_ROOT_IS_YOU || f->users == USERS_KEEP_ID;
}
/* Asked once in an engine's life: what it said is kept in the user's cache. */
int engine_facts(struct engine *g, const struct engine_facts **out, struct err *e);
/* What the address alone says, which is borrowed and may be NULL. */
struct engine_facts engine_facts_of(const char *url);
/* The same, asked anew; what was told before is gone. */
int engine_facts_now(struct engine *g, const struct engine_facts **out, struct err *e);

/* A plain call of an engine that speaks HTTP: JSON in (may be NULL), JSON out (*reply may
 * be NULL when out is not wanted; the caller deletes). path starts with "/" and is
 * without version. An HTTP status >= 300 is an error. */
int engine_call(struct engine *g, const char *method, const char *path, const cJSON *body,
	cJSON **reply, struct err *e);

#endif
