/* SPDX-License-Identifier: MIT */
/* The sentences as version 1 wrote them, whatever the words are by now. */
#include "right/old_grants.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

enum object { NONE, TEXT, PATH, WORD, NUMBER, GPUS, PORT };

static const struct sentence {
	const char *before, *after;
	enum object object;
	enum right_kind kind;
} sentences[] = {
	{"do anything to the host (privileged)", "", NONE, RIGHT_PRIVILEGED},
	{"be root in the container", "", NONE, RIGHT_ROOT},
	{"be root in the container, where its image is", "", NONE, RIGHT_ROOT_OF_IMAGE},
	{"use the capability ", "", WORD, RIGHT_CAPABILITY},
	{"gain privileges through setuid programs", "", NONE, RIGHT_SETUID},
	{"change its confinement: ", "", TEXT, RIGHT_CONFINEMENT},
	{"use the device ", "", PATH, RIGHT_DEVICE},
	{"set the kernel parameter ", "", WORD, RIGHT_SYSCTL},
	{"control the container engine, and so the host: ", "", PATH, RIGHT_ENGINE},
	{"write outside the project: ", "", PATH, RIGHT_WRITE},
	{"read outside the project: ", "", PATH, RIGHT_READ},
	{"write in ", ", which is no project of its own", PATH, RIGHT_WRITE_UNMARKED},
	{"read in ", ", which is no project of its own", PATH, RIGHT_READ_UNMARKED},
	{"change what you allowed to profiles: ", "", PATH, RIGHT_STATE},
	{"use the volume ", "", WORD, RIGHT_VOLUME},
	{"read the volume ", "", WORD, RIGHT_VOLUME_READ},
	{"be the user ", ", who is not you", NUMBER, RIGHT_USER},
	{"have the rights of the group ", "", TEXT, RIGHT_GROUP},
	{"know your variable ", "", TEXT, RIGHT_VARIABLE},
	{"read outside the project: ", " (to build the image)", PATH, RIGHT_BUILD_READ},
	{"use the host's network while the image is built", "", NONE,
		RIGHT_BUILD_HOST_NETWORK},
	{"join the network ", " while the image is built", WORD, RIGHT_BUILD_NETWORK},
	{"show windows on your Wayland desktop", "", NONE, RIGHT_WAYLAND},
	{"play and record sound", "", NONE, RIGHT_AUDIO},
	{"talk to your session bus, and so start programs as you", "", NONE, RIGHT_BUS},
	{"use all GPUs", "", NONE, RIGHT_GPU_ALL},
	{"use ", " GPU", NUMBER, RIGHT_GPU_COUNT},
	{"use ", " GPUs", NUMBER, RIGHT_GPU_COUNT},
	{"use GPU ", "", GPUS, RIGHT_GPU},
	{"use GPUs ", "", GPUS, RIGHT_GPU},
	{"see and control your X display ", "", WORD, RIGHT_DISPLAY},
	{"open the X display to every local user while it runs", "", NONE,
		RIGHT_XHOST_LOCAL},
	{"open the X display to every process of uid ", " while it runs", NUMBER,
		RIGHT_XHOST_USER},
	{"use the host's network", "", NONE, RIGHT_HOST_NETWORK},
	{"join the network ", "", WORD, RIGHT_NETWORK},
	{"share the host's IPC", "", NONE, RIGHT_HOST_IPC},
	{"see the host's processes", "", NONE, RIGHT_HOST_PROCESSES},
	{"run outside the engine's user namespace", "", NONE, RIGHT_HOST_USERNS},
	{"be reached from the network at ", "", PORT, RIGHT_PORT},
	{"start again by itself, also after a reboot", "", NONE, RIGHT_RESTART},
};

static bool fits(enum object kind, const char *s)
{
	switch (kind) {
	case NONE:
		return !*s;
	case TEXT:
		return *s;
	case PATH:
		return *s == '/';
	case WORD:
		return *s && !strpbrk(s, " ,");
	case NUMBER:
		return *s && !s[strspn(s, "0123456789")];
	case GPUS:
		return *s && *s != ' ' && *s != ',';
	case PORT:
		return strstr(s, " port ") && *s != ' ';
	}
	return false;
}

/* The object of text as this sentence; NULL = it is another one. The caller frees. */
static char *object_in(const struct sentence *s, const char *text)
{
	size_t n = strlen(text), before = strlen(s->before), after = strlen(s->after);
	char *object;

	if (n < before + after || strncmp(text, s->before, before) != 0 ||
		strcmp(text + n - after, s->after) != 0)
		return NULL;
	object = xstrndup(text + before, n - before - after);
	if (fits(s->object, object))
		return object;
	str_set(&object, NULL);
	return NULL;
}

static void add(struct rights *out, const struct sentence *s, char *object)
{
	char *port = s->object == PORT ? strstr(object, " port ") : NULL, *save = NULL;

	if (port) {
		*port = 0;
		rights_addf(out, s->kind, strchr(object, ':') ? "[%s]:%s" : "%s:%s",
			object, port + strlen(" port "));
	} else if (s->object == GPUS) {
		for (char *id = strtok_r(object, ", ", &save); id;
			id = strtok_r(NULL, ", ", &save))
			rights_add(out, s->kind, id);
	} else {
		rights_add(out, s->kind, s->object == NONE ? NULL : object);
	}
}

/* Exactly one sentence, or the user is asked. */
static bool translate(const char *text, struct rights *out)
{
	const struct sentence *which = NULL;
	AUTO_FREE char *object = NULL;

	for (size_t i = 0; i < COUNT_OF(sentences); i++) {
		char *found = object_in(&sentences[i], text);

		if (!found)
			continue;
		if (which) {
			str_set(&found, NULL);
			return false;
		}
		which = &sentences[i];
		object = found;
	}
	if (which)
		add(out, which, object);
	return which;
}

int old_rights_parse(const cJSON *list, struct rights *out, size_t *n_lost, struct err *e)
{
	const cJSON *i;

	cJSON_ArrayForEach(i, list)
	{
		const char *text = cJSON_GetStringValue(i);

		if (!text || !*text)
			return err_set(e, EINVAL, "'can' is missing or damaged");
		*n_lost += !translate(text, out);
	}
	return 0;
}
