/* SPDX-License-Identifier: MIT */
/* How Kubernetes calls things. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "convert/build.h"
#include "convert/k8s/k8s.h"

enum { LABEL_MAX = 63 };

bool k8s_is_label(const char *s, size_t max)
{
	size_t n = strlen(s);

	return n && n <= max && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
	       islower((unsigned char)*s) && s[n - 1] != '-';
}

bool k8s_is_set(const struct k8s *k)
{
	return k->ranks > 1 && k->p->set.retries;
}

/* What the names of Pods, which are those of hosts, have besides. */
static int check_name(const struct k8s *k, struct err *e)
{
	AUTO_FREE char *behind = xasprintf(
		"%s-%d", k8s_is_set(k) ? "-ranks-0" : "", k->ranks > 1 ? k->ranks : 0);
	size_t room = LABEL_MAX - strlen(behind) - (k->c->n_tasks ? strlen("-10000") : 0);

	if (k8s_is_label(k->base, room))
		return 0;
	err_set(e, EINVAL,
		"\"%s\" is no name in a cluster: up to %zu small letters, digits and "
		"\"-\", the first a letter: c:name \"%s\"",
		k->base, room, "train");
	return plan_fail(k->p, "name", e);
}

static bool is_revision(const char *s)
{
	return *s && *s != '-' && !strpbrk(s, " :~^\\?*[");
}

static int take_git(struct k8s *k, const char *url, struct err *e)
{
	const char *at = strrchr(url, '@'), *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;

	if (strncmp(url, "https://", 8) != 0 || !path || !path[1])
		return err_set(e, ERR_USAGE,
			"--code git: an https URL and a revision, as "
			"git=https://git.example/me/project@v1.2");
	if (strcspn(host + 3, "@") < (size_t)(path - host - 3))
		return err_set(e, ERR_USAGE,
			"--code git: a name or password in the URL would be for all to "
			"read: leave it out");
	if (!at || at < path || !is_revision(at + 1))
		return err_set(e, ERR_USAGE,
			"--code git: which revision? a commit or tag behind @, as "
			"%.*s@v1.2",
			(int)(at && at > path ? at - url : (ptrdiff_t)strlen(url)), url);
	k->code = CODE_GIT;
	k->url = xstrndup(url, (size_t)(at - url));
	k->revision = xstrdup(at + 1);
	return 0;
}

static int take_code(struct k8s *k, const char *code, struct err *e)
{
	if (!code)
		return 0;
	if (!strncmp(code, "git=", 4))
		return take_git(k, code + 4, e);
	if (!strcmp(code, "image")) {
		k->code = CODE_IMAGE;
	} else if (!strncmp(code, "pvc=", 4) && k8s_is_label(code + 4, LABEL_MAX)) {
		k->code = CODE_PVC;
		k->claim = xstrdup(code + 4);
	} else {
		return err_set(e, ERR_USAGE,
			"--code: image, pvc=NAME or git=URL@REVISION, not \"%s\"", code);
	}
	return 0;
}

int k8s_init(struct k8s *k, struct conversion *c, struct err *e)
{
	const struct settings *s = &c->p->set;
	int64_t ranks =
		(int64_t)(s->nodes ? s->nodes : 1) * (s->per_node ? s->per_node : 1);

	*k = (struct k8s){.c = c, .p = c->p, .ranks = ranks > 100000 ? -1 : (int)ranks};
	k->base = s->name ? xstrdup(s->name) : plan_stem(c->p);
	k->name = c->n_tasks ? xasprintf("%s-%zu", k->base, c->task) : xstrdup(k->base);
	return check_name(k, e) < 0 ? -1 : take_code(k, c->code, e);
}

void k8s_free(struct k8s *k)
{
	free(k->base);
	free(k->name);
	free(k->claim);
	free(k->url);
	free(k->revision);
	strv_free(&k->variables);
}

/* Is the part before the first "/" a registry? */
static size_t registry(const char *ref)
{
	size_t n = strcspn(ref, "/");

	if (!ref[n])
		return 0;
	for (size_t i = 0; i < n; i++)
		if (ref[i] == '.' || ref[i] == ':')
			return n;
	return !strncmp(ref, "localhost/", 10) ? n : 0;
}

char *k8s_image(const struct plan *p)
{
	const char *ref = p->build.wanted ? p->build.tag : p->image;
	size_t n = ref ? registry(ref) : 0;
	const char *name = ref ? strrchr(ref, '/') : NULL;
	bool tagged;

	name = name ? name : ref;
	if (!ref || !strncmp(ref, "sha256:", 7) || !strncmp(ref, "localhost", 9) ||
		!strncmp(ref, "127.0.0.1", 9) || (p->build.wanted && !n))
		return NULL;
	tagged = strpbrk(name, ":@");
	return xasprintf("%s%s%s%s", n ? "" : "docker.io/",
		n || strchr(ref, '/') ? "" : "library/", ref, tagged ? "" : ":latest");
}

/* "$$" is "$", before what begins a reference or is one itself. */
cJSON *k8s_string(const char *text)
{
	AUTO_BUF struct buf b = {0};

	for (; *text; text++) {
		if (*text == '$' && (text[1] == '$' || text[1] == '('))
			buf_addc(&b, '$');
		buf_addc(&b, *text);
	}
	return cJSON_CreateString(buf_str(&b));
}

void k8s_add_named(cJSON *list, const char *name, const char *key, cJSON *value)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "name", name);
	cJSON_AddItemToObject(o, key, value);
	cJSON_AddItemToArray(list, o);
}

char *k8s_below(const struct plan *p, const char *path)
{
	AUTO_FREE char *whole = NULL;
	const char *below;

	if (*path == '~')
		return NULL;
	whole = path_join(p->project, path);
	below = path_below(whole, p->project);
	return below ? xstrdup(strcmp(below, ".") ? below : "") : NULL;
}
