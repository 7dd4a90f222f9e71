/* SPDX-License-Identifier: MIT */
/* The completion scripts: accepted by their shells, and holding every option there is. */
#include "test.h"

#include "cli/option/completion.h"

/* Runs "shell -n file" where the shell is installed. */
static void check_syntax(const char *shell, const struct buf *script)
{
	char path[] = "/tmp/cnnrun-completion-XXXXXX";
	int fd = mkstemp(path);
	AUTO_FREE char *find = xasprintf("command -v %s >/dev/null", shell);
	AUTO_FREE char *check = xasprintf("%s -n %s", shell, path);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(file_write(path, script->p, script->n, 0600, NULL), 0);
	if (system(find) == 0)
		assert_int_equal(system(check), 0);
	else
		print_message("# %s is not installed\n", shell);
	unlink(path);
}

static void has(const struct buf *script, const char *fmt, const char *name)
{
	AUTO_BUF struct buf want = {0};

	buf_adds(&want, fmt);
	buf_adds(&want, name);
	if (!strstr(script->p, want.p))
		fail_msg("'%s' is missing", want.p);
}

/* dashes is how the script writes the start of a long option. */
static void check_complete(const struct buf *script, const char *dashes)
{
	for (size_t i = 0; i < n_commands; i++) {
		struct opt_group groups[COMMAND_GROUPS];
		size_t n = command_groups(commands[i], groups);

		if (commands[i]->internal) {
			assert_null(strstr(script->p, commands[i]->name));
			continue;
		}
		has(script, "", commands[i]->name);
		for (size_t k = 0; k < n; k++)
			for (size_t j = 0; j < groups[k].n; j++)
				has(script, dashes, groups[k].v[j].name);
	}
}

static void test_bash(void **state)
{
	AUTO_BUF struct buf b = {0};

	(void)state;
	completion_bash(&b);
	check_syntax("bash", &b);
	check_complete(&b, "--");
}

static void test_zsh(void **state)
{
	AUTO_BUF struct buf b = {0};

	(void)state;
	completion_zsh(&b);
	check_syntax("zsh", &b);
	check_complete(&b, "'--");
}

static void test_fish(void **state)
{
	AUTO_BUF struct buf b = {0};

	(void)state;
	completion_fish(&b);
	check_syntax("fish", &b);
	check_complete(&b, "-l ");
}

static void test_quoting(void **state)
{
	AUTO_BUF struct buf sh = {0}, fish = {0};

	(void)state;
	add_single_quoted(&sh, "it's \\n", false);
	add_single_quoted(&fish, "it's \\n", true);
	assert_string_equal(sh.p, "'it'\\''s \\n'");
	assert_string_equal(fish.p, "'it\\'s \\\\n'");
}

/* bash itself completes a line with the script; cnnrun is a function that answers as the
 * program would. */
static void completes(const char *line, const char *expected)
{
	static const char harness[] =
		"cnnrun() { case \"$*\" in 'list -q') echo gui; echo shell;;"
		" 'ps --names') echo box; echo box/db;; 'ps -a --names') echo old;;"
		" 'jobs -q') echo 42;; 'jobs -aq') echo 41; echo 42;;"
		" 'completion --gpus') printf 'all\\nnone\\n0\\nGPU-1a-2b\\n';;"
		" 'completion --profile-options gui') printf -- '--devices\\tGPUs\\n';; "
		"esac; }\n"
		"compopt() { :; }\n"
		"COMP_WORDS=($1 \"$2\") COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
		"_cnnrun; echo \"${COMPREPLY[*]}\"\n";
	char path[] = "/tmp/cnnrun-completion-XXXXXX", out[1024] = "";
	AUTO_BUF struct buf b = {0};
	AUTO_FREE char *command = NULL;
	const char *last = strrchr(line, ' ');
	int fd = mkstemp(path);
	FILE *p;

	assert_true(fd >= 0);
	close(fd);
	completion_bash(&b);
	buf_adds(&b, harness);
	assert_int_equal(file_write(path, b.p, b.n, 0600, NULL), 0);
	command = xasprintf(
		"bash %s '%.*s' '%s'", path, (int)(last - line), line, last + 1);
	p = popen(command, "r");
	assert_non_null(p);
	if (!fgets(out, sizeof out, p))
		out[0] = 0;
	pclose(p);
	unlink(path);
	out[strcspn(out, "\n")] = 0;
	assert_string_equal(out, expected);
}

static void test_bash_completes(void **state)
{
	(void)state;
	completes("cnnrun do", "doctor");
	completes("cnnrun sh", "shell");
	completes("cnnrun plan g", "gui");
	completes("cnnrun plan gui g", "");
	completes("cnnrun plan gui --doc", "--docker");
	completes("cnnrun gui --devices", "--devices");
	completes("cnnrun --host x gui --devices", "--devices");
	completes("cnnrun stop ", "box box/db");
	completes("cnnrun exec box/", "box/db");
	completes("cnnrun logs ", "old 41 42");
	completes("cnnrun cancel ", "42");
	completes("cnnrun jobs 4", "41 42");
	completes("cnnrun enter o", "old");
	completes("cnnrun fetch g", "gui");
	completes("cnnrun gui --gpus ", "all none 0 GPU-1a-2b");
	completes("cnnrun gui --devices G", "GPU-1a-2b");
	completes("cnnrun shell -d a", "all");
	completes("cnnrun stop --a", "--all");
	completes("cnnrun help comp", "completion");
	completes("cnnrun completion z", "zsh");
	completes("cnnrun gui -- --dev", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bash),
		cmocka_unit_test(test_zsh),
		cmocka_unit_test(test_fish),
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_bash_completes),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
