/* SPDX-License-Identifier: MIT */
#include "look/window.h"
#include "base/mem.h"

#include <stddef.h>

#ifdef HAVE_CAIRO
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <cairo-xlib.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { WIDTH = 960, HEIGHT = 640 };

struct window {
	Display *display;
	Window id;
	Atom close_request;
	int width, height;
	pthread_t thread;
	int wake[2]; /* a byte: something to show, or the end */
	pthread_mutex_t lock;
	struct figure next; /* under lock, as are fresh and quit */
	bool fresh, quit;
	struct figure shown; /* the thread's own */
};

static void draw(struct window *w)
{
	int screen = DefaultScreen(w->display);
	cairo_surface_t *surface = cairo_xlib_surface_create(w->display, w->id,
		DefaultVisual(w->display, screen), w->width, w->height);
	cairo_t *c = cairo_create(surface);

	cairo_push_group(c); /* no flicker: all is drawn, then shown */
	figure_draw(&w->shown, c, w->width, w->height);
	cairo_pop_group_to_source(c);
	cairo_paint(c);
	cairo_destroy(c);
	cairo_surface_destroy(surface);
	XFlush(w->display);
}

/* X's events; false when the user closed the window. */
static bool handle_events(struct window *w, bool *redraw)
{
	while (XPending(w->display)) {
		XEvent event;

		XNextEvent(w->display, &event);
		if (event.type == ConfigureNotify) {
			w->width = event.xconfigure.width;
			w->height = event.xconfigure.height;
			*redraw = true;
		} else if (event.type == Expose) {
			*redraw = true;
		} else if (event.type == ClientMessage &&
			   (Atom)event.xclient.data.l[0] == w->close_request) {
			return false;
		}
	}
	return true;
}

static bool take_news(struct window *w, bool *redraw)
{
	bool quit;

	pthread_mutex_lock(&w->lock);
	if (w->fresh)
		w->shown = w->next;
	*redraw = *redraw || w->fresh;
	w->fresh = false;
	quit = w->quit;
	pthread_mutex_unlock(&w->lock);
	return !quit;
}

static void *window_main(void *arg)
{
	struct window *w = arg;
	struct pollfd wait[] = {{.fd = ConnectionNumber(w->display), .events = POLLIN},
		{.fd = w->wake[0], .events = POLLIN}};
	char bytes[64];
	bool redraw = false;

	while (handle_events(w, &redraw) && take_news(w, &redraw)) {
		if (redraw)
			draw(w);
		redraw = false;
		if (XPending(w->display) == 0)
			poll(wait, 2, -1);
		if (wait[1].revents & POLLIN &&
			read(w->wake[0], bytes, sizeof(bytes)) < 0)
			break;
	}
	XDestroyWindow(w->display, w->id);
	XFlush(w->display);
	return NULL;
}

/* Xlib would end the program when the display goes away; only the window's thread ends.
 */
static int lost_display(Display *display)
{
	(void)display;
	pthread_exit(NULL);
}

static void make_window(struct window *w, const char *title)
{
	int screen = DefaultScreen(w->display);
	XClassHint *hint = XAllocClassHint();

	w->width = WIDTH;
	w->height = HEIGHT;
	w->id = XCreateSimpleWindow(w->display, RootWindow(w->display, screen), 0, 0,
		WIDTH, HEIGHT, 0, 0, BlackPixel(w->display, screen));
	XStoreName(w->display, w->id, title);
	if (hint) {
		static char name[] = "cnntrain";

		hint->res_name = hint->res_class = name;
		XSetClassHint(w->display, w->id, hint);
		XFree(hint);
	}
	XSelectInput(w->display, w->id, ExposureMask | StructureNotifyMask);
	w->close_request = XInternAtom(w->display, "WM_DELETE_WINDOW", False);
	XSetWMProtocols(w->display, w->id, &w->close_request, 1);
	XMapWindow(w->display, w->id);
	XFlush(w->display);
}

struct window *window_open(const char *title, struct err *e)
{
	const char *name = getenv("DISPLAY");
	struct window *w;
	Display *display = XOpenDisplay(NULL);

	if (!display) {
		err_set(e,
			"--gui: no window can be opened on display '%s'; is DISPLAY "
			"right?",
			name ? name : "");
		return NULL;
	}
	XSetIOErrorHandler(lost_display);
	w = mem_alloc(sizeof(*w));
	w->display = display;
	pthread_mutex_init(&w->lock, NULL);
	make_window(w, title);
	if (pipe2(w->wake, O_CLOEXEC | O_NONBLOCK) < 0 ||
		pthread_create(&w->thread, NULL, window_main, w)) {
		XCloseDisplay(display);
		free(w);
		err_set(e, "--gui: no thread for the window");
		return NULL;
	}
	return w;
}

static void wake(struct window *w)
{
	if (write(w->wake[1], "", 1) < 0)
		return; /* full: it is awake */
}

void window_show(struct window *w, const struct figure *f)
{
	pthread_mutex_lock(&w->lock);
	w->next = *f;
	w->fresh = true;
	pthread_mutex_unlock(&w->lock);
	wake(w);
}

void window_close(struct window *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->quit = true;
	pthread_mutex_unlock(&w->lock);
	wake(w);
	pthread_join(w->thread, NULL);
	close(w->wake[0]);
	close(w->wake[1]);
	pthread_mutex_destroy(&w->lock);
	free(w); /* the display's memory goes with the program: it may be a lost one */
}
#else
struct window *window_open(const char *title, struct err *e)
{
	(void)title;
	err_set(e, "--gui: this cnntrain was built without cairo");
	return NULL;
}

void window_close(struct window *w)
{
	(void)w;
}

void window_show(struct window *w, const struct figure *f)
{
	(void)w;
	(void)f;
}
#endif
