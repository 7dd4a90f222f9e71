/* SPDX-License-Identifier: MIT */
/* What ssh says, as cause and cure. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "engine/http/call.h"
#include "engine/wire/ssh.h"

char *ssh_typed(const struct endpoint *p)
{
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, "ssh ");
	if (p->port)
		buf_addf(&b, "-p %s ", p->port);
	if (p->user)
		buf_addf(&b, "%s@", p->user);
	buf_adds(&b, p->host);
	return buf_take(&b);
}

static int key_changed(const char *url, const struct endpoint *p, struct err *e)
{
	err_set(e, EACCES,
		"%s shows another host key than the one that is known: somebody may be "
		"in "
		"between",
		url);
	if (p->port)
		return err_hint(e,
			"ask who runs it, and where the key was renewed: "
			"ssh-keygen -R '[%s]:%s'",
			p->host, p->port);
	return err_hint(e,
		"ask who runs it, and where the key was renewed: ssh-keygen -R %s",
		p->host);
}

int ssh_explain(const char *url, const struct endpoint *p, const char *said, bool ask,
	struct err *e)
{
	AUTO_FREE char *line = ssh_typed(p), *last = NULL;
	const char *end = said + strlen(said), *from;

	if (strstr(said, "IDENTIFICATION HAS CHANGED"))
		return key_changed(url, p, e);
	if (strstr(said, "Host key verification failed"))
		return err_set(e, EACCES,
			"the host key of %s is not known; look at it once: %s true", url,
			line);
	if (strstr(said, "Permission denied"))
		return err_set(e, EACCES,
			"%s does not let this user in%s; mend it until this "
			"works: %s true",
			url, ask ? "" : ", and there is no terminal for a question",
			line);
	if (strstr(said, "Could not resolve hostname"))
		return err_set(e, ENOENT,
			"there is no host %s; is it spelt right, or in ~/.ssh/config?",
			p->host);
	while (end > said && strchr("\r\n ", end[-1]))
		end--;
	for (from = end; from > said && from[-1] != '\n';)
		from--;
	last = xstrndup(from, (size_t)(end - from));
	one_line(last, 300);
	return err_set(e, EHOSTUNREACH, "%s cannot be reached: %s", url,
		*last ? last : "ssh does not say why");
}
