/* SPDX-License-Identifier: MIT */
/* libssl, loaded when the first engine behind TLS is asked for: linking it would cost
 * every start of the program. */
#ifndef CNNRUN_ENGINE_LIBSSL_H
#define CNNRUN_ENGINE_LIBSSL_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/err.h"

#define LIBSSL_FUNCTIONS                                                                 \
	X(ERR_clear_error)                                                               \
	X(ERR_error_string_n)                                                            \
	X(ERR_get_error)                                                                 \
	X(SSL_CTX_check_private_key)                                                     \
	X(SSL_CTX_ctrl)                                                                  \
	X(SSL_CTX_free)                                                                  \
	X(SSL_CTX_load_verify_locations)                                                 \
	X(SSL_CTX_new)                                                                   \
	X(SSL_CTX_set_default_verify_paths)                                              \
	X(SSL_CTX_set_verify)                                                            \
	X(SSL_CTX_use_PrivateKey_file)                                                   \
	X(SSL_CTX_use_certificate_chain_file)                                            \
	X(SSL_connect)                                                                   \
	X(SSL_ctrl)                                                                      \
	X(SSL_free)                                                                      \
	X(SSL_get0_param)                                                                \
	X(SSL_get_error)                                                                 \
	X(SSL_get_verify_result)                                                         \
	X(SSL_new)                                                                       \
	X(SSL_read)                                                                      \
	X(SSL_set_fd)                                                                    \
	X(SSL_shutdown)                                                                  \
	X(SSL_write)                                                                     \
	X(TLS_client_method)                                                             \
	X(X509_VERIFY_PARAM_set1_host)                                                   \
	X(X509_VERIFY_PARAM_set1_ip_asc)                                                 \
	X(X509_verify_cert_error_string)

/* ssl.SSL_read() is SSL_read() and so on, once libssl_load() was called. */
struct libssl {
#define X(name) __typeof__(name) *name;
	LIBSSL_FUNCTIONS
#undef X
};
extern struct libssl ssl;

int libssl_load(struct err *e);

#endif
