/* SPDX-License-Identifier: MIT */
/* The options by which a command line changes what a profile asks for. */
#include <string.h>

#include "base/mem.h"
#include "cli/evaluate.h"
#include "cli/option/ad_hoc.h"
#include "cli/option/detach_keys.h"
#include "plan/checks.h"

enum {
	DETACH,
	KEEP,
	CARRY,
	NAME,
	ENV,
	ENV_FILE,
	VOLUME,
	MOUNT,
	PUBLISH,
	PORT,
	DEVICE,
	GPUS,
	NETWORK,
	USER,
	ENTRYPOINT,
	PARALLEL,
	AFTER,
	KEYS
};
static const struct opt container_table[] = {
	[DETACH] = {.name = "detach",
		.about = "run in the background and print the container's name"},
	[KEEP] = {.name = "keep", .about = "leave the container when it has ended"},
	[CARRY] = {.name = "carry",
		.about = "copy every directory that is mounted to the engine, and "
			 "bring home what changes",
		.yields = true},
	[NAME] = {.name = "name",
		.arg = "NAME",
		.about = "the container's name",
		.yields = true},
	[ENV] = {.name = "env",
		.letter = 'e',
		.arg = "NAME[=VALUE]",
		.about = "set a variable, or pass on the one of this environment",
		.many = true},
	[ENV_FILE] = {.name = "env-file",
		.arg = "PATH",
		.about = "set the variables that a file has, a NAME=VALUE a line",
		.many = true,
		.yields = true},
	[VOLUME] = {.name = "volume",
		.letter = 'v',
		.arg = "SRC:DST[:ro]",
		.about = "mount a path, or the volume of that name",
		.many = true,
		.yields = true,
		.holds = ':'},
	[MOUNT] = {.name = "mount",
		.arg = "PATH:DST[:ro]",
		.about = "mount a path",
		.many = true,
		.yields = true},
	[PUBLISH] = {.name = "publish",
		.letter = 'p',
		.arg = "[HOST:]PORT",
		.about = "publish a port, on 127.0.0.1 unless an address is given",
		.many = true,
		.yields = true},
	[PORT] = {.name = "port",
		.arg = "[HOST:]PORT",
		.about = "the same as --publish",
		.many = true,
		.yields = true},
	[DEVICE] = {.name = "device",
		.arg = "PATH[:DST]",
		.about = "give it a device",
		.many = true,
		.yields = true},
	[GPUS] = {.name = "gpus",
		.arg = "WHICH",
		.about = "all, none, or some: 0 is the first, 0,2 are two",
		.yields = true},
	/* with it a user confines: it is no profile's to take */
	[NETWORK] = {.name = "network",
		.arg = "NAME",
		.about = "bridge, none, host, or a network of the engine"},
	[USER] = {.name = "user",
		.arg = "WHO",
		.about = "host (you), image, root, UID[:GID], or a user of the image",
		.yields = true},
	[ENTRYPOINT] = {.name = "entrypoint",
		.arg = "PROGRAM",
		.about = "run this in place of the image's, with what follows \"--\"",
		.yields = true},
	[PARALLEL] = {.name = "parallel",
		.arg = "N",
		.about = "so many tasks of a sweep at once",
		.yields = true},
	[AFTER] = {.name = "after",
		.arg = "JOB[:any]",
		.about = "with --on slurm: once that job has ended well, or at all",
		.many = true,
		.yields = true},
	[KEYS] = {DETACH_KEYS_OPT, .yields = true},
};
const struct opt_group container_options = {
	"Container options", container_table, COUNT_OF(container_table)};

enum { IMAGE, PULL, REBUILD, NO_BUILD, LOCKED };
static const struct opt image_table[] = {
	[IMAGE] = {.name = "image",
		.arg = "REF",
		.about = "use this image in place of the profile's",
		.yields = true},
	[PULL] = {.name = "pull", .about = "get a newer image first", .yields = true},
	[REBUILD] = {.name = "rebuild",
		.about = "build the image even if nothing changed"},
	[NO_BUILD] = {.name = "no-build", .about = "use the image as it is"},
	[LOCKED] = {.name = "locked",
		.about = "exactly what cnnrun.lock has, or not at all"},
};
const struct opt_group image_options = {
	"Image options", image_table, COUNT_OF(image_table)};

static void kvs_drop(struct kvs *k, const char *key)
{
	struct kvs kept = {0};

	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->v[i].key, key) != 0)
			kvs_set(&kept, k->v[i].key, k->v[i].value);
	kvs_free(k);
	*k = kept;
}

static int set_env(struct plan *p, const char *text, struct err *e)
{
	const char *equals = strchr(text, '=');
	AUTO_FREE char *name =
		equals ? xstrndup(text, (size_t)(equals - text)) : xstrdup(text);

	if (!*name)
		return err_set(e, ERR_USAGE, "--env: no name before the \"=\"");
	if (equals) {
		kvs_set(&p->env, name, equals + 1);
		strv_drop(&p->env_pass, name);
		strv_add(&p->env_secret, name);
		return 0;
	}
	kvs_drop(&p->env, name);
	if (!strv_has(&p->env_pass, name))
		strv_add(&p->env_pass, name);
	strv_add(&p->env_typed, name);
	return 0;
}

