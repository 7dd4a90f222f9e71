/* SPDX-License-Identifier: MIT */
/* An engine behind ssh. One login serves every connection of every cnnrun to it: ssh's
 * own control master, which lives as long as one of them does, and a few seconds more
 * where all of them were killed. What the engine's socket is over there is a socket in a
 * private directory here. */
#ifndef CNNRUN_ENGINE_SSH_H
#define CNNRUN_ENGINE_SSH_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/strv.h"
#include "engine/wire/endpoint.h"
#include "engine/wire/wire.h"

/* Logs in where nobody has. Where ssh has something to ask it asks the terminal itself;
 * without one nothing is asked. e->code: EACCES = not let in, so that trying again is of
 * no use. */
int ssh_wire_open(const char *url, int limit_ms, struct wire **out, struct err *e);
/* The same, where no engine is asked for. */
int ssh_enter(const char *url, struct err *e);
/* The login, if there is one, lasts as long as this process. */
void ssh_hold(const char *url);
/* Removes what a login left in dir, unless somebody uses it. */
void ssh_sweep(const char *dir);
/* Of this process: no more connections. The last one ends the login. */
void ssh_leave(void);

/* The login's control socket, and the engine's, in dir. */
#define SSH_CONTROL "c"
#define SSH_ENGINE  "s"
/* Logs in, and says text to a shell over there; what it says is added to said. */
int ssh_first(const char *url, const char *dir, const char *text, struct buf *said,
	struct err *e);
/* Logs in, finds the engine's socket and has it listen in dir. */
int ssh_login(const char *url, const char *dir, struct err *e);
/* One more word to the master: "forward" or "cancel" with words of -L and -R, "exit". */
int ssh_control(const char *url, const char *dir, const char *word,
	const struct strv *forwards, struct err *e);
/* A shell over there does what text says, by the login in dir and no other; its output.
 */
int ssh_script(const char *url, const char *dir, const char *text, struct buf *said,
	struct err *e);
/* A command over there. Zero-initialise, but for in and out. */
struct ssh_there {
	const char *url;
	int in, out;    /* its streams; -1 = none, and this process's output */
	bool terminal;  /* it has one over there, which is this process's */
	bool own_group; /* a Ctrl-C is not for it */
	pid_t pid;
	bool lost; /* once it has ended: the connection broke, its status is not known */
};
/* Logs in where nobody has. command is for the shell of whoever logs in. */
int ssh_there_begin(struct ssh_there *t, const char *command, struct err *e);
/* false: it goes on. */
bool ssh_there_ended(struct ssh_there *t, bool wait, int *status);
/* Ends this side of one that goes on. */
void ssh_there_end(struct ssh_there *t);

/* Words of a call of ssh: by the master in dir and no other way; where to. */
void ssh_by_master(struct strv *words, const char *dir);
void ssh_where(struct strv *words, const struct endpoint *p);

/* Where the login of this process to url is; NULL. */
const char *ssh_dir(const char *url, struct err *e);
/* What somebody at a terminal would type to get there. The caller frees. */
char *ssh_typed(const struct endpoint *p);
/* What ssh said of its failure, made into cause and cure; ask: it could ask questions. */
int ssh_explain(const char *url, const struct endpoint *p, const char *said, bool ask,
	struct err *e);

#endif
