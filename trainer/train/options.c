/* SPDX-License-Identifier: MIT */
#include "train/options.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum value { INT, LONG, REAL, TEXT, FLAG, KIND, OLD, LEVEL, PRECISION, REST };

struct option_row {
	const char *name, *alias, *placeholder, *help;
	const char *preset; /* as if typed; NULL: nothing */
	enum value value;
	size_t offset;
	double low, high; /* of numbers */
	int constant;     /* KIND, OLD: what the flag sets */
};

#define AT(field) offsetof(struct options, field)

static const struct option_row rows[] = {
	{"--num_epochs", NULL, "N", "times over the training images", "50", INT,
		AT(num_epochs), 0, 1e9, 0},
	{"--batch_size", NULL, "N", "images a step", "500", INT, AT(batch_size), 1, 1e5,
		0},
	{"--lr", NULL, "RATE", "Adam's learning rate", "1e-3", REAL, AT(lr), 0, 1e9, 0},
	{"--num_workers", "-w", "N", "threads that prepare batches", "4", INT,
		AT(num_workers), 0, 64, 0},
	{"--data_dir", NULL, "DIR",
		"where the images are (" DATASET_DIR ", then " DATASET_SHARED ")", NULL,
		TEXT, AT(data_dir), 0, 0, 0},
	{"--fashion", NULL, NULL, "train on Fashion-MNIST", NULL, KIND, AT(kind), 0, 0,
		DATASET_FASHION},
	{"--mnist", NULL, NULL, "train on MNIST", NULL, KIND, AT(kind), 0, 0,
		DATASET_MNIST},
	{"--max_steps", "--steps", "N", "stop after so many steps; 0: no limit", "0",
		LONG, AT(max_steps), 0, 1e15, 0},
	{"--max_seconds", NULL, "N",
		"save and end after so long, as by a signal; 0: no limit", "0", INT,
		AT(max_seconds), 0, 1e9, 0},
	{"--interrupted_status", NULL, "N",
		"of a run that a signal or --max_seconds ended; 75: run me again", "0",
		INT, AT(interrupted_status), 0, 255, 0},
	{"--seed", NULL, "N", "of all random numbers", "1", LONG, AT(seed), 0, 9e15, 0},
	{"--device", NULL, "NAME", "auto, cpu, cuda, or one GPU: cuda:0", "auto", TEXT,
		AT(device), 0, 0, 0},
	{"--precision", NULL, "NAME", "factors of products: fp32, bf16, or on GPUs tf32",
		"fp32", PRECISION, AT(precision), 0, 0, 0},
	{"--no_graph", NULL, NULL, "a GPU's steps are not captured as one CUDA graph",
		NULL, FLAG, AT(no_graph), 0, 0, 0},
	{"--threads", NULL, "N", "of the CPU's computation; 0: all", "0", INT,
		AT(threads), 0, 256, 0},
	{"--isa", NULL, "NAME",
		"CPU kernels: avx512, avx2, plain; of bf16 amx_bf16, avx512_bf16, "
		"plain_bf16 (the best)",
		NULL, TEXT, AT(isa), 0, 0, 0},
	{"--log_level", NULL, "LEVEL", "debug, info, warning or error", "info", LEVEL,
		AT(log_level), 0, 0, 0},
	{"--log_dir", NULL, "DIR", "checkpoints and logs of one run", "logs", TEXT,
		AT(log_dir), 0, 0, 0},
	{"--resume", NULL, NULL, "go on from the checkpoint there, if there is one", NULL,
		OLD, 0, 0, 0, OLD_RESUME},
	{"--overwrite", NULL, NULL, "start anew: the run there is lost", NULL, OLD, 0, 0,
		0, OLD_OVERWRITE},
	{"--save_every", NULL, "N", "also save a checkpoint every N steps; 0: never", "0",
		LONG, AT(save_every), 0, 1e15, 0},
	{"--weights", NULL, "FILE", "start from these safetensors", NULL, TEXT,
		AT(weights), 0, 0, 0},
	{"--gui", NULL, NULL, "a window with curves, predictions and filters", NULL, FLAG,
		AT(gui), 0, 0, 0},
	{"--plot", NULL, "FILE", "the same as PNG, after each epoch", NULL, TEXT,
		AT(plot), 0, 0, 0},
	{"--eval", NULL, NULL, "only test the weights (of --log_dir)", NULL, FLAG,
		AT(eval), 0, 0, 0},
	{"--predict", NULL, "IMAGE...", "name what PNG and JPEG files show", NULL, REST,
		AT(pictures), 0, 0, 0},
	{"--url", NULL, "URL", "fetch: from this folder instead", NULL, TEXT, AT(url), 0,
		0, 0},
	{"--version", NULL, NULL, "print the version", NULL, FLAG, AT(version), 0, 0, 0},
	{"--help", "-h", NULL, "print this", NULL, FLAG, AT(help), 0, 0, 0},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static const char *const levels[] = {"error", "warning", "info", "debug"};
static const char *const precisions[] = {"fp32", "tf32", "bf16"};

static int set_number(
	struct options *o, const struct option_row *r, const char *text, struct err *e)
{
	char *field = (char *)o + r->offset, *end;
	bool whole = r->value != REAL;
	double v;

	errno = 0;
	v = strtod(text, &end);
	if (end == text || *end || errno || !(v >= r->low && v <= r->high) ||
		(whole && v != floor(v)))
		return err_set(e, "%s %s: a %snumber from %.16g to %.16g is wanted",
			r->name, text, whole ? "whole " : "", r->low, r->high);
	if (r->value == INT)
		memcpy(field, &(int){(int)v}, sizeof(int));
	else if (r->value == LONG)
		memcpy(field, &(long){(long)v}, sizeof(long));
	else
		memcpy(field, &v, sizeof(v));
	return 0;
}

static int set_value(
	struct options *o, const struct option_row *r, const char *text, struct err *e)
{
	char *field = (char *)o + r->offset;

	switch (r->value) {
	case TEXT:
		if (!*text)
			return err_set(
				e, "%s wants a value: %s", r->name, r->placeholder);
		memcpy(field, &text, sizeof(text));
		return 0;
	case FLAG:
		memcpy(field, &(bool){true}, sizeof(bool));
		return 0;
	case KIND:
		o->kind = (enum dataset_kind)r->constant;
		return 0;
	case OLD:
		o->old = (enum old_run)r->constant;
		return 0;
	case LEVEL:
		for (int i = 0; i < 4; i++)
			if (!strcasecmp(text, levels[i])) {
				o->log_level = (enum log_level)i;
				return 0;
			}
		return err_set(e, "%s %s: debug, info, warning or error is wanted",
			r->name, text);
	case PRECISION:
		for (int i = 0; i < 3; i++)
			if (!strcmp(text, precisions[i])) {
				o->precision = (enum precision)i;
				return 0;
			}
		return err_set(e, "%s %s: fp32, tf32 or bf16 is wanted", r->name, text);
	default:
		return set_number(o, r, text, e);
	}
}

const char *precision_name(enum precision p)
{
	return precisions[p];
}

static const struct option_row *find_row(const char *name, size_t length)
{
	for (int i = 0; i < ROWS; i++) {
		const char *names[] = {rows[i].name, rows[i].alias};

		for (int j = 0; j < 2; j++)
			if (names[j] && strlen(names[j]) == length &&
				!strncmp(names[j], name, length))
				return &rows[i];
	}
	return NULL;
}

/* --name, --name=text, -n or -ntext; *text is NULL where none is attached. */
static const struct option_row *match_row(const char *word, const char **text)
{
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);

	*text = equals ? equals + 1 : NULL;
	if (word[0] == '-' && word[1] && word[1] != '-' && length > 2) {
		*text = word + 2;
		length = 2;
	}
	return find_row(word, length);
}

