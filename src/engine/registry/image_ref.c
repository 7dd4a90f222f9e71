/* SPDX-License-Identifier: MIT */
#include "engine/registry/image_ref.h"

#include <string.h>

#include "base/mem.h"

void image_split_ref(const char *ref, char **repository, char **tag)
{
	const char *slash = strrchr(ref, '/'), *at = strchr(ref, '@');
	const char *colon = strrchr(slash ? slash : ref, ':');
	const char *cut = at ? at : colon;

	*repository = cut ? xstrndup(ref, (size_t)(cut - ref)) : xstrdup(ref);
	*tag = xstrdup(cut ? cut + 1 : "latest");
	if (at && (colon = strrchr(*repository, ':')) && !strchr(colon, '/'))
		(*repository)[colon - *repository] =
			0; /* name:tag@digest: the digest decides */
}
