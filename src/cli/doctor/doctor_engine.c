/* SPDX-License-Identifier: MIT */
/* doctor: the engine, and whether it can hand out GPUs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/packages.h"
#include "cli/doctor/doctor.h"
#include "cli/face/words.h"
#include "host/gpu.h"

#define TOOLKIT "prog:nvidia-ctk,prog:nvidia-container-cli" /* its row of packages */

enum { API_MINOR_MIN = 41, DRIVER_MIN = 450 };

/* One more engine helps nobody whose word leads elsewhere. The caller frees. */
static char *cure(const struct cli *c)
{
	const char *by = c->on ? "--on" : engine_named_by(c->host, c->context);

	if (!by) {
		AUTO_FREE char *line = package_line("prog:dockerd");
		const char *sudo = geteuid() ? "sudo " : "";

		return xasprintf("%s && %s%s", line, sudo,
			access("/run/systemd/system", F_OK) == 0
				? "systemctl enable --now docker"
				: "service docker start");
	}
	if (!strcmp(by, "docker context use"))
		return xstrdup("is that the engine you mean? docker context use default");
	return xasprintf("is that the engine you mean? It is named by %s", by);
}

/* May this user talk to the socket? false was told. */
static bool check_socket(struct report *r, const struct cli *c, const char *url)
{
	const char *path = engine_socket(url);
	struct stat st;

	if (!path)
		return true;
	if (stat(path, &st) < 0) {
		AUTO_FREE char *why = xasprintf("%s: %s", path, strerror(errno)),
			       *what = cure(c);

		report_add(r, FINDING_FAIL, "engine", what, "%s", why);
		return false;
	}
	if (access(path, R_OK | W_OK) < 0) {
		report_add(r, FINDING_FAIL, "engine socket",
			"sudo usermod -aG docker \"$USER\", and log in again", "%s: %s",
			path, strerror(errno));
		return false;
	}
	return true;
}

static void check_system(struct report *r, struct engine *g)
{
	const struct engine_info *i = engine_info(g);
	const struct engine_facts *f;
	struct err e = {0};

	if (engine_facts_now(g, &f, &e) < 0) {
		report_add(r, FINDING_FAIL, "engine", "look into the engine's own log",
			"%s", e.msg);
		return;
	}
	report_add(r, i->api_minor >= API_MINOR_MIN ? FINDING_OK : FINDING_FAIL, "engine",
		i->api_minor >= API_MINOR_MIN ? NULL
					      : "install Docker Engine 20.10 or later",
		"%s %s, API 1.%d, at %s", i->title, f->version, i->api_minor, i->url);
	if (i->can & CAN_BUILDKIT)
		report_add(r, FINDING_OK, "build", NULL, "BuildKit");
	else if (strcmp(i->name, "docker") != 0)
		report_add(r, FINDING_OK, "build", NULL, "by %s", i->title);
	else
		report_add(r, FINDING_WARN, "build",
			"Docker Engine 18.09 and later has BuildKit",
			"classic builder only: no cache mounts, slower");
	report_add(r, FINDING_OK, "engine mode", NULL, "%s%s, storage %s, cgroup v%s",
		engine_is_rootless(f) ? "rootless" : "as root",
		f->users == USERS_SHIFTED ? " with user namespaces" : "",
		f->storage_driver, f->cgroup_version);
}

void doctor_engine(struct report *r, struct cli *c)
{
	AUTO_FREE char *url = NULL;
	struct engine *g;
	struct err e = {0};

	if (engine_find(c->host, c->context, &url, &e) < 0) {
		AUTO_FREE char *what = cure(c);

		report_add(r, FINDING_FAIL, "engine", what, "%s", e.msg);
		return;
	}
	if (!check_socket(r, c, url))
		return;
	if (cli_engine(c, &g, &e) < 0) {
		AUTO_FREE char *what =
			engine_socket(url)
				? xasprintf("is it running? %ssystemctl start docker",
					  geteuid() ? "sudo " : "")
				: cure(c);

		report_add(r, FINDING_FAIL, "engine", what, "%s", e.msg);
		return;
	}
	check_system(r, g);
}

