/* SPDX-License-Identifier: MIT */
/* The kinds of rights. What no row says to be included is asked for, so that a slip here
 * asks once too often and never lets anything through. */
#include "right/right.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"
#include "plan/host_rule.h"

static bool any(const char *granted, const char *wanted)
{
	(void)granted;
	(void)wanted;
	return true;
}

static bool same(const char *granted, const char *wanted)
{
	return granted && wanted ? !strcmp(granted, wanted) : granted == wanted;
}

static bool below(const char *granted, const char *wanted)
{
	return granted && wanted && *granted == '/' && *wanted == '/' &&
	       path_within(wanted, granted);
}

static bool no_more(const char *granted, const char *wanted)
{
	return granted && wanted && atol(wanted) > 0 && atol(wanted) <= atol(granted);
}

/* "0.0.0.0:8000-8010": the first and the last. */
static bool ports_of(const char *s, size_t *address, unsigned *from, unsigned *to)
{
	const char *colon = s ? strrchr(s, ':') : NULL;
	int n = colon ? sscanf(colon, ":%u-%u", from, to) : 0;

	if (n == 1)
		*to = *from;
	*address = colon ? (size_t)(colon - s) : 0;
	return n > 0;
}

/* A range has all that lie in it; port 0, the engine's choice, is in none. */
static bool in_range(const char *granted, const char *wanted)
{
	unsigned from, to, first, last;
	size_t n, m;

	return ports_of(granted, &n, &from, &to) && ports_of(wanted, &m, &first, &last) &&
	       n == m && !strncmp(granted, wanted, n) && from && from <= first &&
	       first <= last && last <= to;
}

static bool any_address(const char *granted, const char *wanted)
{
	return same(granted, wanted) || (granted && !strcmp(granted, RIGHT_ANY_ADDRESS));
}

/* A capability that docker gives anyway, or what has no object. */
static bool among_dockers(const char *granted, const char *wanted)
{
	const char *const *c = docker_capabilities;

	(void)granted;
	while (wanted && *c && strcmp(*c, wanted) != 0)
		c++;
	return !wanted || *c;
}

#define ALL        UINT64_MAX
#define BIT(kind)  (UINT64_C(1) << (kind))
#define KIND(name) BIT(RIGHT_##name)
#define FILES_READ (KIND(READ) | KIND(READ_UNMARKED) | KIND(BUILD_READ))

