/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "host/desktop.h"

static char *scratch, *run;

static const char *const variables[] = {"XDG_RUNTIME_DIR", "WAYLAND_DISPLAY",
	"PIPEWIRE_REMOTE", "PIPEWIRE_RUNTIME_DIR", "PULSE_SERVER", "PULSE_RUNTIME_PATH",
	"PULSE_COOKIE", "XDG_CONFIG_HOME", "HOME", "DBUS_SESSION_BUS_ADDRESS", "TZ"};

/* Below scratch; the socket outlives its descriptor. */
static char *make_socket(const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char *path = path_join(scratch, name);
	AUTO_FREE char *dir = xstrdup(path);
	AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct err e;

	*strrchr(dir, '/') = 0;
	assert_ok(dir_make(dir, 0700, &e));
	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
	return path;
}

/* Frees both. */
static void expect(char *got, char *want)
{
	if (!want && got)
		fail_msg("found %s", got);
	if (want && !got)
		fail_msg("did not find %s", want);
	if (want)
		assert_string_equal(got, want);
	free(got);
	free(want);
}

static int setup(void **state)
{
	(void)state;
	scratch = scratch_make();
	run = path_join(scratch, "run");
	assert_int_equal(mkdir(run, 0700), 0);
	for (size_t i = 0; i < COUNT_OF(variables); i++)
		unsetenv(variables[i]);
	setenv("XDG_RUNTIME_DIR", run, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_end(scratch);
	free(run);
	return 0;
}

static void test_nothing_there(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		expect(desktop_wayland(), NULL);
		expect(desktop_pipewire(), NULL);
		expect(desktop_pulse(), NULL);
		expect(desktop_pulse_cookie(), NULL);
		expect(desktop_dbus(), NULL);
		setenv("XDG_RUNTIME_DIR", i ? "relative" : "/nonexistent", 1);
	}
}

static void test_wayland(void **state)
{
	AUTO_FREE char *plain = path_join(run, "wayland-7"), *other = NULL;

	(void)state;
	expect(desktop_wayland(), NULL);
	free(make_socket("run/wayland-0"));
	expect(desktop_wayland(), path_join(run, "wayland-0"));
	setenv("WAYLAND_DISPLAY", "wayland-1", 1);
	expect(desktop_wayland(), NULL);
	free(make_socket("run/wayland-1"));
	expect(desktop_wayland(), path_join(run, "wayland-1"));
	put("/", plain, "no socket");
	setenv("WAYLAND_DISPLAY", "wayland-7", 1);
	expect(desktop_wayland(), NULL);
	/* An absolute one needs no runtime directory. */
	other = make_socket("other");
	setenv("WAYLAND_DISPLAY", other, 1);
	unsetenv("XDG_RUNTIME_DIR");
	expect(desktop_wayland(), xstrdup(other));
}

static void test_pipewire(void **state)
{
	AUTO_FREE char *away = path_join(scratch, "away");

	(void)state;
	expect(desktop_pipewire(), NULL);
	free(make_socket("run/pipewire-0"));
	expect(desktop_pipewire(), path_join(run, "pipewire-0"));
	setenv("PIPEWIRE_RUNTIME_DIR", away, 1);
	expect(desktop_pipewire(), NULL);
	free(make_socket("away/pipewire-9"));
	setenv("PIPEWIRE_REMOTE", "pipewire-9", 1);
	expect(desktop_pipewire(), path_join(away, "pipewire-9"));
}

static void test_pulse(void **state)
{
	AUTO_FREE char *native = NULL, *list = NULL, *away = path_join(scratch, "away");

	(void)state;
	native = make_socket("run/pulse/native");
	expect(desktop_pulse(), xstrdup(native));
	setenv("PULSE_SERVER", "tcp:far.example.org", 1);
	expect(desktop_pulse(), NULL);
	list = xasprintf("{abc}unix:/nonexistent tcp:far {0123}unix:%s", native);
	setenv("PULSE_SERVER", list, 1);
	expect(desktop_pulse(), xstrdup(native));
	setenv("PULSE_SERVER", native, 1);
	expect(desktop_pulse(), xstrdup(native));
	unsetenv("PULSE_SERVER");
	setenv("PULSE_RUNTIME_PATH", away, 1);
	expect(desktop_pulse(), NULL);
	free(make_socket("away/native"));
	expect(desktop_pulse(), path_join(away, "native"));
}

static void test_pulse_cookie(void **state)
{
	AUTO_FREE char *home = path_join(scratch, "home"), *old = NULL, *new = NULL;
	AUTO_FREE char *config = path_join(scratch, "home/.config/pulse");
	struct err e;

	(void)state;
	setenv("HOME", home, 1);
	assert_ok(dir_make(config, 0700, &e));
	expect(desktop_pulse_cookie(), NULL);
	old = path_join(home, ".pulse-cookie");
	put("/", old, "c");
	expect(desktop_pulse_cookie(), xstrdup(old));
	new = path_join(config, "cookie");
	put("/", new, "c");
	expect(desktop_pulse_cookie(), xstrdup(new));
	setenv("PULSE_COOKIE", old, 1);
	expect(desktop_pulse_cookie(), xstrdup(old));
	setenv("PULSE_COOKIE", home, 1);
	expect(desktop_pulse_cookie(), NULL);
}

