/* SPDX-License-Identifier: MIT */
#include "cli/option/familiar.h"

#include <string.h>

#include "base/mem.h"
#include "cli/option/option.h"
#include "plan/checks.h"

/* Options whose answer is not a line of a profile. */
static const struct familiar_word options[] = {
	{"rm", "a container is removed when it has ended: leave it out"},
	{"it", "a container has the terminal that cnnrun has: leave it out"},
	{"ti", "a container has the terminal that cnnrun has: leave it out"},
	{"interactive", "a container has the terminal that cnnrun has: leave it out"},
	{"tty", "a container has the terminal that cnnrun has: leave it out"},
	{"net", "write --network"},
	{"background", "write --detach"},
	{"build", "write --rebuild"},
	{"no-cache", "write --rebuild"},
	{"force-recreate", "write --fresh"},
	{"always-recreate-deps", "write --fresh"},
	{"bind", "write --mount"},
	{"publish-all", "write --publish for each port"},
	{"expose", "write --publish"},
	{"gpu", "write --gpus"},
	{"users", "write --user"},
	{"file", "a profile stands first: cnnrun ./cnnrun.lua"},
	{"profile", "a profile stands first: cnnrun ./cnnrun.lua"},
	{"compose-file", "a profile stands first: cnnrun ./cnnrun.lua"},
	{"dry", "write --dry-run"},
};

static const struct {
	char letter;
	const char *name;
} letters[] = {{'i', "interactive"}, {'t', "tty"}, {'d', "background"}, {'m', "memory"},
	{'w', "workdir"}, {'u', "users"}, {'P', "publish-all"}, {'l', "label"},
	{'f', "file"}, {'c', "cpu_shares"}};

static const struct familiar_word commands[] = {
	{"up", "write cnnrun"},
	{"down", "write cnnrun stop"},
	{"compose", "write cnnrun: it runs this project's profile"},
	{"docker",
		"write cnnrun init --from \"docker run ...\" for a profile of the line"},
	{"podman",
		"write cnnrun init --from \"podman run ...\" for a profile of the line"},
	{"container", "write cnnrun ps"},
	{"create", "write cnnrun init"},
	{"new", "write cnnrun init"},
	{"rm", "write cnnrun clean"},
	{"remove", "write cnnrun clean"},
	{"delete", "write cnnrun clean"},
	{"prune", "write cnnrun clean"},
	{"system", "write cnnrun clean"},
	{"rmi", "write cnnrun clean --images"},
	{"images", "write docker images; cnnrun clean --images removes those it built"},
	{"image", "write docker images; cnnrun clean --images removes those it built"},
	{"volume", "write docker volume ls; cnnrun clean --volumes removes its own"},
	{"volumes", "write docker volume ls; cnnrun clean --volumes removes its own"},
	{"network", "write docker network ls"},
	{"networks", "write docker network ls"},
	{"pull", "images are got when they are needed; for a newer one write cnnrun "
		 "--pull"},
	{"login", "logins at registries are docker's: docker login"},
	{"logout", "logins at registries are docker's: docker logout"},
	{"push", "write cnnrun build --push"},
	{"tag", "write c:build { tag = \"demo:latest\" } in the profile"},
	{"kill", "write cnnrun stop"},
	{"restart", "write cnnrun stop, then cnnrun start"},
	{"inspect", "write cnnrun plan --json"},
	{"config", "write cnnrun plan"},
	{"check", "write cnnrun plan"},
	{"validate", "write cnnrun plan"},
	{"show", "write cnnrun plan"},
	{"ls", "write cnnrun list for profiles, cnnrun ps for containers"},
	{"profiles", "write cnnrun list"},
	{"stats", "write cnnrun ps"},
	{"top", "write cnnrun ps"},
	{"port", "write cnnrun ps"},
	{"info", "write cnnrun doctor"},
	{"status", "write cnnrun ps"},
	{"bash", "write cnnrun shell, or cnnrun enter for a box that runs"},
	{"sh", "write cnnrun shell, or cnnrun enter for a box that runs"},
	{"it", "write cnnrun shell"},
	{"cp", "write c:mount(\".\", \"/work\") in the profile"},
	{"commit", "what is to stay belongs into the Dockerfile, or a box: c:box()"},
	{"rename", "write cnnrun --name NAME"},
	{"wait", "write cnnrun attach"},
	{"grant", "write cnnrun allow"},
	{"spec", "write cnnrun test"},
};

static const char *find(const struct familiar_word *v, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].word, word))
			return v[i].answer;
	return NULL;
}

bool familiar_option(const char *name, struct err *e)
{
	const char *answer = find(options, COUNT_OF(options), name);
	AUTO_FREE char *word = xstrdup(name);

	if (answer) {
		err_hint(e, "%s", answer);
		return true;
	}
	for (char *c = word; *c; c++)
		if (*c == '-')
			*c = '_';
	for (const struct familiar_word *w = familiar_words; w->word; w++)
		if (!strcmp(w->word, word)) {
			err_hint(e, "in the profile, %s", w->answer);
			return true;
		}
	return false;
}

bool familiar_letter(char letter, struct err *e)
{
	for (size_t i = 0; i < COUNT_OF(letters); i++)
		if (letters[i].letter == letter)
			return familiar_option(letters[i].name, e);
	return false;
}

const char *familiar_command(const char *word)
{
	return find(commands, COUNT_OF(commands), word);
}

bool familiar_is_image(const char *word)
{
	size_t n = strlen(word);

	if (strchr("./~-", *word) || (n > 4 && !strcmp(word + n - 4, ".lua")))
		return false;
	return check_reference(word, NULL) == 0;
}
