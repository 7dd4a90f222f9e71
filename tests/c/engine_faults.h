/* SPDX-License-Identifier: MIT */
/* Ways to answer a request wrongly, as raw bytes. */
#ifndef CNNRUN_TESTS_ENGINE_FAULTS_H
#define CNNRUN_TESTS_ENGINE_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

#define JSON  "Content-Type: application/json\r\n"
#define OK    "HTTP/1.1 200 OK\r\n" JSON
#define CHUNK OK "Transfer-Encoding: chunked\r\n\r\n"

/* What comes after the reply's bytes. */
enum after { CLOSE, SILENCE, DRIP, FLOOD };

struct fault {
	const char *what, *reply;
	enum after after;
	const char *more; /* FLOOD and DRIP: of this */
};

/* For streams that may last for ever: silence is no fault. */
static inline bool lasts(enum after a)
{
	return a != CLOSE;
}

static const struct fault faults[] = {
	{"nothing", "", CLOSE, NULL},
	{"half a status line", "HTTP/1.", CLOSE, NULL},
	{"another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", CLOSE, NULL},
	{"HTTP/0.9", "hello", CLOSE, NULL},
	{"no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", CLOSE, NULL},
	{"status 0", "HTTP/1.1 0 X\r\nContent-Length: 2\r\n\r\n{}", CLOSE, NULL},
	{"status -5", "HTTP/1.1 -5 X\r\nContent-Length: 2\r\n\r\n{}", CLOSE, NULL},
	{"status 99999999999", "HTTP/1.1 99999999999 X\r\n\r\n{}", CLOSE, NULL},
	{"status 999", "HTTP/1.1 999 X\r\nContent-Length: 2\r\n\r\n{}", CLOSE, NULL},
	{"status 204 with a body", "HTTP/1.1 204 X\r\nContent-Length: 2\r\n\r\n{}", CLOSE,
		NULL},
	{"a redirect", "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\n\r\n", CLOSE,
		NULL},
	{"an upgrade", "HTTP/1.1 101 X\r\nUpgrade: tcp\r\n\r\n{}\001\0", CLOSE, NULL},
	{"100 again and again", "", FLOOD, "HTTP/1.1 100 Continue\r\n\r\n"},
	{"a flood of headers", "HTTP/1.1 200 OK\r\n", FLOOD, "a: b\r\n"},
	{"a flood of different headers", "HTTP/1.1 200 OK\r\n", FLOOD, NULL},
	{"an endless header", "HTTP/1.1 200 OK\r\nX: ", FLOOD, "xxxxxxxxxxxxxxxxxxxxxx"},
	{"a header with NUL", "HTTP/1.1 200 OK\r\nContent-Length\0: 5\r\n\r\n{}", CLOSE,
		NULL},
	{"a negative length", OK "Content-Length: -5\r\n\r\n{}", CLOSE, NULL},
	{"a huge length", OK "Content-Length: 99999999999999999999999\r\n\r\n{}", CLOSE,
		NULL},
	{"a longer length", OK "Content-Length: 100\r\n\r\n{\"Id\":", CLOSE, NULL},
	{"a length that is none", OK "Content-Length: x\r\n\r\n{}", CLOSE, NULL},
	{"two lengths", OK "Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}", CLOSE,
		NULL},
	{"a broken chunk", CHUNK "zz\r\nhello\r\n", CLOSE, NULL},
	{"a huge chunk", CHUNK "ffffffffffffffff\r\n{}", CLOSE, NULL},
	{"a chunk cut short", CHUNK "5\r\n{\"a", CLOSE, NULL},
	{"an endless chunk size", CHUNK, FLOOD, "000000000000000000000000"},
	{"an endless chunk extension", CHUNK "2;", FLOOD, "xxxxxxxxxxxxxxxxxxxxxx"},
	{"an endless trailer", CHUNK "2\r\n{}\r\n0\r\n", FLOOD, "a: b\r\n"},
	{"silence", "", SILENCE, NULL},
	{"silence after the head", OK "Content-Length: 20\r\n\r\n", SILENCE, NULL},
	{"silence within the body", CHUNK "5\r\n{\"a", SILENCE, NULL},
	{"one byte now and then", "HTTP/1.1 200 OK\r\nX: ", DRIP, "x"},
	{"an endless body", OK "\r\n\"", FLOOD, "xxxxxxxxxxxxxxxxxxxxxxxxx"},
	{"an endless nest", OK "\r\n", FLOOD, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[["},
	{"no JSON", OK "Content-Length: 9\r\n\r\n\033[2Jhello", CLOSE, NULL},
	{"no UTF-8", OK "\r\n{\"Id\":\"\xff\xc0\x80\",\"message\":\"\xfe\"}", CLOSE,
		NULL},
	{"a list", OK "\r\n[1,\"a\",null,{\"Id\":5},[],{\"Names\":{\"a\":1}}]", CLOSE,
		NULL},
	{"a number", OK "\r\n1e999", CLOSE, NULL},
	{"null", OK "\r\nnull", CLOSE, NULL},
	{"a string", OK "\r\n\"Id\"", CLOSE, NULL},
	{"lists for objects",
		OK "\r\n{\"Id\":\"x\",\"Name\":[],\"Config\":{\"Labels\":[\"a\",\"b\"],"
		   "\"Env\":{\"a\":\"b\"},\"Cmd\":\"x\"},\"State\":[1],\"Volumes\":\"x\","
		   "\"Warnings\":{\"a\":5},\"Runtimes\":[\"a\",null],\"Error\":[]}",
		CLOSE, NULL},
	{"a list of wrong things",
		OK "\r\n[{\"Id\":[],\"Names\":[5],\"Labels\":[\"a\",\"b\"],\"Created\":"
		   "-1e300},{\"Labels\":\"x\",\"Created\":1e300}]",
		CLOSE, NULL},
	{"numbers beyond all",
		OK "\r\n{\"Id\":\"x\",\"StatusCode\":1e308,\"ExitCode\":-1e308,\"NCPU\":"
		   "1e99,\"MemTotal\":-1e99,\"State\":{\"ExitCode\":1e99,\"Pid\":1e99}}",
		CLOSE, NULL},
	{"build news of wrong types",
		OK "\r\n{\"stream\":5,\"aux\":[]}\n{\"id\":\"moby.buildkit.trace\","
		   "\"aux\":\"CgQ=\"}\n{\"id\":\"moby.buildkit.trace\",\"aux\":{}}\n"
		   "{\"status\":\"x\",\"id\":5,\"progressDetail\":{\"current\":1e99}}\n"
		   "{\"stream\":\"Step 99999999999/0 : x\"}\n{\"errorDetail\":[]}\n",
		CLOSE, NULL},
	{"new build steps for ever", OK "\r\n", FLOOD, NULL},
	{"an error without words", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", CLOSE,
		NULL},
	{"an error with bad words",
		"HTTP/1.1 500 No\r\n\r\n{\"message\":\"\\u001b]0;x\\u0007\\n\\n\\u009b1m"
		"\xc2\x9b\xff\"}",
		CLOSE, NULL},
	{"an error of a wrong type", "HTTP/1.1 409 No\r\n\r\n{\"message\":{\"a\":[]}}",
		CLOSE, NULL},
	{"an endless error", "HTTP/1.1 500 No\r\n\r\n", FLOOD, "error\r\nerror\r\n"},
	{"a web page", "HTTP/1.1 404 No\r\n\r\n<html>\r\n<b>nginx</b>\r\n</html>", CLOSE,
		NULL},
};

#endif
