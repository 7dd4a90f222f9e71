/* SPDX-License-Identifier: MIT */
#include "fetch/http.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

#ifdef HAVE_CURL
#include <curl/curl.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

enum { TRIES = 4, STALL_SECONDS = 20 };

/* The calls of libcurl that are used: linking it would slow every start. */
struct curl_calls {
	CURL *(*init)(void);
	CURLcode (*setopt)(CURL *, CURLoption, ...);
	CURLcode (*perform)(CURL *);
	CURLcode (*getinfo)(CURL *, CURLINFO, ...);
	void (*cleanup)(CURL *);
	const char *(*strerror)(CURLcode);
};

static int load_curl(struct curl_calls *c, struct err *e)
{
	static const char *const names[] = {"curl_easy_init", "curl_easy_setopt",
		"curl_easy_perform", "curl_easy_getinfo", "curl_easy_cleanup",
		"curl_easy_strerror"};
	/* Debian's second flavour has a name of its own, and is what the image has */
	static const char *const libraries[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
	void *symbols[6], *library = NULL;

	for (int i = 0; i < 2 && !library; i++)
		library = dlopen(libraries[i], RTLD_NOW);
	if (!library)
		return err_set(e, "libcurl is not installed (Debian: libcurl4)");
	for (int i = 0; i < 6; i++) {
		symbols[i] = dlsym(library, names[i]);
		if (!symbols[i])
			return err_set(e, "libcurl has no %s", names[i]);
	}
	memcpy(c, symbols, sizeof(symbols));
	return 0;
}

struct download {
	const char *url;
	FILE *file;
	long start; /* bytes that were there */
	bool bar;
	struct curl_calls curl;
	CURL *handle;
};

static size_t receive(char *data, size_t one, size_t size, void *arg)
{
	struct download *d = arg;
	long status = 0;

	(void)one;
	d->curl.getinfo(d->handle, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200 && status != 206)
		return size; /* an error's page is no data */
	return fwrite(data, 1, size, d->file);
}

static int progress(void *arg, curl_off_t total, curl_off_t now, curl_off_t up_total,
	curl_off_t up_now)
{
	const struct download *d = arg;

	(void)up_total;
	(void)up_now;
	if (d->bar && total > 0)
		fprintf(stderr, "\r\033[K%s  %.1f of %.1f MB", d->url,
			(double)(d->start + now) / 1e6, (double)(d->start + total) / 1e6);
	return 0;
}

static CURLcode perform(struct download *d, long *status)
{
	CURLcode (*set)(CURL *, CURLoption, ...) = d->curl.setopt;
	CURLcode code;

	/* load_curl() copied it there. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage)
	 */
	d->handle = d->curl.init();
	if (!d->handle)
		return CURLE_OUT_OF_MEMORY;
	set(d->handle, CURLOPT_URL, d->url);
	set(d->handle, CURLOPT_FOLLOWLOCATION, 1L);
	set(d->handle, CURLOPT_MAXREDIRS, 5L);
	set(d->handle, CURLOPT_NOSIGNAL, 1L);
	set(d->handle, CURLOPT_CONNECTTIMEOUT, 20L);
	set(d->handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
	set(d->handle, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
	set(d->handle, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)d->start);
	set(d->handle, CURLOPT_WRITEFUNCTION, receive);
	set(d->handle, CURLOPT_WRITEDATA, d);
	set(d->handle, CURLOPT_XFERINFOFUNCTION, progress);
	set(d->handle, CURLOPT_XFERINFODATA, d);
	set(d->handle, CURLOPT_NOPROGRESS, 0L);
	code = d->curl.perform(d->handle);
	d->curl.getinfo(d->handle, CURLINFO_RESPONSE_CODE, status);
	d->curl.cleanup(d->handle);
	return code;
}

/* One try. 1: worth another. */
static int try_once(struct download *d, const char *path, struct err *e)
{
	long status = 0;
	CURLcode code;
	bool empty;

	d->file = fopen(path, "abe");
	if (!d->file)
		return err_set(e, "%s: %s", path, strerror(errno));
	fseek(d->file, 0, SEEK_END);
	d->start = ftell(d->file);
	code = perform(d, &status);
	empty = ftell(d->file) == 0;
	if (fclose(d->file) != 0)
		return err_set(e, "%s: %s", path, strerror(errno));
	if (empty ||
		code == CURLE_RANGE_ERROR) /* a server that cannot go on begins again */
		unlink(path);
	if (d->bar)
		fputs("\r\033[K", stderr);
	if (status == 416) /* nothing left to send: the file is whole, or not this one */
		return 0;
	if (status >= 400) {
		err_set(e, "%s: the server says %ld", d->url, status);
		return status >= 500 ? 1 : -1;
	}
	if (code == CURLE_WRITE_ERROR)
		return err_set(e, "%s: cannot be written: %s", path, strerror(errno));
	if (code != CURLE_OK) {
		err_set(e, "%s: %s", d->url, d->curl.strerror(code));
		return 1;
	}
	return 0;
}

int http_download(const char *url, const char *path, bool bar, struct err *e)
{
	struct download d = {.url = url, .bar = bar};
	int result = 1;

	if (load_curl(&d.curl, e) < 0)
		return -1;
	for (int i = 0; i < TRIES && result > 0; i++) {
		if (i > 0)
			sleep(1);
		result = try_once(&d, path, e);
	}
	return result == 0 ? 0 : -1;
}
#else
int http_download(const char *url, const char *path, bool bar, struct err *e)
{
	(void)path;
	(void)bar;
	return err_set(e, "%s: this cnntrain was built without libcurl", url);
}
#endif
