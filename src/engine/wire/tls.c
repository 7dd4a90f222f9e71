/* SPDX-License-Identifier: MIT */
/* TLS on a socket. Whoever reads asks for a whole record at least, or until nothing is
 * there: so what poll says of the socket is true of what comes out of it. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/http/call.h"
#include "engine/wire/libssl.h"
#include "engine/wire/tcp.h"
#include "engine/wire/ways.h"

struct tls {
	struct wire wire;
	SSL *s;
	char *url;
};

static int lost(struct err *e)
{
	return err_set(e, EPIPE, "lost the connection to the container engine");
}

/* Would it only have to wait? */
static bool waits(const struct tls *t, int rc)
{
	int why = ssl.SSL_get_error(t->s, rc);

	return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

static ssize_t tls_send(struct wire *w, const void *p, size_t n, struct err *e)
{
	struct tls *t = (struct tls *)w;
	int k;

	ssl.ERR_clear_error();
	k = ssl.SSL_write(t->s, p, n > INT32_MAX ? INT32_MAX : (int)n);
	if (k > 0)
		return k;
	return waits(t, k) ? 0 : lost(e);
}

/* What the other side complains of may come with its first bytes only. */
static int refused(const struct tls *t, struct err *e)
{
	unsigned long code = ssl.ERR_get_error();
	char text[256];

	if (!code)
		return err_set(
			e, ECONNRESET, "lost the connection to the container engine");
	ssl.ERR_error_string_n(code, text, sizeof text);
	one_line(text, sizeof text - 1);
	if (!strstr(text, "alert") || !strstr(text, "certificate"))
		return err_set(e, ECONNRESET,
			"lost the connection to the container engine: %s", text);
	return err_set(e, EACCES,
		"%s does not take the certificate of this user, cert.pem and key.pem of "
		"DOCKER_CERT_PATH or of the context: %s",
		t->url, text);
}

static ssize_t tls_recv(struct wire *w, void *p, size_t n, struct err *e)
{
	struct tls *t = (struct tls *)w;
	int k;

	ssl.ERR_clear_error();
	k = ssl.SSL_read(t->s, p, n > INT32_MAX ? INT32_MAX : (int)n);
	if (k > 0)
		return k;
	if (waits(t, k))
		return 0;
	if (ssl.SSL_get_error(t->s, k) == SSL_ERROR_ZERO_RETURN)
		return err_set(e, 0, "end of stream");
	/* an end without a word may be somebody's who cuts connections */
	return refused(t, e);
}

static void tls_half_close(struct wire *w)
{
	struct tls *t = (struct tls *)w;

	ssl.ERR_clear_error();
	ssl.SSL_shutdown(t->s);
}

static void tls_close(struct wire *w)
{
	struct tls *t = (struct tls *)w;

	ssl.SSL_free(t->s);
	close(w->fd);
	free(t->url);
	free(t);
}

static int said(struct err *e, const char *url, const char *what)
{
	unsigned long code = ssl.ERR_get_error();
	char text[256] = "it does not say why";

	if (code)
		ssl.ERR_error_string_n(code, text, sizeof text);
	one_line(text, sizeof text - 1);
	return err_set(e, EACCES, "%s: %s: %s", url, what, text);
}

/* What this side shows, and whom it believes. */
static SSL_CTX *new_context(const char *url, struct err *e)
{
	const struct way *way = way_to(url);
	SSL_CTX *c = ssl.SSL_CTX_new(ssl.TLS_client_method());

	if (!c) {
		said(e, url, "TLS");
		return NULL;
	}
	/* TLS 1.2 at least; writes may be tried again from elsewhere, and in part */
	ssl.SSL_CTX_ctrl(c, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
	ssl.SSL_CTX_ctrl(c, SSL_CTRL_MODE,
		SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER,
		NULL);
	ssl.SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
	if (way->ca ? ssl.SSL_CTX_load_verify_locations(c, way->ca, NULL) != 1
		    : ssl.SSL_CTX_set_default_verify_paths(c) != 1)
		said(e, way->ca ? way->ca : url, "the authorities cannot be read");
	else if (way->cert && ssl.SSL_CTX_use_certificate_chain_file(c, way->cert) != 1)
		said(e, way->cert, "the certificate cannot be read");
	else if (way->key &&
		 ssl.SSL_CTX_use_PrivateKey_file(c, way->key, SSL_FILETYPE_PEM) != 1)
		said(e, way->key, "the key cannot be read");
	else if (way->cert && ssl.SSL_CTX_check_private_key(c) != 1)
		said(e, way->cert, "the key belongs to another certificate");
	else
		return c;
	ssl.SSL_CTX_free(c);
	return NULL;
}

static int set_host(SSL *s, const char *host)
{
	X509_VERIFY_PARAM *p = ssl.SSL_get0_param(s);
	AUTO_FREE char *name = xstrdup(host);

	if (ssl.X509_VERIFY_PARAM_set1_ip_asc(p, host) == 1)
		return 1;
	return ssl.X509_VERIFY_PARAM_set1_host(p, host, 0) == 1 &&
	       ssl.SSL_ctrl(s, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
		       name) == 1;
}

static int explain(const char *url, const char *host, const SSL *s, struct err *e)
{
	long why = ssl.SSL_get_verify_result(s);
	unsigned long code = ssl.ERR_get_error();
	char text[256] = "it closed the connection";

	switch (why) {
	case X509_V_OK:
		break;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return err_set(e, EACCES,
			"the certificate of %s is not for the name %s; call it by a name "
			"of its certificate, or have one made for this name",
			url, host);
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return err_set(e, EACCES,
			"the certificate of %s has expired; it has to be renewed there",
			url);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return err_set(e, EACCES,
			"the certificate of %s is not valid yet; is the clock right, "
			"here and there?",
			url);
	default:
		return err_set(e, EACCES,
			"the certificate of %s is not to be trusted: %s; the authority "
			"that made it has to be in ca.pem of DOCKER_CERT_PATH or of the "
			"context",
			url, ssl.X509_verify_cert_error_string(why));
	}
	if (code)
		ssl.ERR_error_string_n(code, text, sizeof text);
	one_line(text, sizeof text - 1);
	if (strstr(text, "wrong version number") || strstr(text, "record layer"))
		return err_set(e, EACCES,
			"%s speaks no TLS; if everybody on the way to it may read and "
			"change what is said: --on http%s",
			url, strchr(url, ':'));
	return err_set(e, ECONNABORTED, "no TLS with %s: %s", url, text);
}

/* The socket does not block; nobody has longer than limit_ms. */
static int shake_hands(
	SSL *s, const char *url, const char *host, int fd, int limit_ms, struct err *e)
{
	int64_t end = clock_ms() + limit_ms;
	struct pollfd p = {.fd = fd};
	int rc;

	for (;;) {
		ssl.ERR_clear_error();
		rc = ssl.SSL_connect(s);
		if (rc == 1)
			return 0;
		rc = ssl.SSL_get_error(s, rc);
		if (rc != SSL_ERROR_WANT_READ && rc != SSL_ERROR_WANT_WRITE)
			return explain(url, host, s, e);
		p.events = rc == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
		if (clock_ms() >= end || poll(&p, 1, (int)(end - clock_ms())) == 0)
			return err_set(e, ETIMEDOUT,
				"the container engine at %s does not answer", url);
	}
}

int tls_wire(const char *url, const char *host, int fd, int limit_ms, struct wire **out,
	struct err *e)
{
	static const struct wire_ops ops = {.send = tls_send,
		.recv = tls_recv,
		.half_close = tls_half_close,
		.close = tls_close};
	SSL_CTX *c = libssl_load(e) < 0 ? NULL : new_context(url, e);
	SSL *s = c ? ssl.SSL_new(c) : NULL;
	struct tls *t;

	if (c)
		ssl.SSL_CTX_free(c); /* s has it */
	if (!s || !set_host(s, host) || ssl.SSL_set_fd(s, fd) != 1 ||
		shake_hands(s, url, host, fd, limit_ms, e) < 0) {
		if (s)
			ssl.SSL_free(s);
		close(fd);
		return -1;
	}
	t = xcalloc(1, sizeof *t);
	t->wire = (struct wire){.ops = &ops, .fd = fd};
	t->s = s;
	t->url = xstrdup(url);
	*out = &t->wire;
	return 0;
}
