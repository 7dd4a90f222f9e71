/* SPDX-License-Identifier: MIT */
/* The progress display, drawn into a buffer. */
#include "test.h"

#include "cli/face/progress.h"

static double clock_now;
static double now(void)
{
	return clock_now;
}

static void take(void *ctx, const char *data, size_t n)
{
	buf_add(ctx, data, n);
}

static struct progress_view *view(struct buf *screen, struct progress_style style)
{
	style.now = now;
	style.write = take;
	style.ctx = screen;
	clock_now = 100;
	return progress_view_with(&style);
}

static void send(struct progress_view *v, struct progress p)
{
	struct progress_sink sink = progress_view_sink(v);

	if (p.data && !p.n)
		p.n = strlen(p.data);
	clock_now += 1;
	sink.event(sink.ctx, &p);
}

static void build(struct progress_view *v)
{
	send(v, (struct progress){.kind = PROGRESS_UPLOAD, .current = 2048});
	send(v, (struct progress){
			.kind = PROGRESS_START, .step = 1, .name = "[1/2] FROM base"});
	send(v, (struct progress){.kind = PROGRESS_DONE, .step = 1, .cached = 1});
	send(v, (struct progress){
			.kind = PROGRESS_START, .step = 3, .name = "[internal] load"});
	send(v, (struct progress){.kind = PROGRESS_DONE, .step = 3, .seconds = 0.1});
	send(v, (struct progress){
			.kind = PROGRESS_START, .step = 2, .name = "[2/2] RUN make"});
	send(v, (struct progress){.kind = PROGRESS_LOG,
			.step = 2,
			.data = "cc \033[1ma.c\033[0m\n"});
}

static void succeed(struct progress_view *v)
{
	send(v, (struct progress){.kind = PROGRESS_DONE, .step = 2, .seconds = 3.14});
	progress_view_end(v);
}

static void fail_step(struct progress_view *v)
{
	send(v, (struct progress){
			.kind = PROGRESS_LOG, .step = 2, .data = "a.c:1: error"});
	send(v, (struct progress){.kind = PROGRESS_ERROR,
			.step = 2,
			.name = "x",
			.data = "code 2"});
	progress_view_end(v);
}

#define CACHED "[1/2] FROM base                            cached\n"
#define DONE   "[2/2] RUN make                               3.1s\n"
#define FAILED "[2/2] RUN make                             failed\n"

static void test_plain(void **state)
{
	AUTO_BUF struct buf screen = {0};
	struct progress_view *v = view(&screen, (struct progress_style){.columns = 50});

	(void)state;
	build(v);
	succeed(v);
	assert_string_equal(screen.p, CACHED DONE);
}

static void test_failure_comes_last(void **state)
{
	AUTO_BUF struct buf screen = {0};
	struct progress_view *v = view(&screen, (struct progress_style){.columns = 50});

	(void)state;
	build(v);
	fail_step(v);
	assert_string_equal(screen.p, CACHED FAILED "cc a.c\na.c:1: error\n");
}

static void test_quiet(void **state)
{
	AUTO_BUF struct buf screen = {0}, failed = {0};
	struct progress_view *v = view(&screen, (struct progress_style){.quiet = true});

	(void)state;
	build(v);
	succeed(v);
	assert_int_equal(screen.n, 0);
	v = view(&failed, (struct progress_style){.quiet = true});
	build(v);
	fail_step(v);
	assert_string_equal(failed.p, "cc a.c\na.c:1: error\n");
}

static void test_verbose(void **state)
{
	AUTO_BUF struct buf screen = {0};
	struct progress_view *v =
		view(&screen, (struct progress_style){.verbose = true, .columns = 50});

	(void)state;
	build(v);
	succeed(v);
	assert_string_equal(screen.p,
		CACHED "[internal] load                              0.1s\n"
		       "cc a.c\n" DONE);
}

