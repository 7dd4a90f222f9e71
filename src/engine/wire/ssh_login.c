/* SPDX-License-Identifier: MIT */
/* What is asked of the program ssh. */
#include "engine/wire/ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/packages.h"
#include "base/path.h"
#include "engine/http/call.h"
#include "engine/ops.h"
#include "engine/wire/program.h"
#include "engine/wire/ways.h"

/* Without anybody to answer it. */
enum { LOGIN_MS = 60000, CONTROL_MS = 10000 };

/* Seconds that a login outlives those who used it, where they were killed; after how much
 * silence the other machine counts as gone: three times so much. */
#define PERSIST "4"
#define ALIVE   "10"

#define SAYS "cnnrun-engine: "

/* May ssh ask its questions? Not on a terminal that is a container's just now. */
static bool has_terminal(void)
{
	AUTO_FD int fd = isatty(2) ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	struct termios t;

	return fd >= 0 && tcgetattr(fd, &t) == 0 && (t.c_lflag & ICANON);
}

static void add_option(struct strv *v, const char *option)
{
	strv_add(v, "-o");
	strv_add(v, option);
}

/* Of every call: which login. */
static void add_master(struct strv *v, const char *dir)
{
	strv_add(v, "ssh");
	strv_add(v, "-o");
	strv_addf(v, "ControlPath=%s/" SSH_CONTROL, dir);
}

void ssh_where(struct strv *v, const struct endpoint *p)
{
	if (p->user) {
		strv_add(v, "-l");
		strv_add(v, p->user);
	}
	if (p->port) {
		strv_add(v, "-p");
		strv_add(v, p->port);
	}
	strv_add(v, "--");
	strv_add(v, p->host);
}

/* Nothing but a connection: no agent, display or forward of the user's configuration
 * goes over, and host keys are judged as ssh does for this user. */
static void add_login(struct strv *v, const char *url, bool ask)
{
	static const char *const options[] = {"ControlMaster=auto",
		"ControlPersist=" PERSIST, "StreamLocalBindUnlink=yes",
		"StreamLocalBindMask=0177", "ClearAllForwardings=yes", "ForwardAgent=no",
		"ForwardX11=no", "PermitLocalCommand=no", "RemoteCommand=none",
		"RequestTTY=no", "Tunnel=no", "LogLevel=ERROR", "ConnectTimeout=20",
		"ServerAliveInterval=" ALIVE, "ServerAliveCountMax=3"};
	const char *identity = way_to(url)->identity;

	for (size_t i = 0; i < COUNT_OF(options); i++)
		add_option(v, options[i]);
	if (!ask)
		add_option(v, "BatchMode=yes");
	if (identity) {
		strv_add(v, "-i");
		strv_add(v, identity);
	}
}

/* For a shell over there: which socket is an engine's, of those that this user may use,
 * as they would be looked for by a cnnrun there. */
static char *question(const struct endpoint *p)
{
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, "r=${XDG_RUNTIME_DIR:-/run/user/$(id -u)} no=\nset --");
	for (const struct engine_ops *const *k = engine_kinds; *k && !p->path; k++)
		for (const char *const *s = (*k)->sockets; *s; s++)
			buf_addf(&b, **s == '/' ? " %s" : " \"$r/%s\"", *s);
	if (p->path)
		buf_addf(&b, " '%s'\n", p->path);
	else
		buf_adds(&b, "\ncase ${DOCKER_HOST-} in unix:///*)\n"
			     "set -- \"${DOCKER_HOST#unix://}\" \"$@\" ;;\nesac\n");
	buf_adds(&b, "for s; do\n[ -S \"$s\" ] || continue\n"
		     "[ -w \"$s\" ] || { no=$s; continue; }\n"
		     "echo '" SAYS "'\"$s\"\nexit\ndone\n"
		     "echo '" SAYS "'\"${no:+not }$no\"\n");
	return buf_take(&b);
}

