/* SPDX-License-Identifier: MIT */
#include "engine/registry/proxies.h"

#include "base/mem.h"
#include "engine/registry/docker_config.h"
#include "plan/resolved.h"

static const struct {
	const char *key, *upper, *lower;
} rows[] = {
	{"httpProxy", "HTTP_PROXY", "http_proxy"},
	{"httpsProxy", "HTTPS_PROXY", "https_proxy"},
	{"ftpProxy", "FTP_PROXY", "ftp_proxy"},
	{"noProxy", "NO_PROXY", "no_proxy"},
	{"allProxy", "ALL_PROXY", "all_proxy"},
};

void docker_proxies(const char *url, struct kvs *env, struct strv *secret)
{
	AUTO_JSON cJSON *config = docker_config();
	const cJSON *proxies = json_get(config, "proxies");
	const cJSON *its = json_get(proxies, url ? url : "");
	const cJSON *all = its ? its : json_get(proxies, "default");

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *value = json_str(all, rows[i].key);

		if (!value || !*value || kvs_get(env, rows[i].upper) ||
			kvs_get(env, rows[i].lower))
			continue;
		kvs_set(env, rows[i].upper, value);
		kvs_set(env, rows[i].lower, value);
		if (!looks_secret("", value))
			continue;
		strv_add(secret, rows[i].upper);
		strv_add(secret, rows[i].lower);
	}
}