/* By the option itself and not by its name, which the profile may have taken. */
static const struct opt_given *given(const struct opts *o, const struct opt *opt)
{
	for (size_t i = o->n_given; i-- > 0;)
		if (o->given[i].opt == opt)
			return &o->given[i];
	return NULL;
}

static int bad_value(const char *option, struct err *e)
{
	e->code = ERR_USAGE;
	return err_wrap(e, "--%s", option);
}

static int add_given(struct plan *p, const struct opt_given *g, struct err *e)
{
	static int (*const add[])(struct plan *, const char *, struct err *) = {
		[ENV] = set_env,
		[ENV_FILE] = ad_hoc_env_file,
		[VOLUME] = ad_hoc_volume,
		[MOUNT] = ad_hoc_mount,
		[PUBLISH] = ad_hoc_publish,
		[PORT] = ad_hoc_port,
		[DEVICE] = ad_hoc_device,
		[GPUS] = ad_hoc_gpus,
		[NETWORK] = ad_hoc_network,
		[USER] = ad_hoc_user,
		[PARALLEL] = ad_hoc_parallel,
		[AFTER] = ad_hoc_after};

	for (size_t i = 0; i < COUNT_OF(add); i++)
		if (add[i] && g->opt == &container_table[i])
			return add[i](p, g->text, e);
	return 0;
}

static int apply_container(struct plan *p, const struct opts *o, struct err *e)
{
	const struct opt_given *name = given(o, &container_table[NAME]);
	const struct opt_given *entrypoint = given(o, &container_table[ENTRYPOINT]);
	const struct opt_given *keys = given(o, &container_table[KEYS]);

	if (given(o, &container_table[DETACH]))
		p->set.detach = true;
	if (given(o, &container_table[KEEP]))
		p->set.keep = true;
	if (given(o, &container_table[CARRY])) {
		p->carry = true;
		for (size_t i = 0; i < p->n_services; i++)
			p->services[i].carry = true;
	}
	if (name) {
		if (check_name(name->text, e) < 0)
			return bad_value("name", e);
		str_set(&p->set.name, name->text);
	}
	if (keys) {
		if (check_detach_keys(keys->text, e) < 0)
			return bad_value(DETACH_KEYS_NAME, e);
		str_set(&p->set.detach_keys, keys->text);
	}
	for (size_t i = 0; i < o->n_given; i++)
		if (add_given(p, &o->given[i], e) < 0)
			return -1;
	if (entrypoint)
		ad_hoc_entrypoint(p, entrypoint->text);
	if (o->rest && o->rest[0]) {
		strv_free(&p->set.command);
		for (char *const *w = o->rest; *w; w++)
			strv_add(&p->set.command, *w);
		p->set.has_command = true;
	}
	return 0;
}

static int apply_image(struct plan *p, const struct opts *o, struct err *e)
{
	const struct opt_given *image = given(o, &image_table[IMAGE]);
	bool pull = given(o, &image_table[PULL]),
	     frozen = given(o, &image_table[NO_BUILD]);

	if (frozen && (pull || given(o, &image_table[REBUILD])))
		return err_set(e, ERR_USAGE, "--no-build and --%s exclude each other",
			pull ? "pull" : "rebuild");
	if (image) {
		if (check_reference(image->text, e) < 0)
			return bad_value("image", e);
		str_set(&p->image, image->text);
		p->build.wanted = false;
	}
	if (pull) {
		p->pull = PULL_ALWAYS;
		p->build.pull = true;
	}
	if (frozen) {
		if (p->build.wanted)
			str_set(&p->image, p->build.tag);
		p->build.wanted = false;
		p->pull = PULL_NEVER;
	}
	return 0;
}

/* With these a user confines: what the profile starts by itself is no exception. */
static bool is_for_all(const struct opt *o)
{
	return o == &container_table[NETWORK] || o == &container_table[GPUS];
}

int apply_to_all(struct plan *p, const struct opts *o, struct err *e)
{
	for (size_t i = 0; i < o->n_given; i++)
		if (is_for_all(o->given[i].opt) && add_given(p, &o->given[i], e) < 0)
			return -1;
	return 0;
}

int refuse_overrides(const struct opts *o, const char *shown, struct err *e)
{
	const struct opt_group groups[] = {container_options, image_options};

	for (size_t g = 0; g < COUNT_OF(groups); g++)
		for (size_t i = 0; i < groups[g].n; i++)
			if (given(o, &groups[g].v[i]) && !is_for_all(&groups[g].v[i]))
				return err_set(e, ERR_USAGE,
					"%s starts its containers itself, and --%s "
					"changes none of them; what they are is written "
					"there",
					shown, groups[g].v[i].name);
	return 0;
}

int apply_overrides(struct plan *p, const struct opts *o, struct err *e)
{
	return apply_container(p, o, e) < 0 ? -1 : apply_image(p, o, e);
}
