/* SPDX-License-Identifier: MIT */
#include "launch/image/pull_image.h"

#include "base/mem.h"
#include "engine/image.h"
#include "engine/registry/docker_config.h"

static bool granted(const struct rights *wanted, const struct asker *who)
{
	AUTO_RIGHTS struct rights missing = {0};

	allow_missing(wanted, who->src, &missing);
	return !missing.n;
}

int pull_image(struct engine *g, const char *ref, const char *platform,
	const struct progress_sink *sink, const struct asker *who, struct err *e)
{
	AUTO_FREE char *login = registry_login(ref);
	AUTO_RIGHTS struct rights wanted = {0};
	bool may;

	if (login)
		rights_add(&wanted, RIGHT_LOGIN, login);
	may = login && (!who || granted(&wanted, who));
	if (image_pull(g, ref, platform, may, sink, e) == 0)
		return 0;
	if (!login || may || e->code != ERR_DENIED)
		return -1;
	if (allow(&wanted, who->src, who->how, e) < 0)
		return -1;
	return image_pull(g, ref, platform, true, sink, e);
}