/* Of another machine only its engine tells. */
static void check_far(struct report *r, const struct cli *c)
{
	const struct engine_facts *f;

	if (!c->engine || engine_facts(c->engine, &f, NULL) < 0)
		return;
	if (f->nvidia || f->cdi_gpus == FOUND_SOME)
		report_add(r, FINDING_OK, "GPUs in containers", NULL, "by %s",
			f->nvidia ? "the NVIDIA runtime" : "CDI");
	else
		report_add(r, FINDING_WARN, "GPUs in containers",
			"install the NVIDIA Container Toolkit there; without, use -d "
			"none",
			"%s", f->no_gpus ? f->no_gpus : "the engine there tells of none");
	report_add(r, FINDING_OK, "this machine", NULL,
		"its directories, devices, display and sound are not seen there; mounts "
		"are carried: { carry = true }");
}

bool doctor_elsewhere(struct report *r, struct cli *c)
{
	const char *url = NULL;

	if (cli_elsewhere(c, &url, NULL) < 0 || !url)
		return false;
	check_far(r, c);
	return true;
}

/* It is in NVIDIA's own archive of packages, which a machine has to know first. */
static void add_no_toolkit(struct report *r)
{
	AUTO_FREE char *line = package_line(TOOLKIT);
	AUTO_FREE char *what = xasprintf(
		"%s, and restart the engine (the package is NVIDIA's: the install guide "
		"of its Container Toolkit says how to add their archive)",
		line);

	report_add(r, FINDING_WARN, "NVIDIA toolkit", what,
		"not installed: containers cannot have GPUs");
}

static void check_toolkit(struct report *r, const struct cli *c)
{
	AUTO_FREE char *toolkit = host_nvidia_toolkit();
	const struct engine_facts *f = NULL;
	bool cdi = host_has_cdi();

	if (c->engine && engine_facts(c->engine, &f, NULL) == 0 &&
		f->cdi_gpus != FOUND_UNTOLD)
		cdi = f->cdi_gpus == FOUND_SOME;
	if (toolkit || cdi)
		report_add(r, FINDING_OK, "NVIDIA toolkit", NULL, "%s%s%s",
			toolkit ? toolkit : "", toolkit && cdi ? ", " : "",
			cdi ? "CDI specification" : "");
	else
		add_no_toolkit(r);
	if (!f)
		return;
	if (f->nvidia || (f->cdi && cdi))
		report_add(r, FINDING_OK, "GPUs in containers", NULL, "by %s",
			f->nvidia ? "the NVIDIA runtime" : "CDI");
	else if (toolkit)
		/* The engine finds the hook on its own PATH, and tells nobody. */
		report_add(r, FINDING_OK, "GPUs in containers", NULL,
			"by the toolkit's hook, if it is on the engine's PATH");
}

void doctor_gpus(struct report *r, struct cli *c)
{
	AUTO_GPUS struct host_gpus g = {0};
	struct err e = {0};

	if (host_gpus_get(&g, &e) < 0) {
		report_add(r, FINDING_WARN, "NVIDIA driver", NULL, "%s", e.msg);
		return;
	}
	if (!g.driver) {
		report_add(r, FINDING_WARN, "NVIDIA driver",
			"for GPUs install the driver; without, use --gpus none", "%s",
			*g.problem ? g.problem : "none");
		return;
	}
	if (atoi(g.version) < DRIVER_MIN)
		report_add(r, FINDING_FAIL, "NVIDIA driver",
			"install driver 450 or later", "%s is too old for containers",
			g.version);
	else
		report_add(r, FINDING_OK, "NVIDIA driver", NULL, "%s, CUDA up to %s",
			g.version, *g.cuda ? g.cuda : "?");
	for (size_t i = 0; i < g.n; i++) {
		AUTO_BUF struct buf size = {0};

		add_size(&size, (int64_t)g.v[i].memory);
		report_add(r, FINDING_OK, "GPU", NULL, "%d  %s, %s, %s", g.v[i].index,
			g.v[i].name, size.p, g.v[i].uuid);
	}
	check_toolkit(r, c);
}
