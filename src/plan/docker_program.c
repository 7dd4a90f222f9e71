/* SPDX-License-Identifier: MIT */
#include "plan/docker_program.h"

#include "plan/shell_word.h"

/* What cnnrun has in an image that has no sleep is not docker's. */
static void box(struct buf *b, const struct resolved *s)
{
	buf_adds(b, " \\\n\t--entrypoint sleep \\\n\t");
	shell_word(b, s->image);
	buf_adds(b, " infinity\n");
	for (size_t i = 0; i < s->set.n_prepare; i++) {
		const struct plan_prepare *p = &s->set.prepare[i];

		buf_addf(b, "docker exec %s", p->user == PREPARE_ROOT ? "--user 0 " : "");
		shell_word(b, s->set.name);
		shell_words(b, &p->command, 0);
		buf_addc(b, '\n');
	}
	buf_adds(b, "docker exec --interactive --tty ");
	shell_word(b, s->set.name);
	shell_words(b, &s->set.entrypoint, 0);
	shell_words(b, &s->set.command, 0);
	if (!s->set.entrypoint.n && !s->set.command.n)
		buf_adds(b, " sh");
	buf_addc(b, '\n');
}

void docker_program(struct buf *b, const struct resolved *s)
{
	const struct strv *entry = &s->set.entrypoint;

	if (s->set.box) {
		box(b, s);
		return;
	}
	if (s->set.has_entrypoint) {
		buf_adds(b, " \\\n\t--entrypoint ");
		shell_word(b, entry->n ? entry->v[0] : "");
	}
	buf_adds(b, " \\\n\t");
	shell_word(b, s->image);
	shell_words(b, entry, 1);
	shell_words(b, &s->set.command, 0);
	buf_addc(b, '\n');
}