static const struct kind {
	const char *name;  /* in JSON */
	const char *words; /* %s is the object */
	/* By the objects; NULL = none but the same. */
	bool (*covers)(const char *granted, const char *wanted);
	uint64_t includes; /* the kinds it can cover besides its own */
	bool places;       /* see right_is_places */
	bool waits;        /* see rights_add_now */
	/* It reaches neither your files and secrets, nor what you can do, nor root.
	 * The others are grave. */
	bool mild;
} kinds[] = {
	[RIGHT_PRIVILEGED] = {"privileged", "do anything to the host (privileged)", any,
		ALL},
	/* whoever has one socket of an engine has the host; another one is no more */
	[RIGHT_ENGINE] = {"engine", "control the container engine, and so the host: %s",
		any, .places = true},
	[RIGHT_STATE] = {"state", "change what you allowed to profiles: %s",
		.places = true},
	[RIGHT_ROOT] = {"root", "be root in the container", any, KIND(ROOT_OF_IMAGE)},
	[RIGHT_ROOT_OF_IMAGE] = {"root_of_image",
		"be root in the container, where its image is"},
	[RIGHT_USER] = {"user", "be the user %s, who is not you"},
	[RIGHT_GID] = {"gid", "be of the group %s, which is not yours"},
	[RIGHT_GROUP] = {"group", "have the rights of the group %s"},
	[RIGHT_DOCKER_DEFAULTS] = {"docker_defaults",
		"have docker's default rights (chown, setuid programs, raw sockets, …)",
		among_dockers, KIND(CAPABILITY) | KIND(SETUID)},
	[RIGHT_CAPABILITY] = {"capability", "use the capability %s"},
	[RIGHT_SETUID] = {"setuid", "gain privileges through setuid programs"},
	[RIGHT_CONFINEMENT] = {"confinement", "change its confinement: %s"},
	[RIGHT_WRITE] = {"write", "write outside the project: %s", below,
		FILES_READ | KIND(WRITE_UNMARKED)},
	[RIGHT_READ] = {"read", "read outside the project: %s", below, FILES_READ},
	[RIGHT_WRITE_UNMARKED] = {"write_unmarked",
		"write in %s, which is no project of its own", below, KIND(READ_UNMARKED),
		.places = true},
	[RIGHT_READ_UNMARKED] = {"read_unmarked",
		"read in %s, which is no project of its own", below, .places = true},
	[RIGHT_GIT_WRITE] = {"git_write", "change what git runs on the host: %s", below},
	[RIGHT_BUILD_READ] = {"build_read",
		"read outside the project: %s (to build the image)", below},
	[RIGHT_VOLUME] = {"volume", "use the volume %s", same, KIND(VOLUME_READ),
		.mild = true},
	[RIGHT_VOLUME_READ] = {"volume_read", "read the volume %s", .mild = true},
	[RIGHT_VARIABLE] = {"variable", "know your variable %s"},
	[RIGHT_GPU_ALL] = {"gpu_all", "use all GPUs", any, KIND(GPU_COUNT) | KIND(GPU),
		.mild = true},
	[RIGHT_GPU_COUNT] = {"gpu_count", "use %s of the GPUs", no_more, .mild = true},
	[RIGHT_GPU] = {"gpu", "use GPU %s", .mild = true},
	[RIGHT_DEVICE_WORD] = {"device_word", "be given devices by the word %s"},
	[RIGHT_DEVICES] = {"devices", "use all devices in %s", below, KIND(DEVICE)},
	[RIGHT_DEVICE_RULE] = {"device_rule",
		"use whatever devices are, or will be, of the kind %s"},
	[RIGHT_DEVICE] = {"device", "use the device %s"},
	[RIGHT_DISPLAY] = {"display", "see and control your X display %s"},
	[RIGHT_WAYLAND] = {"wayland", "show windows on your Wayland desktop",
		.mild = true},
	[RIGHT_AUDIO] = {"audio", "play and record sound"},
	[RIGHT_BUS] = {"bus", "talk to your session bus, and so start programs as you"},
	[RIGHT_SSH_AGENT] = {"ssh_agent",
		"log in as you with the keys of your SSH agent"},
	[RIGHT_XHOST_LOCAL] = {"xhost_local",
		"open the X display to every local user while it runs", any,
		KIND(XHOST_USER)},
	[RIGHT_XHOST_USER] = {"xhost_user",
		"open the X display to every process of uid %s while it runs"},
	[RIGHT_HOST_NETWORK] = {"host_network",
		"use the host's network, its loopback and abstract sockets (X's too)",
		any, KIND(PORT) | KIND(PORT_SYSTEM)},
	[RIGHT_NETWORK] = {"network", "join the network %s", .mild = true},
	[RIGHT_NETWORK_HOST] = {"network_host", "reach %s", host_rule_covers,
		.mild = true},
	[RIGHT_BUILD_HOST_NETWORK] = {"build_host_network",
		"use the host's network while the image is built", any, KIND(FETCH),
		.places = true},
	[RIGHT_BUILD_NETWORK] = {"build_network",
		"join the network %s while the image is built", .mild = true},
	[RIGHT_BUILD_FRONTEND] = {"build_frontend",
		"have its build steered by the image %s, which may fetch anything",
		.places = true},
	[RIGHT_BUILD_INSECURE] = {"build_insecure",
		"run steps of its build without confinement", .places = true},
	[RIGHT_BUILD_CACHE] = {"build_cache",
		"put what it builds into the registry %s, as a cache"},
	[RIGHT_BUILD_CACHED] = {"build_cached",
		"have the engine take steps of builds, anyone's, from the cache in %s",
		.places = true},
	[RIGHT_LOGIN] = {"login", "use your login at %s, where that refuses others",
		.places = true, .waits = true},
	[RIGHT_FETCH] = {"fetch",
		"have the engine fetch from %s, by this machine's own network",
		any_address, .places = true},
	[RIGHT_PORT] = {"port", "be reached from the network at %s", in_range,
		.mild = true},
	[RIGHT_PORT_SYSTEM] = {"port_system",
		"answer at %s, where services of this machine do", in_range,
		.mild = true},
	[RIGHT_HOST_IPC] = {"host_ipc", "share the host's IPC"},
	[RIGHT_HOST_PROCESSES] = {"host_processes", "see the host's processes"},
	[RIGHT_HOST_USERNS] = {"host_userns", "run outside the engine's user namespace"},
	[RIGHT_SYSCTL] = {"sysctl", "set the kernel parameter %s", .mild = true},
	[RIGHT_RESTART] = {"restart", "start again by itself, also after a reboot",
		.mild = true},
	[RIGHT_LABEL] = {"label", "carry the label %s, which other programs may obey"},
	[RIGHT_SETTING] = {"setting", "run with %s", .mild = true},
};