/* What came of the question, among what else a login prints. */
static int read_answer(const char *url, const char *text, char **socket, struct err *e)
{
	const char *host = strstr(url, "://") + 3;
	int n_login = (int)(host - url) + (int)strcspn(host, "/"); /* no socket's path */
	const char *at = strstr(text, SAYS);
	AUTO_FREE char *said = NULL, *there = NULL;
	AUTO_ENDPOINT struct endpoint p = {0};

	if (!at)
		return err_set(e, EPROTO,
			"%s answers no commands as a POSIX shell does, so its engine "
			"cannot be found",
			url);
	at += strlen(SAYS);
	said = xstrndup(at, strcspn(at, "\n"));
	if (!*said)
		return err_set(e, ENOENT,
			"there is no container engine at %s; start it over there, or say "
			"where its socket is: %.*s/path/to/docker.sock",
			url, n_login, url);
	if (*said == '/') { /* it goes into a word that has its own signs */
		there = xasprintf("ssh://box%s", said);
		if (endpoint_parse(there, &p, e) < 0)
			return -1;
		*socket = xstrdup(said);
		return 0;
	}
	there = xstrdup(said + strcspn(said, "/"));
	one_line(there, 200);
	return err_set(e, EACCES,
		"the user at %s may not use the container engine's socket %s; over "
		"there: "
		"sudo usermod -aG docker \"$USER\"",
		url, there);
}

int ssh_first(const char *url, const char *dir, const char *text, struct buf *said,
	struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_ENDPOINT struct endpoint p = {0};
	struct program ssh = {.words = &words, .input = text};
	bool ask = has_terminal();
	int rc;

	if (endpoint_parse(url, &p, e) < 0)
		return -1;
	add_master(&words, dir);
	add_login(&words, url, ask);
	ssh_where(&words, &p);
	strv_add(&words, "exec sh");
	ssh.limit_ms = ask ? 0 : LOGIN_MS;
	rc = program_run(&ssh, e);
	if (rc < 0 && (e->code == ETIMEDOUT || e->code == EMSGSIZE))
		err_wrap(e, "%s cannot be reached", url);
	if (rc < 0 && e->code == ENOENT) {
		AUTO_FREE char *line = package_line("prog:ssh");

		err_set(e, EACCES, "%s needs the program ssh; install it: %s", url, line);
	}
	if (rc == 0 && ssh.status != 0)
		rc = ssh_explain(url, &p, buf_str(&ssh.err), ask, e);
	buf_add(said, buf_str(&ssh.out), ssh.out.n);
	program_free(&ssh);
	return rc;
}

/* By the master and no other way, with nothing of the user's configuration, whose
 * forwards would go over as well. */
void ssh_by_master(struct strv *v, const char *dir)
{
	add_master(v, dir);
	strv_add(v, "-F");
	strv_add(v, "/dev/null");
	add_option(v, "ProxyCommand=false");
}

static int by_master(
	const char *url, const struct endpoint *p, struct program *ssh, struct err *e)
{
	int rc = program_run(ssh, e);

	if (rc == 0 && ssh->status != 0)
		rc = ssh_explain(url, p, buf_str(&ssh->err), true, e);
	return rc;
}

int ssh_control(const char *url, const char *dir, const char *word,
	const struct strv *forwards, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_ENDPOINT struct endpoint p = {0};
	struct program ssh = {.words = &words, .limit_ms = CONTROL_MS};
	int rc;

	if (endpoint_parse(url, &p, e) < 0)
		return -1;
	ssh_by_master(&words, dir);
	strv_add(&words, "-O");
	strv_add(&words, word);
	for (size_t i = 0; forwards && i < forwards->n; i++)
		strv_add(&words, forwards->v[i]);
	ssh_where(&words, &p);
	rc = by_master(url, &p, &ssh, e);
	program_free(&ssh);
	return rc;
}

int ssh_script(const char *url, const char *dir, const char *text, struct buf *said,
	struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_ENDPOINT struct endpoint p = {0};
	struct program ssh = {.words = &words, .input = text, .limit_ms = LOGIN_MS};
	int rc;

	if (endpoint_parse(url, &p, e) < 0)
		return -1;
	ssh_by_master(&words, dir);
	strv_add(&words, "-T");
	ssh_where(&words, &p);
	strv_add(&words, "exec sh");
	rc = by_master(url, &p, &ssh, e);
	buf_add(said, buf_str(&ssh.out), ssh.out.n);
	program_free(&ssh);
	return rc;
}

int ssh_login(const char *url, const char *dir, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_FREE char *socket = NULL, *script = NULL;
	AUTO_ENDPOINT struct endpoint p = {0};
	AUTO_BUF struct buf said = {0};

	if (endpoint_parse(url, &p, e) < 0)
		return -1;
	script = question(&p);
	if (ssh_first(url, dir, script, &said, e) < 0 ||
		read_answer(url, buf_str(&said), &socket, e) < 0)
		return -1;
	strv_addf(&words, "-L%s/" SSH_ENGINE ":%s", dir, socket);
	return ssh_control(url, dir, "forward", &words, e);
}