static void test_dbus(void **state)
{
	static const char *const without[] = {"unix:abstract=/tmp/dbus-x",
		"tcp:host=a,port=1", "unix:", "unix:path=", ";;", "unix:path=relative",
		"unix:path=/a%", "=", "unix:path=%2"};
	AUTO_FREE char *odd = NULL, *list = NULL;

	(void)state;
	free(make_socket("run/bus"));
	expect(desktop_dbus(), path_join(run, "bus"));
	odd = make_socket("a b");
	list = xasprintf("tcp:host=x;unix:guid=1,path=%s/a%%20b,x=y", scratch);
	setenv("DBUS_SESSION_BUS_ADDRESS", list, 1);
	expect(desktop_dbus(), xstrdup(odd));
	for (size_t i = 0; i < COUNT_OF(without); i++) {
		setenv("DBUS_SESSION_BUS_ADDRESS", without[i], 1);
		expect(desktop_dbus(), NULL);
	}
}

static void test_timezone_variable(void **state)
{
	static const struct {
		const char *tz, *zone;
	} cases[] = {
		{"Europe/Berlin", "Europe/Berlin"},
		{":Europe/Berlin", "Europe/Berlin"},
		{"", "UTC"},
		{":", "UTC"},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3"},
		{"<+03>-3", "<+03>-3"},
		{"/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"},
		{":/usr/share/zoneinfo/posix/Asia/Tokyo", "Asia/Tokyo"},
		{"/etc/shadow", NULL},
		{"/usr/share/zoneinfo/../../../etc/shadow", NULL},
		{"../../etc/shadow", NULL},
		{"a b", NULL},
		{"a\nb", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		setenv("TZ", cases[i].tz, 1);
		expect(desktop_timezone(), xstrdup(cases[i].zone));
	}
}

static void test_timezone_files(void **state)
{
	AUTO_FREE char *file = path_join(scratch, "timezone");
	AUTO_FREE char *link = path_join(scratch, "localtime");

	(void)state;
	expect(session_timezone_in(scratch), NULL);
	assert_int_equal(symlink("/usr/share/zoneinfo/Europe/Paris", link), 0);
	expect(session_timezone_in(scratch), xstrdup("Europe/Paris"));
	put("/", file, "America/Argentina/Ushuaia\n"); /* stale */
	expect(session_timezone_in(scratch), xstrdup("Europe/Paris"));
	unlink(link);
	expect(session_timezone_in(scratch), xstrdup("America/Argentina/Ushuaia"));
	put("/", file, "/etc/shadow\n");
	expect(session_timezone_in(scratch), NULL);
	assert_int_equal(symlink("../etc/elsewhere", link), 0);
	expect(session_timezone_in(scratch), NULL);
	unlink(link);
	put("/", link, "TZif2");
	expect(session_timezone_in(scratch), NULL);
}

static void test_devices(void **state)
{
	mode_t mode = 0;
	gid_t gid = 12345;
	struct err e;

	(void)state;
	assert_ok(device_group("/dev/null", &gid, &mode, &e));
	assert_int_equal(gid, 0);
	assert_int_equal(mode, 0666);
	assert_int_equal(device_group("/dev/null/x", &gid, &mode, &e), -1);
	assert_int_equal(device_group(scratch, &gid, &mode, &e), -1);
	assert_int_equal(e.code, ENODEV);
}

/* Not this machine's cards: the names of scratch, each but the last a device. */
static bool own_dri;

DIR *opendir(const char *path)
{
	return NEXT(opendir)(own_dri && !strcmp(path, "/dev/dri") ? scratch : path);
}

int stat(const char *path, struct stat *st)
{
	if (!own_dri || strncmp(path, "/dev/dri/", 9) != 0)
		return NEXT(stat)(path, st);
	return NEXT(stat)(strcmp(path, "/dev/dri/card2") ? "/dev/null" : "/", st);
}

static void test_cards(void **state)
{
	static const char *const all[] = {"renderD128", "card10", "card1", "x", "card2"};
	AUTO_STRV struct strv nodes = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(all); i++)
		put(scratch, all[i], "");
	own_dri = true;
	desktop_dri(&nodes);
	own_dri = false;
	assert_int_equal(nodes.n, 3);
	assert_string_equal(nodes.v[0], "/dev/dri/card1");
	assert_string_equal(nodes.v[1], "/dev/dri/card10");
	assert_string_equal(nodes.v[2], "/dev/dri/renderD128");
}

static void test_wslg(void **state)
{
	(void)state;
	assert_int_equal(desktop_wslg(), access("/mnt/wslg", F_OK) == 0);
}

#define each(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		each(test_nothing_there),
		each(test_wayland),
		each(test_pipewire),
		each(test_pulse),
		each(test_pulse_cookie),
		each(test_dbus),
		each(test_timezone_variable),
		each(test_timezone_files),
		each(test_devices),
		each(test_cards),
		each(test_wslg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