_Static_assert(COUNT_OF(kinds) == RIGHT_KINDS, "a row for each kind");
_Static_assert(RIGHT_KINDS <= 64, "kinds are bits of includes");

bool right_covers(const struct right *granted, const struct right *wanted)
{
	const struct kind *k;

	if (granted->kind >= RIGHT_KINDS || wanted->kind >= RIGHT_KINDS)
		return false;
	k = &kinds[granted->kind];
	if (granted->kind == wanted->kind && same(granted->object, wanted->object))
		return true;
	return k->covers && (k->includes | BIT(granted->kind)) & BIT(wanted->kind) &&
	       k->covers(granted->object, wanted->object);
}

bool right_is_places(const struct right *r)
{
	return r->by_link || kinds[r->kind].places;
}

void rights_add_now(struct rights *to, const struct rights *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (!kinds[from->v[i].kind].waits)
			rights_copy(to, &from->v[i]);
}

/* Where the object goes; NULL = there is none. */
static const char *gap_of(enum right_kind kind)
{
	return strstr(kinds[kind].words, "%s");
}

bool right_is_grave(const struct right *r)
{
	return !kinds[r->kind].mild;
}

struct right_text right_text(struct buf *b, const struct right *r, size_t room)
{
	const char *words = kinds[r->kind].words, *gap = gap_of(r->kind);
	struct right_text at;

	if (r->by_link)
		buf_adds(b, "follow a link of the project and ");
	buf_add(b, words, gap ? (size_t)(gap - words) : 0);
	at.object = b->n;
	if (gap)
		add_quoted(b, r->object, room);
	at.end = b->n;
	buf_adds(b, gap ? gap + strlen("%s") : words);
	return at;
}

void right_words(struct buf *b, const struct right *r)
{
	right_text(b, r, SIZE_MAX);
}

cJSON *rights_json(const struct rights *r)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < r->n; i++) {
		const struct right *one = &r->v[i];
		cJSON *o = cJSON_CreateObject();

		if (one->object)
			json_put(o, kinds[one->kind].name, one->object);
		else
			cJSON_AddTrueToObject(o, kinds[one->kind].name);
		if (one->by_link)
			cJSON_AddTrueToObject(o, "by_link");
		cJSON_AddItemToArray(list, o);
	}
	return list;
}

static int parse_one(const cJSON *o, struct rights *out, struct err *e)
{
	const cJSON *value = cJSON_IsObject(o) ? o->child : NULL;
	const char *object = cJSON_GetStringValue(value);
	bool by_link = json_bool(o, "by_link", false);
	enum right_kind kind = 0;

	if (!value || cJSON_GetArraySize(o) != 1 + by_link)
		return err_set(e, EINVAL, "a right is damaged");
	while (kind < RIGHT_KINDS && strcmp(kinds[kind].name, value->string) != 0)
		kind++;
	if (kind == RIGHT_KINDS)
		return 0;
	if (gap_of(kind) ? !object : !cJSON_IsTrue(value))
		return err_set(e, EINVAL, "the right '%s' is damaged", kinds[kind].name);
	rights_add_path(out, kind, object, by_link);
	return 0;
}

int rights_parse(const cJSON *list, struct rights *out, struct err *e)
{
	const cJSON *o;

	cJSON_ArrayForEach(o, list)
	{
		if (parse_one(o, out, e) < 0)
			return -1;
	}
	return 0;
}