/* What a terminal shows: \r, ESC[nA and ESC[J are all that is used. */
static void render(const struct buf *sent, struct buf *shown)
{
	for (size_t i = 0; i < sent->n; i++) {
		size_t up = 0;

		if (sent->p[i] == '\r')
			continue;
		if (sent->p[i] != '\033') {
			buf_addc(shown, sent->p[i]);
			continue;
		}
		for (i += 2; sent->p[i] >= '0' && sent->p[i] <= '9'; i++)
			up = up * 10 + (size_t)(sent->p[i] - '0');
		if (sent->p[i] == 'J')
			continue;
		assert_int_equal(sent->p[i], 'A');
		for (; up; up--)
			do {
				assert_true(shown->n > 0);
				shown->p[--shown->n] = 0;
			} while (shown->n && shown->p[shown->n - 1] != '\n');
	}
}

static void test_live(void **state)
{
	AUTO_BUF struct buf screen = {0}, shown = {0}, end = {0};
	struct progress_view *v =
		view(&screen, (struct progress_style){.live = true, .columns = 50});

	(void)state;
	build(v);
	render(&screen, &shown);
	assert_string_equal(shown.p, CACHED "[2/2] RUN make\n    cc a.c\n");
	succeed(v);
	render(&screen, &end);
	assert_string_equal(end.p, CACHED DONE);
}

static void test_bar_of_progress(void **state)
{
	AUTO_BUF struct buf screen = {0}, shown = {0};
	struct progress_view *v =
		view(&screen, (struct progress_style){.live = true, .columns = 50});

	(void)state;
	send(v, (struct progress){.kind = PROGRESS_START, .step = 1, .name = "RUN get"});
	send(v, (struct progress){.kind = PROGRESS_LOG, .step = 1, .data = "10%\r20%\r"});
	render(&screen, &shown);
	assert_string_equal(shown.p, "RUN get\n    20%\n");
	progress_view_end(v);
}

static void test_redraws_seldom(void **state)
{
	AUTO_BUF struct buf screen = {0};
	struct progress_view *v =
		view(&screen, (struct progress_style){.live = true, .columns = 50});
	struct progress_sink sink = progress_view_sink(v);
	const struct progress p = {.kind = PROGRESS_UPLOAD, .current = 10};
	size_t once;

	(void)state;
	sink.event(sink.ctx, &p);
	once = screen.n;
	assert_true(once > 0);
	for (int i = 0; i < 1000; i++)
		sink.event(sink.ctx, &p);
	assert_int_equal(screen.n, once);
	progress_view_end(v);
}

static void test_pull(void **state)
{
	AUTO_BUF struct buf screen = {0};
	struct progress_view *v = view(&screen, (struct progress_style){0});

	(void)state;
	for (int step = 1; step <= 3; step++)
		send(v, (struct progress){.kind = PROGRESS_STATUS,
				.step = step,
				.name = "Downloading",
				.current = 512,
				.total = 1024});
	for (int step = 1; step <= 3; step++)
		send(v, (struct progress){.kind = PROGRESS_DONE, .step = step});
	progress_view_end(v);
	assert_string_equal(screen.p, "pulled 3 layers  3 KiB\n");
}

static void test_nothing(void **state)
{
	AUTO_BUF struct buf screen = {0};

	(void)state;
	progress_view_end(view(&screen, (struct progress_style){.live = true}));
	assert_int_equal(screen.n, 0);
}

static void test_long_and_foreign(void **state)
{
	AUTO_BUF struct buf screen = {0}, shown = {0}, line = {0};
	struct progress_view *v =
		view(&screen, (struct progress_style){.live = true, .columns = 40});

	(void)state;
	for (int i = 0; i < 300; i++)
		buf_adds(&line, "\xc3\xa9x\a");
	send(v, (struct progress){.kind = PROGRESS_START, .step = 1, .name = line.p});
	for (int i = 0; i < 1000; i++)
		send(v, (struct progress){.kind = PROGRESS_LOG,
				.step = 1,
				.data = line.p,
				.n = line.n});
	send(v, (struct progress){.kind = PROGRESS_ERROR, .step = 1, .data = ""});
	progress_view_end(v);
	render(&screen, &shown);
	assert_non_null(strstr(shown.p, "(only the end of its output)"));
	assert_null(strchr(shown.p, '\a'));
	assert_true(shown.n < 200 << 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_failure_comes_last),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_verbose),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_bar_of_progress),
		cmocka_unit_test(test_redraws_seldom),
		cmocka_unit_test(test_pull),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_long_and_foreign),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