static int check_together(const struct options *o, struct err *e)
{
	if (o->weights && o->old == OLD_RESUME)
		return err_set(e, "--resume goes on with the weights of its checkpoint: "
				  "leave out --weights, or --resume");
	if (o->eval && o->predict)
		return err_set(e, "--eval or --predict: not both at once");
	return 0;
}

/* The options from word `first` on. */
static int parse_words(struct options *o, int first, int argc, char **argv, struct err *e)
{
	for (int i = first; i < argc; i++) {
		const char *text;
		const struct option_row *r = match_row(argv[i], &text);

		if (!r)
			return err_set(
				e, "unknown option %s; see cnntrain --help", argv[i]);
		if (!r->placeholder && text)
			return err_set(e, "%s takes no value", r->name);
		if (r->placeholder && !text)
			text = argv[++i];
		if (r->placeholder && !text)
			return err_set(
				e, "%s wants a value: %s", r->name, r->placeholder);
		if (r->value == REST) {
			o->predict = true;
			argv[i] += text - argv[i]; /* --predict=IMAGE is one as well */
			o->pictures = argv + i;
			o->picture_count = argc - i;
			return 0;
		}
		if (set_value(o, r, text ? text : "", e) < 0)
			return -1;
	}
	return 0;
}

int options_parse(struct options *o, int argc, char **argv, struct err *e)
{
	int first = 1;

	*o = (struct options){.kind = DATASET_CIFAR10};
	for (int i = 0; i < ROWS; i++)
		if (rows[i].preset && set_value(o, &rows[i], rows[i].preset, e) < 0)
			return -1;
	if (first < argc && argv[first][0] != '-')
		o->command = argv[first++];
	if (o->command && first < argc && argv[first][0] != '-')
		o->argument = argv[first++];
	return parse_words(o, first, argc, argv, e) < 0 ? -1 : check_together(o, e);
}

void options_help(void)
{
	puts("usage: cnntrain [options]\n"
	     "       cnntrain selftest [--device NAME]\n"
	     "       cnntrain fetch cifar10|fashion|mnist [--data_dir DIR] [--url "
	     "URL]\n\n"
	     "Trains a small wavelet CNN on CIFAR-10, "
	     "Fashion-MNIST or MNIST.\n");
	for (int i = 0; i < ROWS; i++) {
		char left[64];

		snprintf(left, sizeof(left), "%s%s%s%s%s", rows[i].name,
			rows[i].alias ? ", " : "", rows[i].alias ? rows[i].alias : "",
			rows[i].placeholder ? " " : "",
			rows[i].placeholder ? rows[i].placeholder : "");
		printf("  %-26s %s", left, rows[i].help);
		if (rows[i].preset)
			printf(" (%s)", rows[i].preset);
		if (rows[i].high > 0)
			printf(" [%.16g to %.16g]", rows[i].low, rows[i].high);
		putchar('\n');
	}
}
