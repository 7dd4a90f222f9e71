/* SPDX-License-Identifier: MIT */
/* A plan becomes a running container, and nothing of it stays. */
#ifndef CNNRUN_LAUNCH_LAUNCH_H
#define CNNRUN_LAUNCH_LAUNCH_H

#include <stdbool.h>

#include "engine/engine.h"
#include "host/gpu.h"
#include "host/user.h"
#include "plan/plan.h"
#include "plan/progress.h"
#include "plan/resolved.h"
#include "profile/profile.h"
#include "right/right.h"

/* Fills out with this machine's facts, and adds the rights that it needs, those of the
 * services too. Needs no
 * engine, and makes nothing: a missing directory is the launch's to make. Errors carry
 * the place in the profile. Warnings go to the log. */
int resolve(const struct plan *p, const struct engine_facts *facts, struct resolved *out,
	struct rights *rights, struct err *e);

/* The same, with what each of them needs: shares[0] is the main container's, after it
 * come those of the services. Where nothing is to be run, lacks is told what this session
 * and machine have not, for which a run would fail; NULL = an error. */
int resolve_each(const struct plan *p, const struct engine_facts *facts,
	struct resolved *out, struct rights *shares, struct strv *lacks, struct err *e);

/* The part of it that is about the image, for where nothing but a build is wanted. */
int resolve_image(const struct plan *p, const struct engine_facts *facts,
	struct resolved *out, struct rights *rights, struct err *e);

/* Makes sure the image of s, p resolved, is there: builds from what s holds open when an
 * input changed, pulls, or falls back to the stand-in base. Progress goes to sink. force
 * builds whatever the stamp says. s gets the image's id, by which it is to be used: its
 * name may mean another by then. A registry gets the user's login only where it refuses
 * others and who may use it. */
struct asker;
struct locked;
int ensure_image(struct engine *g, const struct plan *p, struct resolved *s,
	const struct progress_sink *sink, const struct asker *who, bool force,
	const struct locked *locked, struct err *e);

/* Would the image of s, p resolved, be another one than that of this id? Nothing is
 * fetched or built for the answer. */
int image_changed(struct engine *g, const struct plan *p, const struct resolved *s,
	const char *id, bool *changed, struct err *e);

/* Who gets standard output and error of the container in place of the terminal. */
struct launch_io {
	void (*take)(void *ctx, int channel, const char *data, size_t n); /* NULL = fd 1
									   * and 2 */
	void *ctx;
	const char *in; /* text for stdin where take is; NULL = none */
};

struct launching;
/* What is told while the container runs; each may be NULL. */
struct launch_events {
	void (*on_start)(void *ctx, const char *id);
	void (*on_log)(void *ctx, int channel, const char *data, size_t n);
	/* It has ended, and is still there; or nobody here will know how it ends. */
	void (*on_end)(void *ctx, const char *id, int status);
	void (*on_detach)(void *ctx);
	void *ctx;
	const struct progress_sink *news; /* of what is carried; NULL = nobody watches */
	void (*news_end)(void *ctx);      /* of news->ctx: no more comes now */
	/* A box runs: what has to be done before it is one. -1 = it is taken back. */
	int (*on_box)(void *box, struct launching *l, struct err *e);
	void *box;
};

/* Runs the container to its end and leaves nothing of it behind; a resolved plan that
 * detaches (or a user who types the detach keys) leaves the running container to its
 * janitor. Adds the launch's label and files to s. *status is its exit status (or 125,
 * 126, 127 with e set and -1 returned). io and events may be NULL. */
int launch(struct engine *g, struct resolved *s, const struct launch_io *io,
	const struct launch_events *events, int *status, struct err *e);

/* For what a handler of a running launch waits for: has a signal come that asks the
 * launch to end, which it can do once the handler returns? */
bool launch_end_asked(void);
/* Has the user, at any time of this process, asked for the end of what ran? */
bool launch_ever_asked(void);

/* Takes back what earlier launches of this user left when even their janitor died. Cheap
 * when there is nothing. */
void sweep(struct engine *g);

/* Relays the terminal to a running container (attach) or a new exec in it until its end
 * or the detach keys. *status = its exit status; *detached tells which. */
int session_attach(struct engine *g, const char *id, const char *detach_keys,
	bool *detached, int *status, struct err *e);
struct exec_request;
struct ledger;
struct line;
struct session {
	int tty;                            /* -1 = as the terminal says */
	const struct launch_io *io;         /* NULL = fds 0, 1, 2 */
	const struct launch_events *events; /* NULL = nobody listens */
	struct line *line;                  /* NULL = it gets no signals */
	int stop_timeout;      /* on a line: seconds from TERM to KILL, -1 = 3 */
	struct ledger *ledger; /* of what is granted meanwhile; may be NULL */
};
/* Will the terminal of what is begun by session_exec() get its size only once it runs?
 * tty as in struct session. */
bool session_awaits_size(struct engine *g, int tty);
/* Sets what of x is the terminal's. s may be NULL. */
int session_exec(struct engine *g, const char *id, struct exec_request *x,
	const struct session *s, int *status, struct err *e);
/* Appends the words of a shell: bash where the image has it. */
void session_shell(struct strv *command);

#endif
