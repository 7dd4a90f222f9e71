#!/bin/sh
# SPDX-License-Identifier: MIT
# dist.sh BUILD : the tarball of the programs that were built there, in BUILD/dist. The same
# programs give the same bytes.
set -eu
cd "$(dirname "$0")/.."
build=$1 stage=$1/dist/stage
name=cnnrun-$VERSION-linux-$(uname -m)
top=$stage/$name
rm -rf "$stage"
umask 022
${MAKE:-make} -s BUILD="$build" PREFIX= MPI= DESTDIR="$PWD/$top" install-files >/dev/null
install "$build/dist/cnnrun" "$top/bin/cnnrun"
# The demonstration builds the trainer in its image, of the sources in demo/.
rm -f "$top/bin/cnntrain" "$top/share/man/man1/cnntrain.1"
mkdir -p "$top/lib" "$top/demo" "$top/share/doc/cnnrun/licences"
cp -R .dockerignore docker trainer "$top/demo"
rm -f "$top"/demo/docker/*.sh
cp -R CHANGELOG.md LICENSE README.md SECURITY.md docs examples "$top/share/doc/cnnrun"
cp packaging/README.tarball "$top/README"

# What is no part of the C library goes along, with the words of its authors.
for lib in $(ldd "$top/bin/cnnrun" | awk '$2 == "=>" { print $3 }'); do
	case $lib in */libc.so.* | */libm.so.* | */libdl.so.*) ;; *) cp -L "$lib" "$top/lib" ;; esac
done
for file in "$top"/lib/* $(for l in archive crypto nettle nghttp2 seccomp lua5.4 xcb Xau Xdmcp yaml; do
	${CC:-cc} -print-file-name=lib$l.a
done); do
	package=$(dpkg-query -S "*/$(basename "$file")" 2>/dev/null | sed -n '1s/:.*//p')
	words=/usr/share/doc/$package/copyright
	[ ! -f "$words" ] || cp -L "$words" "$top/share/doc/cnnrun/licences/$package"
done
find "$top" -type d -exec chmod 755 {} +
find "$top" -type f -exec chmod u+rw,go+r,go-w {} +
tar -C "$stage" --sort=name --mtime=@"$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
	--format=ustar -cf - "$name" | gzip -9n >"$build/dist/$name.tar.gz"
rm -rf "$stage"
echo "$build/dist/$name.tar.gz"
