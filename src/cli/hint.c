/* SPDX-License-Identifier: MIT */
/* Lines to type in place of what was typed. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/hint.h"
#include "cli/option/familiar.h"
#include "plan/shell_word.h"

static void add_word(struct buf *b, const char *word)
{
	buf_addc(b, ' ');
	shell_word(b, word);
}

/* " OPTIONS -- COMMAND" */
static void add_words(struct buf *b, char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_word(b, words[i]);
	words += n;
	if (words[0] && strcmp(words[0], "--") != 0)
		buf_adds(b, " --");
	for (; words[0]; words++)
		add_word(b, words[0]);
}

/* What was typed is told back in one line, and not at any length. */
static void tell(struct err *e, const char *why, struct buf *line)
{
	char *text = buf_take(line);

	str_printable(&text);
	if (strlen(text) <= 200)
		err_hint(e, "%s: %s", why, text);
	else
		err_hint(e, "%s", why);
	free(text);
}

void image_hint(struct err *e, const char *image, char *const *words, size_t n)
{
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, "cnnrun shell --image");
	add_word(&b, image);
	add_words(&b, words, n);
	tell(e, "to run an image", &b);
}

static void command_hint(struct err *e, const struct command *c, const char *name,
	char *const *words, size_t n)
{
	AUTO_BUF struct buf b = {0};

	buf_adds(&b, "cnnrun");
	if (c != &command_run)
		add_word(&b, c->name);
	if (name)
		add_word(&b, name);
	add_words(&b, words, n);
	tell(e, "a command for the container goes after \"--\"", &b);
}

char **words_without(char *const *argv, int skip)
{
	size_t n = 0, k = 0;
	char **words;

	while (argv[n])
		n++;
	words = xcalloc(n + 1, sizeof *words);
	for (size_t i = 0; i < n; i++)
		if (skip < 0 || i != (size_t)skip)
			words[k++] = argv[i];
	return words;
}

int stray_word(char *const *words, const struct command *cmd, const char *name,
	const struct opt_group *groups, size_t n_groups, struct err *e)
{
	AUTO_OPTS struct opts leading = {0};
	int at = opts_leading(&leading, groups, n_groups, words);
	const char *word = words[at];

	if (!word || word[0] == '-')
		return -1;
	err_set(e, ERR_USAGE, "unexpected argument '%s'", word);
	if (strchr(word, ':') && familiar_is_image(word)) {
		AUTO_FREE char **others = words_without(words, at);

		image_hint(e, word, others, (size_t)at);
	} else {
		command_hint(e, cmd, name, words, (size_t)at);
	}
	return -1;
}

int profile_not_found(
	const struct command *cmd, const char *name, char *const *words, struct err *e)
{
	AUTO_OPTS struct opts o = {0}, leading = {0};
	struct opt_group groups[COMMAND_GROUPS];
	struct err usage = {0};

	int at = opts_leading(&leading, groups, command_groups(cmd, groups), words);

	if (opts_parse(&o, groups, command_groups(cmd, groups), OPT_FIRST_ENDS, words,
		    &usage) < 0)
		*e = usage;
	else if (cmd == &command_run && name && familiar_is_image(name))
		image_hint(e, name, words, (size_t)at);
	return -1;
}
