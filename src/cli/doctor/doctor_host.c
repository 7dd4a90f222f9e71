/* SPDX-License-Identifier: MIT */
/* doctor: the machine, the desktop session and the user. */
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/doctor/doctor.h"
#include "host/desktop.h"
#include "host/user.h"
#include "host/x11/x11.h"
#include "profile/profile.h"
#include "profile/safe.h"
#include "right/grant.h"

static bool has_seccomp_filter(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static void check_grants(struct report *r)
{
	struct grant *v;
	size_t n;
	struct err e = {0};

	if (grants_list(&v, &n, &e) < 0)
		report_add(r, FINDING_WARN, "grants",
			"no profile's grant counts until then", "%s", e.msg);
	else if (n)
		report_add(r, FINDING_OK, "grants", NULL,
			"%zu profile%s, see cnnrun allow --list", n, n > 1 ? "s" : "");
	else
		report_add(r, FINDING_OK, "grants", NULL, "none so far");
	grants_free(v, n);
}

/* The directory it is asked in, and those of others that are trusted. */
static void check_project(struct report *r)
{
	AUTO_FREE char *project = project_find(NULL);
	AUTO_FREE char *problem = project ? project_problem(project) : NULL;
	AUTO_STRV struct strv dirs = {0};
	struct err e = {0};

	if (safe_list(&dirs, &e) < 0)
		report_add(r, FINDING_WARN, "trusted directories", NULL, "%s", e.msg);
	for (size_t i = 0; i < dirs.n; i++)
		report_add(r, FINDING_OK, "trusted directories", NULL,
			"others may change %s", dirs.v[i]);
	if (problem)
		report_add(r, FINDING_WARN, "project", NULL, "nothing is run here: %s",
			problem);
	else if (project)
		report_add(r, FINDING_OK, "project", NULL, "%s%s", project,
			project_is_own(project) ? "" : ", which nothing marks as one");
}

void doctor_machine(struct report *r)
{
	struct utsname u;
	const char *cgroup = !access("/sys/fs/cgroup/cgroup.controllers", F_OK) ? "v2"
			     : !access("/sys/fs/cgroup/memory", F_OK)           ? "v1"
										: "none";

	report_add(r, FINDING_OK, "cnnrun", NULL, "%s, Lua %s", CNNRUN_VERSION,
		CNNRUN_LUA_VERSION);
	if (uname(&u) == 0)
		report_add(r, FINDING_OK, "kernel", NULL, "%s %s, %s, cgroup %s",
			u.sysname, u.release, u.machine, cgroup);
	if (has_seccomp_filter())
		report_add(r, FINDING_OK, "seccomp", NULL,
			"profiles are evaluated behind a system call filter");
	else
		report_add(r, FINDING_FAIL, "seccomp",
			"use a kernel with CONFIG_SECCOMP_FILTER (4.14 or later)",
			"not available: profiles from a project cannot be jailed");
	check_grants(r);
	check_project(r);
}

static void check_access(struct report *r, const char *display)
{
	struct x11_state s = {0};
	struct err e = {0};

	if (x11_query(display, getuid(), &s, &e) < 0) {
		report_add(r, FINDING_WARN, "display",
			"is the X server running, and does XAUTHORITY name its cookies?",
			"%s: %s", display, e.msg);
		return;
	}
	if (!s.control)
		report_add(r, FINDING_WARN, "display", "turn it on again: xhost -",
			"%s: access control is off, everybody is admitted", display);
	else if (s.local)
		report_add(r, FINDING_WARN, "display",
			"xhost -local:", "%s: every local user is admitted", display);
	else
		report_add(r, FINDING_OK, "display", NULL, "%s, access control is on%s",
			display,
			s.localuser  ? ", this user is admitted"
			: s.security ? ", cookies can be made for each run"
				     : "");
}

void doctor_display(struct report *r)
{
	const char *display = getenv("DISPLAY");
	struct x11_display d = {0};
	struct err e = {0};

	if (!display || !*display) {
		report_add(r, FINDING_WARN, "display",
			"log in on a desktop, use ssh -X, or set DISPLAY",
			"DISPLAY is not set: no windows");
		return;
	}
	if (x11_parse(display, &d, &e) < 0) {
		report_add(r, FINDING_WARN, "display", "set DISPLAY to something like :0",
			"%s", e.msg);
		return;
	}
	check_access(r, display);
}

static void check_socket(struct report *r, const char *what, char *socket)
{
	report_add(r, FINDING_OK, what, NULL, "%s",
		socket ? socket : "none in this session");
	free(socket);
}

void doctor_session(struct report *r)
{
	char *pipewire = desktop_pipewire();

	check_socket(r, "Wayland", desktop_wayland());
	if (pipewire)
		check_socket(r, "PipeWire", pipewire);
	check_socket(r, "PulseAudio", desktop_pulse());
	if (desktop_wslg())
		report_add(r, FINDING_OK, "WSL", NULL, "windows by WSLg");
}

static bool is_member(const struct host_user *u, gid_t gid)
{
	for (size_t i = 0; i < u->n_groups; i++)
		if (u->groups[i].gid == gid)
			return true;
	return u->gid == gid;
}

/* A user who may not open a device node cannot hand it to a container usefully. */
static void check_nodes(struct report *r, const struct host_user *u)
{
	AUTO_STRV struct strv nodes = {0};

	desktop_dri(&nodes);
	for (size_t i = 0; i < nodes.n; i++) {
		AUTO_FREE char *name = NULL, *cure = NULL;
		gid_t gid;
		mode_t mode;

		if (device_group(nodes.v[i], &gid, &mode, NULL) < 0 || u->uid == 0 ||
			is_member(u, gid) || (mode & 06) == 06)
			continue;
		name = host_group_name(gid);
		cure = xasprintf("sudo usermod -aG %s %s, and log in again",
			name ? name : "GROUP", u->name);
		report_add(r, FINDING_WARN, "device", cure,
			"%s belongs to group %s, %s does not", nodes.v[i],
			name ? name : "?", u->name);
	}
}

void doctor_user(struct report *r)
{
	static const char *const wanted[] = {"docker", "video", "render"};
	AUTO_USER struct host_user u = {0};
	AUTO_BUF struct buf in = {0};
	struct err e = {0};

	if (host_user_get(&u, &e) < 0) {
		report_add(r, FINDING_FAIL, "user", NULL, "%s", e.msg);
		return;
	}
	for (size_t i = 0; i < u.n_groups; i++)
		for (size_t k = 0; k < COUNT_OF(wanted); k++)
			if (!strcmp(u.groups[i].name, wanted[k]))
				buf_addf(&in, "%s%s", in.n ? ", " : ", in ", wanted[k]);
	if (u.uid == 0)
		report_add(r, FINDING_WARN, "user", "run cnnrun as yourself",
			"root: files that containers write will be root's");
	else
		report_add(r, FINDING_OK, "user", NULL, "%s (%u:%u)%s", u.name,
			(unsigned)u.uid, (unsigned)u.gid, buf_str(&in));
	check_nodes(r, &u);
}
